"""Do two functions of ours do the same? Laws make theirs anew each time, out of the same code and the same numbers."""

import types
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor

DEEPEST = 8


def alike(one: Any, other: Any, depth: int = 0) -> bool:
    """True only where both are the same by what they are made of; False where that cannot be seen."""
    if one is other:
        return True
    if type(one) is not type(other) or depth > DEEPEST:
        return False
    if isinstance(one, Tensor):
        return one.dtype == other.dtype and torch.equal(one, other) and torch.equal(1 / one, 1 / other)  # 0 is not -0
    if isinstance(one, types.FunctionType):
        return (
            one.__code__ is other.__code__
            and one.__globals__ is other.__globals__
            and alike(one.__defaults__, other.__defaults__, depth + 1)
            and alike(one.__kwdefaults__, other.__kwdefaults__, depth + 1)
            and alike(closed(one), closed(other), depth + 1)
        )
    if isinstance(one, (bool, int, float, str)):
        return repr(one) == repr(other)
    if type(one) in (list, tuple):
        return len(one) == len(other) and all(alike(a, b, depth + 1) for a, b in zip(one, other, strict=True))
    if type(one) in (dict, OrderedDict):
        return one.keys() == other.keys() and all(alike(one[key], other[key], depth + 1) for key in one)
    return hasattr(one, "__dict__") and callable(one) and alike(vars(one), vars(other), depth + 1)


def closed(function: types.FunctionType) -> list[Any]:
    """The values a function was closed over."""
    return [cell.cell_contents for cell in function.__closure__ or ()]
