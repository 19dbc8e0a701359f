"""Colour refinement with one part done in another way, and colours made comparable."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def canonical(ids: Any) -> Any:
    """Colours numbered in the order of their first appearance; anything else is handed back as it is."""
    if not isinstance(ids, Tensor) or ids.dim() != 1 or ids.dtype != torch.long:
        return ids
    names: dict[int, int] = {}
    return torch.tensor([names.setdefault(colour, len(names)) for colour in ids.tolist()], dtype=torch.long)


def refine(
    edges: Tensor,
    size: int,
    rounds: int,
    summary: Callable[[list[int]], list[int]] = sorted,
    at_once: bool = True,
) -> Tensor:
    """Colour refinement that sums up the colours heard in another way, or changes colours while they are read."""
    colour = [0] * size
    for _ in range(rounds):
        old = list(colour) if at_once else colour
        for node in range(size):
            heard = [old[sender] for sender, receiver in edges.T.tolist() if receiver == node]
            colour[node] = hash((old[node], *summary(heard)))
    return torch.tensor(colour)
