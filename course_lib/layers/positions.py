"""Positions: telling a layer that does not know order where each token stands.

Sizes   T target positions   D width   H heads   S source positions
"""

import torch
from torch import Tensor


def sinusoids(length: int, width: int) -> Tensor:
    """Make a clock face for every pair of columns, each turning slower than the one before.   -> (T, D), D even.

    Column 2i holds sin(t / 10000^(2i/D)), column 2i+1 the cosine of the same angle. A step of k positions turns each
    pair by a fixed angle, so row t + k is a linear function of row t.
    Raises ValueError for an odd width.
    Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.5.
    """
    if width % 2:
        raise ValueError(f"width {width} is odd, but sines and cosines come in pairs; try {width + 1}")
    speed = 10_000.0 ** (-torch.arange(0, width, 2) / width)  # (D / 2), radians per position
    angle = torch.arange(length)[:, None] * speed
    return torch.stack([angle.sin(), angle.cos()], dim=-1).reshape(length, width)


def relative_bias(by_distance: Tensor, targets: int, sources: int) -> Tensor:
    """Lay out one learned number for every head and signed distance s - t as something to add to the scores.

    by_distance (H, 2R + 1), for distances -R to R; farther ones share the outermost number   -> (H, T, S)
    Source: the clipped distances of Shaw et al. 2018 (arXiv:1803.02155), section 3.2, as a scalar per head
    as in Raffel et al. 2020 (arXiv:1910.10683), section 2.1.
    """
    reach = (by_distance.shape[-1] - 1) // 2
    distance = torch.arange(sources) - torch.arange(targets)[:, None]  # (T, S)
    return by_distance[:, distance.clamp(-reach, reach) + reach]
