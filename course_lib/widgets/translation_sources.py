"""From a model's scores and a recorded beam search to what a `Translation` holds.

Sizes   T steps   V labels the model knows
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.viz.beam_layout import Node
from course_lib.widgets.translation_bundle import BadTranslation, Candidates


def candidates_of(scores: Any, tokens: Any, names: Sequence[str], count: int = 5) -> Candidates:
    """The `count` likeliest tokens of each step, and the one that was written if it is not among them.

    scores (T, V) before softmax   tokens (T,) the numbers that were written   names: V labels by number
    Raises BadTranslation when the sizes do not fit.
    """
    array = np.asarray(scores.detach().cpu() if hasattr(scores, "detach") else scores, dtype=np.float64)
    numbers = [int(token) for token in tokens]
    if array.shape != (len(numbers), len(names)):
        raise BadTranslation(
            f"scores have shape {array.shape}; {len(numbers)} tokens and {len(names)} names "
            f"ask for {(len(numbers), len(names))}"
        )
    if wrong := [number for number in numbers if not 0 <= number < len(names)]:
        raise BadTranslation(f"token {wrong[0]} has no name; the names go from 0 to {len(names) - 1}")
    powers = np.exp(array - array.max(1, keepdims=True))
    shares = powers / powers.sum(1, keepdims=True)
    found: Candidates = []
    for row, number in zip(shares, numbers, strict=True):
        best = np.argsort(-row, kind="stable")[:count].tolist()
        found.append([(names[i], float(row[i])) for i in (best if number in best else [*best, number])])
    return found


def nodes_of(tree: Any, names: Sequence[str]) -> list[list[Node]]:
    """A recorded beam search step by step, as `Translation` wants it.

    tree    what `course_lib.train.search.grow_tree` gives: `steps` that have depth, parent, token, total and fate, and
            a `score` of each
    names   V labels by number
    """
    rows: list[list[Node]] = []
    places: list[int] = []  # of each recorded candidate: its place in its row
    for number, step in enumerate(tree.steps):
        if step.depth == len(rows):
            rows.append([])
        places.append(len(rows[step.depth]))
        parent = places[step.parent] if step.parent >= 0 else -1
        score = tree.score(number) if tree.length_penalty else None
        kept, ended = step.fate != "dropped", step.fate == "ended"
        rows[step.depth].append(Node(parent, names[step.token], step.total, kept, ended, score))
    return rows
