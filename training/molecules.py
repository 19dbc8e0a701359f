"""Train the week's model of molecules on QM9: python -m training.molecules (50 CPU minutes)

E(3) diffusion (Hoogeboom et al. 2022, arXiv:2203.17003) of positions and atom types, hydrogens included, on the 117,881
training molecules of `QM9.split`; nothing is left out for its size. A batch has molecules of all sizes and no padding.
The weights that are kept are the moving average of the last thousand steps or so, at the look with the lowest loss on
fixed noise of validation molecules. Writes course_lib/assets/w14/molecules.pt and .json; the scores in the latter come
from tests.benchmarks.molecule_stability. A run that was cut off goes on where it was. `--ship-now` ships from a
run that is still under way.
"""

import argparse
import os
import platform
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from course_lib.data import catalogue, qm9
from course_lib.data.clouds import Clouds, clouds
from course_lib.layers.polynomial_schedule import polynomial
from course_lib.models.molecule_denoiser import MoleculeDenoiser, Sizes
from course_lib.models.molecule_diffusion import MoleculeDiffusion
from course_lib.train import checkpoint
from course_lib.train.average import Averaged
from course_lib.train.fit import History, fit
from course_lib.train.schedules import warm_up_cosine
from course_lib.train.shipped import rounded, ship

STEPS, RATE, MOLECULES, TIMES = 21_000, 2e-3, 48, 1000
AVERAGE = 0.999  # a weight's average forgets half of its past in 700 steps
PLANNED, CUT = 30_000, 6_000  # the shipped run set out for 30,000 steps and was cut to 21,000 after 6,000
SIZES = Sizes(width=80)


def loss_of(model: nn.Module, batch: tuple[Clouds, torch.Generator]) -> Tensor:
    """The loss of a batch, matrix products in bfloat16 (half again as fast); the average follows the step before."""
    assert isinstance(model, Averaged)
    model.follow()
    drawn, chance = batch
    with torch.autocast("cpu", torch.bfloat16):
        return MoleculeDiffusion(SCHEDULE, model.network).loss(drawn.positions, drawn.kinds, drawn.counts, chance)


SCHEDULE = polynomial(TIMES)


def rate(done: int, steps: int) -> float:
    """The share of the peak rate: a cosine over the steps, until `CUT` the one over those that were planned.

    So the shipped run can be made again as it was: its rate falls from 0.91 to 0.82 of the peak where it was cut.
    """
    over = PLANNED if steps == STEPS and done <= CUT else steps
    return warm_up_cosine(done + 1, min(200, over // 20), over)


def valid_loss(model: nn.Module, valid: Clouds) -> float:
    """The average's loss on validation molecules, always with the same noise."""
    assert isinstance(model, Averaged)
    chance = torch.Generator().manual_seed(1)
    diffusion = MoleculeDiffusion(SCHEDULE, model.average)
    parts = torch.arange(len(valid)).split(256)
    losses = [diffusion.loss(*_fields(valid.take(part)), chance) * len(part) for part in parts]
    return float(sum(losses)) / len(valid)


def _fields(some: Clouds) -> tuple[Tensor, Tensor, Tensor]:
    return some.positions, some.kinds, some.counts


def main() -> None:
    """Train one seed, ship the average."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--steps", type=int, default=STEPS)
    ask.add_argument("--rate", type=float, default=RATE)
    ask.add_argument("--name", default="molecules")
    ask.add_argument("--ship-now", action="store_true")
    given = ask.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    model = Averaged(MoleculeDenoiser(SIZES), AVERAGE, early=True)
    keep = Path(tempfile.gettempdir()) / "neural-architectures" / f"{given.name}-{given.steps}-{given.seed}.run"
    command = f"python -m training.molecules --seed {given.seed} --steps {given.steps}"
    everything = qm9.load()
    parts = everything.split()
    learn, choose = clouds(everything.take(parts.train)), clouds(everything.take(parts.valid[::10]))
    if given.ship_now:
        state = checkpoint.load(keep)
        model.load_state_dict(state["best"])
        write(given.name, model, History(**state["history"]), command, given.steps, learn, choose)
        return

    def draw(chance: torch.Generator) -> tuple[Clouds, torch.Generator]:
        return learn.take(torch.randint(len(learn), (MOLECULES,), generator=chance)), chance

    begun = time.process_time()

    def score_of(model: nn.Module) -> float:
        loss = valid_loss(model, choose)
        print(f"validation loss {loss:.4f} after {time.process_time() - begun:.0f} CPU s", flush=True)
        return loss

    optimiser = torch.optim.AdamW(model.network.parameters(), lr=given.rate, weight_decay=1e-6)
    look = max(1, given.steps // 40)
    history = fit(
        model,
        draw,
        loss_of,
        given.steps,
        optimiser,
        schedule=LambdaLR(optimiser, lambda done: rate(done, given.steps)),
        clip=1.0,
        score_of=score_of,
        look_every=look,
        keep=keep,
        keep_every=look,
        seed=given.seed,
        title=f"molecules {given.seed}",
    )
    write(given.name, model, history, command, given.steps, learn, choose)


def write(
    name: str, model: Averaged, history: History, command: str, steps: int, learn: Clouds, choose: Clouds
) -> None:
    """Ship the average in half precision with what is known of its training."""
    size = max(1, len(history.losses) // 50)
    pieces = [history.losses[i : i + size] for i in range(0, len(history.losses), size)]
    before = valid_loss(model, choose)
    rounded(model.average)
    facts: dict[str, Any] = {
        "command": command,
        "wall_seconds": round(history.seconds),
        "steps": len(history.losses),
        "steps_asked_for": steps,
        "molecules_a_step": MOLECULES,
        "rate": RATE,
        "average": model.keep,
        "sizes": asdict(SIZES),
        "schedule": f"polynomial({TIMES})",
        "parameters": sum(p.numel() for p in model.network.parameters()),
        "data": {"archive": catalogue.QM9.file, "sha256": catalogue.QM9.sha256, "split": "QM9.split, train, all sizes"},
        "molecules_of_size": torch.bincount(learn.counts).tolist(),  # entry n: how many of n atoms it learned from
        "machine": f"1 thread of {os.cpu_count()} {platform.machine()} cores, torch {torch.__version__}",
        "curve": [round(sum(piece) / len(piece), 4) for piece in pieces],
        "valid": [[step, round(score, 5)] for step, score in history.scores],
        "half_precision": {"valid_before": round(before, 5), "valid_after": round(valid_loss(model, choose), 5)},
    }
    print(ship(f"w14/{name}", model.average, half=True, **facts))


if __name__ == "__main__":
    main()
