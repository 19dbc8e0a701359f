"""Week 14's model: a noisy picture and a time in, the noise in it out. A U-Net that is told what time it is.

Sizes   B batch   C channels   H rows   W columns   D width of the time's embedding
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

from course_lib.former_names import former
from course_lib.layers.attention import MultiHeadAttention
from course_lib.layers.diffusion import time_embedding
from course_lib.layers.time_block import TimeBlock


@dataclass(frozen=True)
class DenoiserConfig:
    """What the model is made of.

    patch 2 folds each 2 x 2 square of pixels into channels first: a quarter of the places, about a quarter of the time.
    """

    channels: int = 1
    width: int = 32
    mults: tuple[int, ...] = (1, 2)  # the width of each level, finest first, as multiples of `width`
    blocks: int = 1  # at each level on the way down; one more on the way up
    labels: int = 0  # how many classes can be asked for; the class after the last means "no class"
    heads: int = 4  # of the attention between all places of the coarsest level; 0 for none
    patch: int = 1
    learns_variance: bool = False  # twice the channels out: the second half says where the variance lies

    def __post_init__(self) -> None:
        if self.width % 8:
            raise ValueError(f"width {self.width} must be a multiple of 8, for the groups of its norms")

    @property
    def coarsest(self) -> int:
        """Count the pixels on the side of one place of the coarsest level: a picture's sides must divide by it."""
        return self.patch * 2 ** (len(self.mults) - 1)


class Attend(nn.Module):
    """Let every place of a picture hear all others, and add what it heard.   (B, C, H, W) -> (B, C, H, W)."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, channels)
        self.attention = MultiHeadAttention(channels, heads)

    def forward(self, x: Tensor) -> Tensor:
        places = rearrange(self.norm(x), "b c h w -> b (h w) c")
        heard, _ = self.attention(places, places, weights=False)
        return x + rearrange(heard, "b (h w) c -> b c h w", h=x.shape[2])


class Denoiser(nn.Module):
    """Predict the noise in a picture.   noisy (B, C, H, W), t (B,), label (B,) or None -> (B, C, H, W).

    Every block's result on the way down waits as a skip for the way up, as in week 4; the time reaches every block.
    Raises ValueError for a picture whose sides do not divide down to the coarsest level, and for a missing label.
    Source: Ho et al. 2020 (arXiv:2006.11239), appendix B; labels as in Ho and Salimans 2022 (arXiv:2207.12598).
    """

    def __init__(self, sizes: DenoiserConfig) -> None:
        super().__init__()
        self.sizes = sizes
        time, widths = 4 * sizes.width, [sizes.width * mult for mult in sizes.mults]
        pixels = sizes.channels * sizes.patch**2
        self.time = nn.Sequential(nn.Linear(sizes.width, time), nn.SiLU(), nn.Linear(time, time))
        self.label = nn.Embedding(sizes.labels + 1, time) if sizes.labels else None
        self.enter = nn.Conv2d(pixels, widths[0], 3, padding=1)
        self.down, self.shrink = nn.ModuleList(), nn.ModuleList()
        waiting, here = [widths[0]], widths[0]
        for level, width in enumerate(widths):
            self.down.append(nn.ModuleList(TimeBlock(w, width, time) for w in [here] + [width] * (sizes.blocks - 1)))
            waiting, here = waiting + [width] * sizes.blocks, width
            if level < len(widths) - 1:
                self.shrink.append(nn.Conv2d(width, width, 3, stride=2, padding=1))
                waiting.append(width)
        self.middle_in, self.middle_out = TimeBlock(here, here, time), TimeBlock(here, here, time)
        self.attend = Attend(here, sizes.heads) if sizes.heads else nn.Identity()
        self.up, self.grow = nn.ModuleList(), nn.ModuleList()
        for level, width in reversed(list(enumerate(widths))):
            blocks = nn.ModuleList()
            for _ in range(sizes.blocks + 1):
                blocks.append(TimeBlock(here + waiting.pop(), width, time))
                here = width
            self.up.append(blocks)
            if level:
                self.grow.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm = nn.GroupNorm(8, here)
        self.leave = nn.Conv2d(here, pixels * (1 + sizes.learns_variance), 3, padding=1)

    def forward(self, noisy: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        self._check(noisy, label)
        time = self.time(time_embedding(t, self.sizes.width).to(noisy.dtype))
        if self.label is not None and label is not None:
            time = time + self.label(label)
        x = self.enter(F.pixel_unshuffle(noisy, self.sizes.patch))
        waiting = [x]
        for level, blocks in enumerate(self.down):
            for block in blocks:  # type: ignore[attr-defined]  # a ModuleList of ModuleLists
                x = block(x, time)
                waiting.append(x)
            if level < len(self.shrink):
                x = self.shrink[level](x)
                waiting.append(x)
        x = self.middle_out(self.attend(self.middle_in(x, time)), time)
        for level, blocks in enumerate(self.up):
            for block in blocks:  # type: ignore[attr-defined]
                x = block(torch.cat([x, waiting.pop()], dim=1), time)
            if level < len(self.grow):
                x = self.grow[level](F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return F.pixel_shuffle(self.leave(F.silu(self.norm(x))), self.sizes.patch)

    def _check(self, noisy: Tensor, label: Tensor | None) -> None:
        step = self.sizes.coarsest
        if noisy.shape[-1] % step or noisy.shape[-2] % step:
            raise ValueError(f"a picture of {tuple(noisy.shape[-2:])} pixels: both sides must divide by {step}")
        if (label is None) != (self.label is None):
            raise ValueError(
                f"this model was made for {self.sizes.labels} labels, and label is {label}; "
                f"label {self.sizes.labels} means none"
                if self.label is not None
                else "this model takes no label"
            )


__getattr__ = former(__name__, {"Sizes": "DenoiserConfig"})
