"""Laws to choose from, and everything needed to write another one.

@law("the rows sum to 1")
def my_law(call):                       # call.inputs, call.yours, call.expected, call.again(x=...), call.draw
    return Broken("...") if wrong else None
"""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.compare import RELATIVE, first_difference, parts, same, share_wrong
from course_lib.exercises.engine.gates import (
    GATES,
    dtype_matches,
    finite,
    inputs_untouched,
    pairs,
    part_name,
    same_kind,
    shapes_match,
)
from course_lib.exercises.engine.law import Broken, Law, law
from course_lib.exercises.engine.trials import Call
from course_lib.exercises.engine.value_text import number

__all__ = [
    "GATES",
    "Broken",
    "Call",
    "Law",
    "close_to_reference",
    "deterministic",
    "dtype_matches",
    "equals_reference",
    "finite",
    "hidden_positions_get_no_weight",
    "inputs_untouched",
    "law",
    "pairs",
    "part_name",
    "rows_sum_to_one",
    "same",
    "same_kind",
    "shapes_match",
    "weights_of",
]


def close_to_reference(call: Call, tolerance: float) -> Broken | None:
    """Every number agrees with the reference's; says where the first one does not."""
    for name, mine, wanted in pairs(call):
        if same(mine, wanted, tolerance):
            continue
        if isinstance(mine, Tensor) and isinstance(wanted, Tensor) and wanted.dim():
            place = first_difference(mine, wanted, tolerance)
            values = f"{number(mine[place].item())} instead of {number(wanted[place].item())}"
            return Broken(
                f"In your {name} {share_wrong(mine, wanted, tolerance)}; the first is at {list(place)}: {values}.",
                mine,
                wanted,
                place,
            )
        return Broken(f"The value of your {name} is not the expected one.", mine, wanted)
    return None


@dataclass(frozen=True)
class Value(Law):
    """The law of equality with the reference; `equals_reference(tolerance=1e-3)` makes a laxer one."""

    def __call__(self, call: Call | None = None, *, tolerance: float = RELATIVE) -> Any:
        if call is not None:
            return self.test(call)
        return replace(self, test=lambda each: close_to_reference(each, tolerance))


equals_reference = Value(
    "equals the reference", -1.0, lambda call: close_to_reference(call, RELATIVE), about_values=True
)
"""Weighs as much as all the other laws of its exercise together (weight -1 stands for that)."""


def weights_of(result: Any) -> tuple[str | int, Tensor] | None:
    """The attention weights in a result: what is called so, else the last tensor."""
    found = [(key, value) for key, value in parts(result) if isinstance(value, Tensor)]
    named = [pair for pair in found if pair[0] == "weights"]
    return (named or found)[-1] if found else None


@law("the rows of the weights sum to 1")
def rows_sum_to_one(call: Call) -> Broken | None:
    """Each asking position shares out exactly one unit of attention."""
    if (found := weights_of(call.yours)) is None or found[1].dim() == 0:
        return Broken("There are no weights in your result.")
    key, weights = found
    sums = weights.double().sum(-1)
    off = (sums - 1).abs() > 1e-4
    if not bool(off.any()):
        return None
    place = tuple(int(i) for i in off.nonzero()[0])
    columns = weights.dim() > 1 and bool(((weights.double().sum(-2) - 1).abs() < 1e-4).all())
    hint = " The columns do sum to 1." if columns else ""
    row = f"row {list(place)} of your" if place else "your"
    return Broken(
        f"In {row} {part_name(call, key, not isinstance(call.yours, (tuple, dict)))} the weights sum to "
        f"{number(float(sums[place]))}.{hint}",
        weights,
        dict(parts(call.expected)).get(key),
        place,
    )


@law("hidden positions get no weight")
def hidden_positions_get_no_weight(call: Call) -> Broken | None:
    """Where `mask` says False, the weight is exactly 0."""
    mask = call.inputs.get("mask")
    if mask is None or (found := weights_of(call.yours)) is None:
        return None
    key, weights = found
    if mask.dim() == weights.dim() - 1 and mask.dim() > 2:
        mask = mask[:, None]  # the same for every head
    leak = (weights != 0) & ~mask
    if not bool(leak.any()):
        return None
    place = tuple(int(i) for i in leak.nonzero()[0])
    return Broken(
        f"The mask hides position {list(place)}, yet your weight there is {number(float(weights[place]))}.",
        weights,
        dict(parts(call.expected)).get(key),
        place,
    )


@law("the same inputs give the same result")
def deterministic(call: Call) -> Broken | None:
    """Called twice, the candidate does not change its mind."""
    torch.rand(1)
    return (
        None
        if same(call.again(), call.yours)
        else Broken("Called twice with the same inputs, your function gives two results.")
    )
