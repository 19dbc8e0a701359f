"""The block of a denoising U-Net: two convolutions that are told what time it is.

Sizes   B batch   C channels   H rows   W columns   D width of the time's embedding
"""

import math

import torch.nn.functional as F
from torch import Tensor, nn


class TimeBlock(nn.Module):
    """x plus norm-SiLU-conv twice, with the time added in between.   x (B, C, H, W), time (B, D) -> (B, M, H, W).

    Source: Ho et al. 2020 (arXiv:2006.11239), appendix B.
    """

    def __init__(self, channels_in: int, channels_out: int, time: int, groups: int = 8) -> None:
        super().__init__()
        self.norm_in = nn.GroupNorm(_groups(channels_in, groups), channels_in)
        self.conv_in = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.to_time = nn.Linear(time, channels_out)
        self.norm_out = nn.GroupNorm(_groups(channels_out, groups), channels_out)
        self.conv_out = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        self.shortcut = nn.Identity() if channels_in == channels_out else nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        h = self.conv_in(F.silu(self.norm_in(x)))
        h = h + self.to_time(F.silu(time))[:, :, None, None]
        return self.shortcut(x) + self.conv_out(F.silu(self.norm_out(h)))


def _groups(channels: int, groups: int) -> int:
    """Find the most groups up to `groups` that divide the channels."""
    return math.gcd(channels, groups)
