"""Joins that go wrong, each in one way.

Sizes   B batch   C channels from below   M channels of the skip   H, W height and width
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Parts = Callable[[int], tuple[int, int]]  # what is missing along an axis -> how much in front, how much behind


def joined(up: Tensor, skip: Tensor, parts: Parts, mode: str = "constant") -> Tensor:
    """The join with another rule for what goes in front and what behind; negative numbers cut off."""
    rows, columns = (parts(skip.shape[axis] - up.shape[axis]) for axis in (2, 3))
    cut = F.pad(up, [min(amount, 0) for amount in (*columns, *rows)])
    return torch.cat([F.pad(cut, [max(amount, 0) for amount in (*columns, *rows)], mode=mode), skip], 1)


def half(missing: int) -> tuple[int, int]:
    return missing // 2, missing - missing // 2


def skip_first(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, half).roll(skip.shape[1], 1)


def everything_behind(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: (0, missing))


def everything_in_front(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: (missing, 0))


def odd_one_in_front(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: half(missing)[::-1])


def odd_one_cut_behind(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: half(missing) if missing > 0 else half(missing)[::-1])


def edges_repeated(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, half, "replicate")


def stretched(up: Tensor, skip: Tensor) -> Tensor:
    return torch.cat([F.interpolate(up, skip.shape[2:]), skip], 1)


def smaller_of_the_two(up: Tensor, skip: Tensor) -> Tensor:
    height, width = (min(up.shape[axis], skip.shape[axis]) for axis in (2, 3))
    return torch.cat([up[:, :, :height, :width], skip[:, :, :height, :width]], 1)


def only_filled_up(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: half(max(missing, 0)))


def added(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, half)[:, : up.shape[1]] + skip
