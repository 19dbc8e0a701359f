"""How much of an answer is right: the weighted share of its laws that held in every trial."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from torch import Tensor

from course_lib.exercises.engine.compare import parts, same
from course_lib.exercises.engine.law import Broken, Law
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.trials import Call


def weights(laws: Sequence[Law]) -> dict[Law, float]:
    """What each law is worth; a negative weight means: as much as all the others together."""
    others = sum(law.weight for law in laws if law.weight > 0)
    return {law: law.weight if law.weight >= 0 else (others or 1.0) for law in laws}


def score(exercise: Exercise, found: Mapping[Law, Sequence[Broken | None]], honest: bool) -> float:
    """0 when a gate is broken; below 1 unless everything holds.

    `honest` False: the answer does not depend on its inputs, so only laws about values earn anything.
    """
    kept = {law: not any(entries) for law, entries in found.items()}
    if not all(held for law, held in kept.items() if law.weight == 0):
        return 0.0
    worth = weights(exercise.laws)
    total = sum(worth.values())
    earned = sum(worth[law] for law, held in kept.items() if held and (honest or law.about_values))
    return earned / total if total else 0.0


def sizes(value: Any) -> list[Any]:
    """The shapes of a result's parts."""
    return [tuple(part.shape) if isinstance(part, Tensor) else None for _, part in parts(value)]


def sees_its_inputs(calls: Sequence[Call]) -> bool:
    """False when the answer never changes though the right one does: a constant keeps laws for free."""
    constant = False
    for one, other in combinations(calls, 2):
        if sizes(one.expected) == sizes(other.expected) and not same(one.expected, other.expected):
            if not same(one.yours, other.yours):
                return True
            constant = True
    return not constant
