"""The gap between the orbitals of a molecule, from its flat graph: python -m tests.benchmarks.qm9_gap

Ten CPU minutes. Prints mean absolute errors in meV on 2,000 test molecules of QM9, learned from 20,000 with 1,000 to
stop by; all of them drawn by chance (seed 0) from the parts of `QM9.split`, so that tautomers are on one side. Beside
the graph network stand the mean, least squares on the numbers of H, C, N, O and F, and a forest of 100 trees on Morgan
fingerprints. The recipe is that of molecule_run.py with batches of 128 and more steps; nothing was tuned here.
For comparison: SchNet, which is given the computed geometry and 110,000 molecules, reports 63 meV (Schütt et al.,
J. Chem. Phys. 148, 241722, 2018). A flat graph does not say where the atoms are, so the two are not the same task.
`--ship` also writes the model to course_lib/assets/w12.
"""

import sys
from collections.abc import Sequence

import numpy as np
import torch

from course_lib.data import catalogue, qm9
from course_lib.data.fingerprints import atom_counts, morgan
from course_lib.data.molecules import molecule_graphs
from course_lib.data.split import Split
from course_lib.train.shipped import rounded, ship
from tests.benchmarks.molecule_run import Recipe, mae, rmse, train

COUNTS = Split([20_000], [1_000], [2_000])
RECIPE = Recipe(steps=14_000, molecules=128, look_every=500)


def main() -> None:
    """Learn once, print four rows, and ship when asked."""
    torch.set_num_threads(1)
    everything = qm9.load()
    drawn = [pick(part, count[0]) for part, count in zip(everything.split(), COUNTS, strict=True)]
    some = everything.take([row for part in drawn for row in part])
    ends = np.cumsum([len(part) for part in drawn]).tolist()
    parts = Split(*(list(range(end - len(part), end)) for end, part in zip(ends, drawn, strict=True)))
    graphs = molecule_graphs(some.smiles, some.values("gap"))
    tested = [graphs[row] for row in parts.test]
    truth = some.values("gap").numpy()

    table = {"the mean": np.full(len(parts.test), truth[parts.train].mean())}
    counts = np.c_[atom_counts(some.smiles), np.ones(len(some))]
    table["least squares on counts"] = counts[parts.test] @ np.linalg.lstsq(counts[parts.train], truth[parts.train])[0]
    table["forest, fingerprints"] = forest(some.smiles, truth, parts)
    meV = {name: 1000 * mae(torch.from_numpy(said).float(), tested) for name, said in table.items()}
    print(meV, flush=True)
    run = train(graphs, parts, RECIPE, 0, "graph network")
    rounded(run.model)
    said = run.predict(tested)
    meV["graph network"] = 1000 * mae(said, tested)
    print("QM9, HOMO-LUMO gap, mean absolute error on 2,000 molecules")
    for name, value in meV.items():
        print(f"  {name:<26}{value:.0f} meV")
    print(f"  (root mean square {1000 * rmse(said, tested):.0f} meV; trained in {run.cpu_seconds:.0f} CPU-s)")
    if "--ship" in sys.argv:
        facts = {"command": "python -m tests.benchmarks.qm9_gap --ship", "seed": 0, **run.facts()}
        data = f"{catalogue.QM9.file} sha256 {catalogue.QM9.sha256}"
        scores = {name: round(value, 1) for name, value in meV.items()}
        print(
            ship("w12/qm9_gap", run.model, half=True, data=data, **facts, recipe=RECIPE.__dict__, test_mae_meV=scores)
        )


def pick(rows: Sequence[int], count: int) -> list[int]:
    """Some of the rows, drawn by chance from seed 0."""
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))
    return [rows[i] for i in order[:count].tolist()]


def forest(strings: Sequence[str], truth: np.ndarray, parts: Split[int]) -> np.ndarray:
    """What a random forest says of the test part; each tree looks at a tenth of the places at a time."""
    from sklearn.ensemble import RandomForestRegressor

    prints = morgan(strings)
    grown = RandomForestRegressor(100, max_features=0.1, random_state=0).fit(prints[parts.train], truth[parts.train])
    return np.asarray(grown.predict(prints[parts.test]))


if __name__ == "__main__":
    main()
