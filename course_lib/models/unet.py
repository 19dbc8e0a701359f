"""The U-Net: shrink an image to learn what is in it, grow it back to say where, with skips that carry the detail.

Sizes   B batch   C channels   K classes   (Z,) H, W what an image measures
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_lib.former_names import former
from course_lib.layers.conv_block import CONVOLUTION, ConvBlock
from course_lib.layers.skips import fit_to, join
from course_lib.layers.up_conv import UpConv

HALVE = {2: F.max_pool2d, 3: F.max_pool3d}


@dataclass(frozen=True)
class UNetConfig:
    """What the model is made of: `width` channels at full size, twice as many at each of `depth` halvings.

    skips=False builds one that never has any: its decoder knows only what comes from below.
    """

    channels_in: int
    classes: int
    width: int = 16
    depth: int = 3
    dims: int = 2
    skips: bool = True

    @property
    def widths(self) -> list[int]:
        """List the channels of each level, finest first, the bottleneck last."""
        return [self.width * 2**level for level in range(self.depth + 1)]


class UNet(nn.Module):
    """Scores for every class at every pixel.

    x (B, C, H, W), each side at least 2^depth -> scores (B, K, H, W); with dims=3 there is a Z before H
    Raises ValueError for an image of other dimensions or too small to be halved `depth` times.
    Source: Ronneberger et al. 2015 (arXiv:1505.04597), figure 1; in 3-D Çiçek et al. 2016 (arXiv:1606.06650).
    """

    def __init__(self, sizes: UNetConfig) -> None:
        super().__init__()
        self.sizes, dims, widths = sizes, sizes.dims, sizes.widths
        self.down = nn.ModuleList(ConvBlock(*each, dims) for each in pairwise([sizes.channels_in, *widths]))
        climb = list(pairwise(reversed(widths)))
        self.grow = nn.ModuleList(UpConv(below, here, dims) for below, here in climb)
        beside = 2 if sizes.skips else 1  # what came up, and the skip beside it
        self.up = nn.ModuleList(ConvBlock(beside * here, here, dims) for _, here in climb)
        self.to_scores = CONVOLUTION[dims](sizes.width, sizes.classes, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def encode(self, x: Tensor) -> list[Tensor]:
        """Shrink.   x (B, C, H, W) -> what each level saw, finest first, the bottleneck last: depth + 1 tensors."""
        self._check(x)
        features = []
        for level, block in enumerate(self.down):
            x = block(HALVE[self.sizes.dims](x, 2) if level else x)
            features.append(x)
        return features

    def decode(self, features: Sequence[Tensor], use: Sequence[bool] | None = None) -> Tensor:
        """Grow.   features as `encode` gives them, or some swapped for another image's -> scores (B, K, H, W).

        use   for each skip, finest first, whether it is on; one that is off carries zeros; None: all are on
        Raises ValueError unless there are depth + 1 features, and as many switches as skips.
        """
        use = self._switches(features, use)
        *skips, x = features
        for grow, block, skip, on in zip(self.grow, self.up, reversed(skips), reversed(use), strict=True):
            if self.sizes.skips:
                x = block(join(grow(x), skip if on else torch.zeros_like(skip)))
            else:
                x = block(fit_to(grow(x), skip.shape[2:]))
        return self.to_scores(x)

    def _switches(self, features: Sequence[Tensor], use: Sequence[bool] | None) -> Sequence[bool]:
        depth = self.sizes.depth
        if len(features) != depth + 1:
            raise ValueError(f"{len(features)} features for a depth of {depth}; encode gives {depth + 1}")
        use = (self.sizes.skips,) * depth if use is None else tuple(use)
        if len(use) != depth or (any(use) and not self.sizes.skips):
            there = f"{depth} skips, finest first" if self.sizes.skips else f"no skips: {(False,) * depth} or None"
            raise ValueError(f"use={use}, and this net has {there}")
        return use

    def _check(self, x: Tensor) -> None:
        dims, smallest = self.sizes.dims, 2**self.sizes.depth
        if x.ndim != dims + 2 or min(x.shape[2:]) < smallest:
            wanted = ", ".join(["B", str(self.sizes.channels_in), *("Z" * (dims == 3)), "H", "W"])
            raise ValueError(f"an image of shape {tuple(x.shape)}; expected ({wanted}), each side at least {smallest}")


__getattr__ = former(__name__, {"Sizes": "UNetConfig"})
