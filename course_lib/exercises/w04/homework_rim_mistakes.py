"""Rims that go wrong, each in one way.

Sizes   H, W height and width
"""

from collections.abc import Sequence

import torch
from torch import Tensor

SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
CORNERS = ((-1, -1), (-1, 1), (1, -1), (1, 1))
ALL = (*SIDES, *CORNERS)


def neighbours(instances: Tensor, steps: Sequence[tuple[int, int]], beyond: int | None = None) -> Tensor:
    """The label next door, (number of steps, H, W); beyond the edge a number, or else the pixel's own label."""
    height, width = instances.shape
    found = []
    for down, right in steps:
        moved = instances.clone() if beyond is None else torch.full_like(instances, beyond)
        rows = slice(max(down, 0), height + min(down, 0)), slice(max(-down, 0), height + min(-down, 0))
        columns = slice(max(right, 0), width + min(right, 0)), slice(max(-right, 0), width + min(-right, 0))
        moved[rows[1], columns[1]] = instances[rows[0], columns[0]]
        found.append(moved)
    return torch.stack(found)


def painted(instances: Tensor, rim: Tensor) -> Tensor:
    """0 background, 1 inside, 2 where an object has rim."""
    return torch.where(instances == 0, 0, torch.where(rim, 2, 1))


def sides_alone(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, SIDES) != instances).any(0))


def edge_counts(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ALL, beyond=0) != instances).any(0))


def background_alone(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ALL) == 0).any(0))


def other_objects_alone(instances: Tensor) -> Tensor:
    around = neighbours(instances, ALL)
    return painted(instances, ((around != instances) & (around != 0)).any(0))


def outside_too(instances: Tensor) -> Tensor:
    rim = (neighbours(instances, ALL) != instances).any(0)
    return torch.where(rim, 2, (instances != 0).long())


def outside_instead(instances: Tensor) -> Tensor:
    rim = (neighbours(instances, ALL) != instances).any(0) & (instances == 0)
    return torch.where(rim, 2, (instances != 0).long())


def names_exchanged(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ALL) == instances).all(0))


def behind_and_below(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ((1, 0), (0, 1), (1, 1))) != instances).any(0))


def objects_alone(instances: Tensor) -> Tensor:
    return (instances != 0).long()
