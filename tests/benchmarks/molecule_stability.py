"""How good the made molecules are: python -m tests.benchmarks.molecule_stability (15 CPU minutes)

Percent of atoms with as many bonds as they want, of molecules in which all atoms have, of molecules that RDKit accepts,
and of different ones among the accepted. Rows: real test molecules of QM9 (the ceiling), baselines that know nothing,
and the shipped model, 512 molecules for each of three sampling seeds, as mean +- standard deviation over the seeds.
(`molecules_a_seed` says how many a stored row has: that of 250 steps has 256.)
Hoogeboom et al. sample with 1,000 steps: `--steps 1000` is half an hour more.
`--steps 250 --molecules 64 --seeds 1` looks quickly; `--write` puts the rows into course_lib/assets/w14/molecules.json,
beside those that are there; `--run FILE` looks at a training run that is still under way.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from course_lib.data import qm9
from course_lib.data.clouds import Clouds, clouds
from course_lib.layers.polynomial_schedule import polynomial
from course_lib.models.molecule_denoiser import MoleculeDenoiser, Sizes
from course_lib.models.molecule_diffusion import MoleculeDiffusion
from course_lib.paths import write_atomically
from course_lib.train import checkpoint
from course_lib.train.shipped import ASSETS, shipped
from course_lib.train.stability import stability
from course_lib.train.valid_molecules import smiles_of
from training.molecules import SIZES, TIMES

COLUMNS = ("atoms stable", "molecules stable", "valid", "different")
Row = dict[str, Any]


def scores(made: Clouds) -> list[float]:
    """The four numbers of COLUMNS, in percent."""
    fields = made.positions, made.kinds, made.counts
    names = [name for name in smiles_of(*fields) if name is not None]
    different = 100 * len(set(names)) / len(names) if names else 0.0
    return [*stability(*fields).percent, 100 * len(names) / len(made), different]


def row(make: Callable[[int], Clouds], seeds: int) -> Row:
    """Mean and spread of the scores over seeds."""
    begun = time.process_time()
    made = [make(seed) for seed in range(seeds)]
    table = torch.tensor([scores(some) for some in made])
    spread = table.std(0).tolist() if seeds > 1 else [0.0] * len(COLUMNS)
    both = zip(COLUMNS, table.mean(0).tolist(), spread, strict=True)
    cells = {name: [round(mean, 2), round(over, 2)] for name, mean, over in both}
    return {
        **cells,
        "seeds": seeds,
        "molecules_a_seed": len(made[0]),
        "cpu_seconds": round(time.process_time() - begun, 1),
    }


def model_of(state: dict[str, torch.Tensor], sizes: Sizes) -> MoleculeDiffusion:
    """A diffusion of molecules with these weights."""
    network = MoleculeDenoiser(sizes)
    network.load_state_dict(state)
    return MoleculeDiffusion(polynomial(TIMES), network.eval())


def sampler(diffusion: MoleculeDiffusion, like: Clouds, molecules: int, steps: int) -> Callable[[int], Clouds]:
    """Make molecules whose sizes are drawn from `like`, 32 at a time."""

    def make(seed: int) -> Clouds:
        chance = torch.Generator().manual_seed(1000 + seed)
        parts = like.draw_counts(molecules, chance).sort().values.split(32)
        made = [diffusion.sample(counts, chance, steps) for counts in parts]
        return Clouds(torch.cat([j.positions for j in made]), torch.cat([j.kinds for j in made]), torch.cat([*parts]))

    return make


def baselines(learn: Clouds, real: Clouds, molecules: int) -> dict[str, Callable[[int], Clouds]]:
    """What can be had without learning."""

    def drawn(seed: int) -> tuple[Clouds, torch.Generator]:
        chance = torch.Generator().manual_seed(seed)
        return real.take(torch.randperm(len(real), generator=chance)[:molecules]), chance

    def noise(seed: int) -> Clouds:
        some, chance = drawn(seed)
        spread = learn.positions.std()
        return Clouds(spread * torch.randn(some.positions.shape, generator=chance), some.kinds, some.counts)

    def other_kinds(seed: int) -> Clouds:
        some, chance = drawn(seed)
        kinds = learn.kinds[torch.randint(len(learn.kinds), (len(some.kinds),), generator=chance)]
        return Clouds(some.positions, kinds, some.counts)

    def shuffled(seed: int) -> Clouds:
        some, chance = drawn(seed)
        order = (some.owner + torch.rand(len(some.kinds), generator=chance)).argsort()
        return Clouds(some.positions, some.kinds[order], some.counts)

    return {
        "real atoms at places of noise": noise,
        "kinds by chance at real places": other_kinds,
        "own kinds shuffled at real places": shuffled,
    }


def in_order(rows: dict[str, Row]) -> dict[str, Row]:
    """The model's rows last, the most steps first; the others as they came."""

    def place(name: str) -> int:
        return -int(name.split()[1]) if name.startswith("model, ") else -10_000

    return {name: rows[name] for name in sorted(rows, key=place)}


def main() -> None:
    """Print the table, and write it when asked."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--steps", type=int, nargs="+", default=[250, 100, 50])
    ask.add_argument("--molecules", type=int, default=512)
    ask.add_argument("--seeds", type=int, default=3)
    ask.add_argument("--run", type=Path)
    ask.add_argument("--write", action="store_true")
    ask.add_argument("--model-alone", action="store_true", help="leave out the baselines")
    given = ask.parse_args()
    torch.set_num_threads(1)
    everything = qm9.load()
    parts = everything.split()
    learn, real = clouds(everything.take(parts.train)), clouds(everything.take(parts.test))
    if given.run:
        state = checkpoint.load(given.run)["model"]
        weights = {name[8:]: value for name, value in state.items() if name.startswith("average.")}
        sizes = SIZES
    else:
        weights, facts = shipped("w14/molecules")
        sizes = Sizes(**facts["sizes"])

    makers: dict[str, tuple[Callable[[int], Clouds], int]] = {"real test molecules": (lambda _: real, 1)}
    makers |= {name: (make, given.seeds) for name, make in baselines(learn, real, given.molecules).items()}
    torch.manual_seed(0)
    untrained = model_of(MoleculeDenoiser(sizes).state_dict(), sizes)
    makers["untrained network, 50 steps"] = sampler(untrained, learn, min(128, given.molecules), 50), given.seeds
    if given.model_alone:
        makers = {}
    for steps in given.steps:
        make = sampler(model_of(weights, sizes), learn, given.molecules, steps)
        makers[f"model, {steps} steps"] = make, given.seeds
    rows: dict[str, Row] = {}
    print(f"{'':<36}" + "".join(f"{name:>20}" for name in COLUMNS))
    for name, (make, seeds) in makers.items():
        rows[name] = row(make, seeds)
        cells = "".join(f"{f'{mean:.1f} +- {spread:.1f}':>20}" for mean, spread in (rows[name][c] for c in COLUMNS))
        print(f"{name:<36}{cells}   {rows[name]['cpu_seconds']} CPU s", flush=True)
    if given.write:
        file = ASSETS / "w14" / "molecules.json"
        facts = json.loads(file.read_text(encoding="utf-8"))
        facts["scores"] = in_order(facts.get("scores", {}) | rows)
        write_atomically(file, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
