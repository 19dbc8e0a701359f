"""What may cross the line: kinds of values, their limits, and what stays behind and is spoken of by number."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

DEEPEST, DIMS = 12, 12
LAYERS = "course_lib.layers."  # whose dataclasses (a noise schedule) may be sent into a sandbox
DTYPES: dict[str, torch.dtype] = {
    str(kind).removeprefix("torch."): kind
    for kind in (
        *(torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.complex64, torch.complex128),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
    )
}
ARRAYS = "?bBhHiIlLqQefdFD"  # NumPy's own letters for numbers; no objects, no texts


class WireError(Exception):
    """What arrived is no honest message; the text says why."""


class Opaque(NamedTuple):
    """Something that stays where it is and is spoken of by its number: a function, a module."""

    number: int
    label: str
    kind: str


Keep = Callable[[Any], Opaque | None]  # gives a number to what stays, None to what cannot be sent
Find = Callable[[Opaque], Any]


def nobody(thing: Any) -> None:
    """Nothing may stay behind: what cannot be sent is an error."""
    return
