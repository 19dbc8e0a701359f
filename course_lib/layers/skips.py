"""Skip connections: what was seen before shrinking is laid beside what came back up.

Sizes   B batch   C channels from below   M channels of the skip   (Z,) H, W what an image measures
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def fit_to(x: Tensor, size: Sequence[int]) -> Tensor:
    """Bring an image to a size: zeros around it where it is too small, cut off where it is too large.

    x (B, C, ...), any dimensions -> (B, C, *size), centred; an odd row or column goes to the end
    Raises ValueError when `size` has other dimensions than the image.
    """
    if len(size) != x.ndim - 2:
        raise ValueError(f"an image of {x.ndim - 2} dimensions cannot be brought to {tuple(size)}")
    missing = [wanted - has for wanted, has in zip(size, x.shape[2:], strict=True)]
    if not any(missing):
        return x
    each = [(amount // 2, amount - amount // 2) for amount in missing]
    return F.pad(x, [amount for pair in reversed(each) for amount in pair])  # torch counts from the last dimension


def join(up: Tensor, skip: Tensor) -> Tensor:
    """Lay the skip's channels behind those that came up, which are first brought to the skip's size.

    up (B, C, ...)   skip (B, M, H, W) or with any other dimensions   -> (B, C + M, H, W)
    Halving 7 pixels gives 3, doubling those gives 6: that is why sizes may differ.
    Source: Ronneberger et al. 2015 (arXiv:1505.04597), section 2; there the skip is cropped, because without padding
    it is the larger one.
    """
    return torch.cat([fit_to(up, skip.shape[2:]), skip], dim=1)
