"""Skip drop: a U-Net that must do without some of its skips now and then learns to use whatever is left.

Without it a trained net has met no decoder with a skip switched off, and what it answers then says how surprised it is,
not what the skip carries.

Sizes   B batch   C channels   (Z,) H, W what an image measures
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def drop_skips(features: Sequence[Tensor], share: float, chance: torch.Generator) -> list[Tensor]:
    """Set each skip of each image to zeros with probability `share`; the bottleneck, last, always stays.

    features   (B, C, ...), finest first, the bottleneck last, as `UNet.encode` gives them
    -> the same, some of it zeros. Nothing is scaled up in return: later a skip is on or off, never half.
    Within a batch each image loses skips of its own, so that batch norm sees the mixture that it will average.
    Raises ValueError for a share that is no probability.
    Source: the idea of Huang et al. 2016 (arXiv:1603.09382), stochastic depth, applied to skips.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share={share} is no probability; 0 drops no skip, 1 drops all")
    *skips, bottleneck = features
    kept = []
    for skip in skips:
        stays = torch.rand(len(skip), generator=chance) >= share
        kept.append(skip * stays.to(skip).view(-1, *[1] * (skip.ndim - 1)))
    return [*kept, bottleneck]
