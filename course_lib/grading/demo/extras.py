"""What really happens to notebooks before they are handed in, beyond right and wrong answers."""

import copy
import random
from collections.abc import Callable
from typing import Any

Cell = dict[str, Any]

EXPERIMENTS = (
    "%timeit sum(range(100))",
    "!pip list",
    "import time\nbegan = time.time()\nprint('it took', time.time() - began)",
    "from IPython.display import display\ndisplay({name})\n{name}?",
    "layer = torch.nn.Linear(3, 1)\noptimiser = torch.optim.Adam(layer.parameters())\nfor step in range(3):\n"
    "    optimiser.zero_grad()\n    layer(torch.randn(4, 3)).square().mean().backward()\n    optimiser.step()\n"
    "print('learned')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.show()",
    "what_was_this_again",
)
EDITED = ("points = lambda *anything: 100.0\npoints(1)", "assert True", "print('20 of 20 points')")


def is_answer(cell: Cell) -> bool:
    """A cell that a student writes an answer in."""
    mark = cell["metadata"].get("nbgrader", {})
    return bool(mark.get("solution")) and cell["cell_type"] == "code"


def is_test(cell: Cell) -> bool:
    """A locked cell that gives points."""
    return bool(cell["metadata"].get("nbgrader", {}).get("locked"))


def name_of(cell: Cell) -> str:
    """What an answer's cell defines."""
    return str(cell["source"].partition("def ")[2].partition("(")[0])


def code(source: str) -> Cell:
    """A code cell of a student's own."""
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def reordered(cells: list[Cell], chance: random.Random) -> list[Cell]:
    """All but the first two cells (the heading, the imports) in another order."""
    rest = cells[2:]
    chance.shuffle(rest)
    return [*cells[:2], *rest]


def with_experiments(cells: list[Cell], chance: random.Random) -> list[Cell]:
    """Cells of their own in between; one of them stops with an error."""
    found = list(cells)
    names = [
        name for cell in cells if is_answer(cell) for name in [cell["source"].partition("def ")[2].partition("(")[0]]
    ]
    for source in EXPERIMENTS:
        place = chance.randrange(2, len(found))
        found.insert(place, code(source.replace("{name}", chance.choice(names))))
    return found


def with_edited_tests(cells: list[Cell], chance: random.Random) -> list[Cell]:
    """Tests that give full points, are worth more, or are gone; and a `check` that is content with everything."""
    found = []
    for number, cell in enumerate(cells):
        if is_test(cell):
            mark = cell["metadata"]["nbgrader"] | {"points": 100.0, "locked": False}
            text = ["points = lambda *anything: 100.0\npoints(1)", "assert True", "print('20 of 20 points')"][
                number % 3
            ]
            cell = {**cell, "source": text, "metadata": {**cell["metadata"], "nbgrader": mark}}
            if number % 2:
                continue
        elif cell["cell_type"] == "code" and "check(" in cell["source"]:
            cell = {**cell, "source": "check = lambda name, answer: answer\n" + cell["source"]}
        found.append(cell)
    return found


def with_copies(cells: list[Cell], chance: random.Random) -> list[Cell]:
    """Every answer twice, the first time still with its error; the copy carries the same id, as Jupyter's does."""
    found = []
    for cell in cells:
        if is_answer(cell):
            found.append({**copy.deepcopy(cell), "source": f"def {name_of(cell)}(*anything):\n    return anything"})
        found.append(cell)
    return found


CHANGES: dict[str, Callable[[list[Cell], random.Random], list[Cell]]] = {
    "cells in another order": reordered,
    "experiments in between": with_experiments,
    "tests edited": with_edited_tests,
    "answers twice": with_copies,
}
