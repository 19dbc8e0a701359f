"""Gates: what must hold before any law counts. A result that breaks one scores nothing."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_lib.exercises.engine.compare import parts, same
from course_lib.exercises.engine.law import Broken, law
from course_lib.exercises.engine.trials import Call
from course_lib.exercises.engine.value_text import shape
from course_lib.exercises.runner.plain_values import type_name


def part_name(call: Call, key: str | int, alone: bool = False) -> str:
    """What a part of the result is called: its declared name, its key, or its place."""
    if alone:
        return "result"
    if isinstance(key, int):
        return call.returns[key] if key < len(call.returns) else f"result number {key + 1}"
    return f"{key!r}"


def pairs(call: Call) -> Iterator[tuple[str, Any, Any]]:
    """(name, yours, expected) for every part; only where the two have the same structure."""
    expected = parts(call.expected)
    alone = not isinstance(call.expected, (tuple, list, dict))
    yours = dict(parts(call.yours))
    for key, value in expected:
        if key in yours:
            yield part_name(call, key, alone), yours[key], value


@law("gives back the right kind of result", weight=0)
def same_kind(call: Call) -> Broken | None:
    """Tensor for tensor, number for number, as many parts as asked for."""
    yours, expected = call.yours, call.expected
    if call.unreadable:
        return Broken(f"{call.unreadable[0].upper()}{call.unreadable[1:]}.")
    if yours is None and expected is not None:
        return Broken("Your function returns nothing; is a `return` missing?")
    if isinstance(expected, (tuple, list)):
        names = ", ".join(part_name(call, i) for i in range(len(expected)))
        if not isinstance(yours, (tuple, list)):
            return Broken(
                f"Your function returns {type_name(yours)}; it should return {len(expected)} things: {names}."
            )
        if len(yours) != len(expected):
            return Broken(f"Your function returns {len(yours)} things; it should return {len(expected)}: {names}.")
    elif isinstance(expected, dict):
        if not isinstance(yours, dict):
            return Broken(
                f"Your function returns {type_name(yours)}; it should return a dictionary with {list(expected)}."
            )
        if yours.keys() != expected.keys():
            return Broken(f"Your dictionary has the keys {list(yours)}; it should have {list(expected)}.")
    elif isinstance(yours, (tuple, list)) and len(yours) == 1 and same(yours[0], expected):
        return Broken(
            f"Your function returns {type_name(yours)} with the right value inside; is there a stray comma or bracket?"
        )
    for name, mine, wanted in pairs(call):
        if (wrong := wrong_kind(mine, wanted)) is not None:
            return Broken(
                f"Your {name} should be {type_name(wanted)}, and you return {type_name(mine)}. {wrong}".strip()
            )
    return None


def wrong_kind(mine: Any, wanted: Any) -> str | None:
    """None when a value may stand for another; else a word of advice, possibly empty."""
    if isinstance(wanted, Tensor):
        if isinstance(mine, np.ndarray):
            return "torch.from_numpy turns an array into a tensor; better still, stay in torch throughout."
        if isinstance(mine, (list, int, float)):
            return "Stay in torch throughout, or wrap it with torch.tensor(...)."
        return None if isinstance(mine, Tensor) else ""
    if isinstance(wanted, bool) or isinstance(mine, bool):
        single = isinstance(mine, Tensor) and mine.dim() == 0 and mine.dtype is torch.bool
        return None if type(mine) is type(wanted) else "bool(...) makes one of a single value." if single else ""
    if isinstance(wanted, (int, float, complex)):
        if isinstance(mine, Tensor):
            return None if mine.dim() == 0 else f"It holds {mine.numel()} numbers; one is asked for."
        return None if isinstance(mine, (int, float, complex)) else ""
    if isinstance(wanted, (list, tuple)):
        return None if isinstance(mine, (list, tuple)) else ""
    return None if type(mine) is type(wanted) else ""


@law("has the right shape", weight=0)
def shapes_match(call: Call) -> Broken | None:
    """Every tensor of the result has the shape of the reference's."""
    for name, mine, wanted in pairs(call):
        if isinstance(wanted, (Tensor, np.ndarray)) and tuple(mine.shape) != tuple(wanted.shape):
            turned = (
                "" if sorted(mine.shape) != sorted(wanted.shape) else " The sizes are right and their order is not."
            )
            have, need = shape(torch.empty(mine.shape)), shape(torch.empty(wanted.shape))
            return Broken(f"The shape of your {name} is {have}, it should be {need}.{turned}")
        if isinstance(wanted, (list, tuple)) and len(mine) != len(wanted):
            return Broken(f"The length of your {name} is {len(mine)}, it should be {len(wanted)}.")
    return None


@law("has the right type of number", weight=0)
def dtype_matches(call: Call) -> Broken | None:
    """Every tensor of the result has the dtype of the reference's."""
    for name, mine, wanted in pairs(call):
        if isinstance(wanted, (Tensor, np.ndarray)) and mine.dtype != wanted.dtype:
            have, need = (str(x.dtype).replace("torch.", "") for x in (mine, wanted))
            return Broken(f"The numbers of your {name} are {have}, they should be {need}.")
    return None


@law("every number is finite", weight=0)
def finite(call: Call) -> Broken | None:
    """No nan and no infinity, except where the reference has one too."""
    for name, mine, wanted in pairs(call):
        if isinstance(mine, (int, float, complex)) and isinstance(wanted, (int, float, complex)):
            mine, wanted = torch.tensor(mine), torch.tensor(wanted)
        if not isinstance(mine, Tensor) or not isinstance(wanted, Tensor):
            continue
        bad = ~torch.isfinite(mine) & torch.isfinite(wanted)
        if bool(bad.any()):
            place = tuple(int(i) for i in bad.nonzero()[0])
            kind = "nan (not a number)" if bool(torch.isnan(mine[place])) else "infinity"
            at = f" at {list(place)}" if place else ""
            why = (
                " It comes from 0/0, from inf - inf, or from a softmax over nothing but -inf." if "nan" in kind else ""
            )
            return Broken(f"In your {name} there is {kind}{at}.{why}", mine, wanted, place)
    return None


@law("leaves its inputs as they were", weight=0)
def inputs_untouched(call: Call) -> Broken | None:
    """The candidate may not write into what it is given."""
    if call.touched:
        return Broken(
            "Your function changes its inputs in place (for example with `x += ...`, `x[...] = ...` or a name that "
            "ends in `_`). Whoever called it still needs them; make a new tensor."
        )
    return None


GATES = (same_kind, shapes_match, dtype_matches, finite, inputs_untouched)
