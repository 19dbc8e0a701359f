"""A denoiser for points in the plane: a few layers, so that the whole of diffusion can be watched in seconds.

Sizes   B batch   D width
"""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from course_lib.former_names import former
from course_lib.layers.diffusion import time_embedding


@dataclass(frozen=True)
class PointDenoiserConfig:
    """What the model is made of.   labels: how many classes can be asked for; the one after the last means "none"."""

    width: int = 128
    layers: int = 3
    labels: int = 0


class PointDenoiser(nn.Module):
    """Predict the noise in points.   noisy (B, 2), t (B,), label (B,) or None -> (B, 2).

    Every layer adds to what it finds, and hears the time. Raises ValueError for a missing or an unexpected label.
    """

    def __init__(self, sizes: PointDenoiserConfig) -> None:
        super().__init__()
        self.sizes = sizes
        self.enter = nn.Linear(2, sizes.width)
        self.time = nn.Linear(sizes.width, sizes.width)
        self.label = nn.Embedding(sizes.labels + 1, sizes.width) if sizes.labels else None
        self.layers = nn.ModuleList(nn.Linear(sizes.width, sizes.width) for _ in range(sizes.layers))
        self.leave = nn.Linear(sizes.width, 2)

    def forward(self, noisy: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        if (label is None) != (self.label is None):
            raise ValueError(f"this model was made for {self.sizes.labels} labels, and label is {label}")
        time = self.time(time_embedding(t, self.sizes.width).to(noisy.dtype))
        if self.label is not None and label is not None:
            time = time + self.label(label)
        x = self.enter(noisy)
        for layer in self.layers:
            x = x + layer(F.silu(x + time))
        return self.leave(F.silu(x))


__getattr__ = former(__name__, {"PointSizes": "PointDenoiserConfig"})
