"""Seeded inputs for exercises: the same seed gives the same numbers, whatever the notebook did before."""

import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

Item = TypeVar("Item")
Module = TypeVar("Module", bound=nn.Module)


class Draw:
    """A source of chance for one trial. `tiny` trials are small enough to read with the eye.

    Sizes that differ (`draw.size(2, 5)` beside `draw.size(3, 7)`) keep a swapped axis from hiding.
    """

    def __init__(self, *key: object, tiny: bool = False) -> None:
        self.tiny = tiny
        self.seed = zlib.crc32(repr(key).encode())
        self.chance = torch.Generator().manual_seed(self.seed)

    def size(self, small: int, full: int) -> int:
        """`small` in the tiny trial, `full` in the others."""
        return small if self.tiny else full

    def normal(self, *shape: int, scale: float = 1.0) -> Tensor:
        """Float32 numbers around 0 with the given standard deviation."""
        return scale * torch.randn(shape, generator=self.chance)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Float32 numbers between low and high."""
        return low + (high - low) * torch.rand(shape, generator=self.chance)

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """int64 numbers, low <= number < high."""
        return torch.randint(low, high, shape, generator=self.chance)

    def integer(self, low: int, high: int) -> int:
        """One Python int, low <= number < high."""
        return int(self.integers(low, high, 1))

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.integer(0, len(items))]

    def flip(self, share: float = 0.5) -> bool:
        """True in that share of the draws."""
        return float(torch.rand(1, generator=self.chance)) < share

    def permutation(self, size: int) -> Tensor:
        """The numbers 0 to size - 1 in a new order, never the old one (from size 2 on)."""
        while True:
            order = torch.randperm(size, generator=self.chance)
            if size < 2 or not torch.equal(order, torch.arange(size)):
                return order

    def mask(self, *shape: int, share: float = 0.6) -> Tensor:
        """True = may look. Every row (last axis) has at least one True, and the mask hides something where it can."""
        size = shape[-1]
        mask = torch.rand(shape, generator=self.chance) < share
        rows = mask.reshape(-1, size)
        rows[torch.arange(len(rows)), self.integers(0, size, len(rows))] = True
        if size > 1 and bool(rows.all()):
            rows[0, 1 - int(self.integer(0, 2)) :: size] = False  # one entry of the first row
        return mask

    def lengths(self, count: int, longest: int) -> Tensor:
        """How long each of `count` sequences is: 1 to longest, and one of them is the longest."""
        lengths = self.integers(1, longest + 1, count)
        lengths[self.integer(0, count)] = longest
        return lengths

    def orthogonal(self, size: int) -> Tensor:
        """A random rotation or reflection, (size, size)."""
        square, triangle = torch.linalg.qr(self.normal(size, size))
        return square * triangle.diagonal().sign()

    def build(self, make: Callable[..., Module], *args: Any, **options: Any) -> Module:
        """A module whose starting weights come from this draw: `draw.build(nn.Linear, 3, 5)`."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.integer(0, 2**31))
            return make(*args, **options)
