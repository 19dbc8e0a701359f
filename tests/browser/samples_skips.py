"""Bundles of skip connections for tests and pictures: head-like pictures, and a U whose skips carry known detail.

`Pyramid` is a Laplacian pyramid written as a U-Net: each skip carries what halving loses, so that all skips on give the
picture back exactly, and every skip that is off leaves a known blur. Nothing is trained.
"""

from functools import cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_lib.widgets.skip_connections import Skips, skips_of

NAMES = ["ground", "fluid", "grey matter", "white matter"]
GREYS = torch.tensor([0.05, 0.3, 0.6, 0.9])  # how bright each class is


class Grow(nn.Module):
    """One level up: the image from below at twice the size, plus the detail the skip carries."""

    def forward(self, below: Tensor, detail: Tensor) -> Tensor:
        return F.interpolate(below, size=detail.shape[2:], mode="bilinear", align_corners=False) + detail


class Pyramid(nn.Module):
    """encode (B, 1, H, W) -> details, finest first, and the smallest image; decode -> scores of four classes."""

    def __init__(self, depth: int = 3) -> None:
        super().__init__()
        self.up = nn.ModuleList(Grow() for _ in range(depth))

    def encode(self, x: Tensor) -> list[Tensor]:
        details = []
        for _ in self.up:
            small = F.avg_pool2d(x, 2)
            details.append(x - F.interpolate(small, size=x.shape[2:], mode="bilinear", align_corners=False))
            x = small
        return [*(self.widen(detail, 3) for detail in details), self.widen(x, 5)]

    def decode(self, features: list[Tensor], use: Any = None) -> Tensor:
        *details, x = [feature[:, :1] for feature in features]
        use = (True,) * len(details) if use is None else use
        for grow, detail, on in zip(self.up, reversed(details), reversed(use), strict=True):
            x = grow(x, detail * on)
        return -((x - GREYS[:, None, None]) ** 2)

    @staticmethod
    def widen(x: Tensor, channels: int) -> Tensor:
        """More channels to look at: the same thing turned, which the decoder leaves alone."""
        return torch.cat([x, *(x.roll(by, -1) * (1 - by / channels) for by in range(1, channels))], 1)


def head(high: int, wide: int, seed: int) -> tuple[Tensor, Tensor]:
    """A folded head: image (1, high, wide) from 0 to 1, mask (high, wide)."""
    rng = np.random.default_rng(seed)
    y, x = np.meshgrid(np.linspace(-1.1, 1.1, high), np.linspace(-1.1, 1.1, wide), indexing="ij")
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    folds = 0.06 * np.sin(rng.integers(9, 15) * angle + seed) + 0.05 * np.sin(rng.integers(17, 25) * angle + 4 * radius)
    mask = np.zeros((high, wide), int)
    mask[radius < 0.97] = 1
    mask[radius < 0.9 + 0.5 * folds] = 2
    mask[radius < 0.66 + 1.6 * folds] = 3
    mask[np.hypot(3.2 * (abs(x) - 0.17), y) < 0.35] = 1
    noise = rng.normal(0, 0.02, (high, wide))
    image = np.clip(GREYS.numpy()[mask] + noise, 0, 1).astype(np.float32)
    return torch.tensor(image)[None], torch.tensor(mask)


def heads(count: int, high: int, wide: int, depth: int = 3, **more: Any) -> list[Skips]:
    """Bundles of several pictures; each borrows from the next."""
    pairs = [head(high, wide, seed) for seed in range(count)]
    images, masks = (torch.stack(each) for each in zip(*pairs, strict=True))
    options = {"truths": masks, "names": NAMES, "titles": [f"head {i}" for i in range(count)]} | more
    return skips_of(Pyramid(depth), images, **options)


@cache
def small() -> list[Skips]:
    """Two pictures of odd sizes, three skips."""
    return heads(2, 61, 53)


@cache
def large() -> list[Skips]:
    """Four pictures of the size of brain slices."""
    return heads(4, 116, 98)


@cache
def deep() -> list[Skips]:
    """Four skips, one picture, nothing to swap with, no truth."""
    return heads(1, 71, 67, 4, truths=None)


KINDS = {"small": small, "large": large, "deep": deep}
