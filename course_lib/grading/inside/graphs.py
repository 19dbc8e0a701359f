"""Results whose gradients may still be asked for."""

from typing import Any

import torch
from torch import Tensor

MOST = 200  # graphs that are kept; older ones are forgotten


class Graphs:
    """Numbered pairs of (outputs, leaves)."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[list[Tensor], list[Tensor]]] = {}
        self.count = 0

    def keep(self, outputs: list[Tensor], leaves: list[Tensor]) -> int:
        """Remember a graph -> its number."""
        self.count += 1
        self.kept[self.count] = (outputs, leaves)
        self.kept.pop(self.count - MOST, None)
        return self.count

    def pull(self, number: Any, slopes: Any) -> list[Tensor | None]:
        """The gradients of the leaves. Raises ValueError for a graph that is not kept, or slopes that do not fit."""
        if type(number) is not int or number not in self.kept or type(slopes) is not list:
            raise ValueError("there is no such result to go back through")
        outputs, leaves = self.kept[number]
        if len(slopes) != len(outputs):
            raise ValueError(f"{len(outputs)} results and {len(slopes)} slopes")
        # As one number, whose slope is 1: torch loads 486 modules before it accepts slopes of another shape.
        with torch.enable_grad():  # it is off where another backward asks
            totals = [(out * slope).sum() for out, slope in zip(outputs, slopes, strict=True) if slope is not None]
            total = sum(totals[1:], totals[0]) if totals else None
        if total is None:
            return [None] * len(leaves)
        found = torch.autograd.grad(total, leaves, retain_graph=True, allow_unused=True)
        return [None if each is None else each.detach() for each in found]


def tensors(value: Any) -> list[Tensor]:
    """Every tensor in plain containers, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [each for item in value for each in tensors(item)]
    if isinstance(value, dict):
        return [each for item in value.values() for each in tensors(item)]
    return []


def replaced(value: Any, new: dict[int, Tensor]) -> Any:
    """The same containers with some tensors exchanged, by identity."""
    if isinstance(value, Tensor):
        return new.get(id(value), value)
    if type(value) in (list, tuple):
        return type(value)(replaced(item, new) for item in value)
    if type(value) is dict:
        return {key: replaced(item, new) for key, item in value.items()}
    return value
