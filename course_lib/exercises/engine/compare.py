"""Are two plain results the same, and if not, where do they part?"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

RELATIVE = 1e-4
ABSOLUTE = 1e-5


def parts(value: Any) -> list[tuple[str | int, Any]]:
    """A result as (name, part) pairs; a result that is one value is its own only part."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, (tuple, list)):
        return list(enumerate(value))
    return [(0, value)]


def differs(yours: Tensor, expected: Tensor, tolerance: float = RELATIVE) -> Tensor:
    """True at every entry that is not the same within the tolerance; nan equals nan here."""
    if not (expected.is_floating_point() or expected.is_complex() or yours.is_floating_point() or yours.is_complex()):
        return yours != expected
    wide = torch.complex128 if yours.is_complex() or expected.is_complex() else torch.float64
    a, b = yours.to(wide), expected.to(wide)
    finite = b.abs()[torch.isfinite(b)]
    scale = max(1.0, float(finite.max())) if finite.numel() else 1.0
    close = (a - b).abs() <= tolerance * b.abs() + tolerance * ABSOLUTE / RELATIVE * scale
    return ~(close & torch.isfinite(a) & torch.isfinite(b) | (a == b) | (torch.isnan(a) & torch.isnan(b)))


def same(yours: Any, expected: Any, tolerance: float = RELATIVE, strict: bool = True) -> bool:
    """Do two plain results agree? Lists and tuples count as the same; with strict, dtypes must agree too."""
    if isinstance(expected, Tensor) and isinstance(yours, Tensor):
        if yours.shape != expected.shape or (strict and yours.dtype != expected.dtype):
            return False
        return not bool(differs(yours, expected, tolerance).any())
    if isinstance(yours, Tensor) and yours.dim() == 0 and isinstance(expected, (int, float)):
        return same(yours.item(), expected, tolerance)
    if isinstance(expected, (tuple, list)) and isinstance(yours, (tuple, list)):
        return len(yours) == len(expected) and all(
            same(a, b, tolerance, strict) for a, b in zip(yours, expected, strict=True)
        )
    if isinstance(expected, dict) and isinstance(yours, dict):
        return yours.keys() == expected.keys() and all(same(yours[k], expected[k], tolerance, strict) for k in expected)
    if isinstance(expected, np.ndarray) and isinstance(yours, np.ndarray):
        if yours.dtype == object or expected.dtype == object or yours.dtype.kind in "USV":
            return yours.shape == expected.shape and yours.tolist() == expected.tolist()
        if not torch_knows(yours) or not torch_knows(expected):
            return (
                yours.dtype == expected.dtype and yours.shape == expected.shape and yours.tolist() == expected.tolist()
            )
        return same(torch.from_numpy(yours), torch.from_numpy(expected), tolerance, strict)
    if isinstance(expected, bool) or isinstance(yours, bool):
        return type(yours) is type(expected) and yours == expected
    if isinstance(expected, (int, float, complex)) and isinstance(yours, (int, float, complex)):
        if isinstance(expected, int) and isinstance(yours, int):
            return yours == expected
        if any(isinstance(each, int) and abs(each) >= 2**63 for each in (yours, expected)):
            return yours == expected  # no tensor holds such a number
        return not bool(differs(torch.tensor(yours), torch.tensor(expected), tolerance).any()) or yours == expected
    return type(yours) is type(expected) and yours == expected


def torch_knows(array: np.ndarray) -> bool:
    """Can it be a tensor? Not every kind of number can, and none in the byte order of another machine."""
    try:
        torch.from_numpy(array)
    except (TypeError, ValueError):
        return False
    return True


def first_difference(yours: Tensor, expected: Tensor, tolerance: float = RELATIVE) -> tuple[int, ...]:
    """Index of the first entry that differs; () when none does or for a single number."""
    wrong = differs(yours, expected, tolerance).nonzero()
    return tuple(int(i) for i in wrong[0]) if len(wrong) else ()


def share_wrong(yours: Tensor, expected: Tensor, tolerance: float = RELATIVE) -> str:
    """How many entries differ, in words."""
    wrong = int(differs(yours, expected, tolerance).sum())
    total = math.prod(expected.shape)
    return "every number differs" if wrong == total and total > 1 else f"{wrong} of {total} numbers differ"
