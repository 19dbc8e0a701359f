"""Bundles of denoising for tests and pictures: real samplers around denoisers that are exact, because the data are few.

The best guess of the clean sample is a mean over all data, each weighted by how likely it gave x_t (Bayes' rule).
"""

from functools import cache
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits, make_moons

from course_lib.layers.noise_schedule import Schedule, at, cosine, linear
from course_lib.models.diffusion import Diffusion, Journey
from course_lib.widgets.denoising import Denoisings


def exact(data: torch.Tensor, labels: torch.Tensor, schedule: Schedule, width: float = 0.0) -> Diffusion:
    """A diffusion whose prediction is exact for `data` (M, ...), each blurred by a Gaussian of this width."""
    flat, classes = data.flatten(1), int(labels.max()) + 1

    def predict(noisy: torch.Tensor, t: torch.Tensor, label: torch.Tensor | None) -> torch.Tensor:
        x = noisy.flatten(1)
        left = at(schedule.alpha_bars, t, x)
        spread = left * width**2 + 1 - left
        distance = (x**2).sum(1, True) - 2 * x @ flat.mT * left.sqrt() + left * (flat**2).sum(1)
        scores = -distance / (2 * spread)
        if label is not None:
            ruled_out = (labels != label[:, None]) & (label[:, None] < classes)
            scores = scores.masked_fill(ruled_out, -torch.inf)
        centre = scores.softmax(1) @ flat
        clean = centre + left.sqrt() * width**2 / spread * (x - left.sqrt() * centre)
        return ((x - left.sqrt() * clean) / (1 - left).sqrt()).reshape(noisy.shape)

    return Diffusion(schedule, predict, classes)


def nearest(samples: torch.Tensor, data: torch.Tensor, labels: torch.Tensor) -> list[str]:
    """The label of the nearest datum of each sample."""
    return [str(int(labels[i])) for i in torch.cdist(samples.flatten(1), data.flatten(1)).argmin(1)]


@cache
def digit_data(side: int = 28) -> tuple[torch.Tensor, torch.Tensor]:
    """600 real handwritten digits, enlarged.   -> (600, 1, side, side) from -1 to 1, labels (600,)"""
    found = load_digits()
    small = torch.tensor(found.images[:600], dtype=torch.float32)[:, None] / 8 - 1
    large = torch.nn.functional.interpolate(small, (side, side), mode="bicubic", align_corners=False)
    return large.clamp(-1, 1), torch.tensor(found.target[:600])


@cache
def digits(count: int = 25, steps: int = 100, keep: int = 26) -> Denoisings:
    """Digits: DDPM, DDIM and DDIM in ten steps from the same noise."""
    data, labels = digit_data()
    diffusion = exact(data, labels, linear(steps, 0.1 / steps, 20 / steps), 0.05)
    start = torch.randn(count, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    ways: dict[str, Journey] = {
        "DDPM": diffusion.sample(start, keep=keep, generator=torch.Generator().manual_seed(2)),
        "DDIM": diffusion.sample(start, few=keep - 1, method="ddim", keep=keep),
        "DDIM in 10 steps": diffusion.sample(start, few=10, method="ddim", keep=keep),
    }
    became = {name: nearest(way.samples, data, labels) for name, way in ways.items()}
    return Denoisings("Handwritten digits out of noise", ways, diffusion.schedule, labels=became, clean=data[:count])


@cache
def guidance(count: int = 36, steps: int = 100) -> Denoisings:
    """Digits that were asked for, 0 to 9 in turn, at three strengths of guidance."""
    data, labels = digit_data(16)
    diffusion = exact(data, labels, cosine(steps), 0.2)
    start = torch.randn(count, 1, 16, 16, generator=torch.Generator().manual_seed(3))
    asked = torch.arange(count) % 10
    ways = {
        f"guidance {scale}": diffusion.sample(start, few=25, method="ddim", label=asked, guidance=scale, keep=26)
        for scale in (1, 2, 4)
    }
    return Denoisings("Guidance", ways, diffusion.schedule, labels=[str(int(one)) for one in asked])


@cache
def points(count: int = 512, steps: int = 200) -> Denoisings:
    """Two moons: points that drift from a cloud to their places."""
    places, labels = make_moons(300, noise=0.03, random_state=0)
    data = torch.tensor((places - places.mean(0)) / places.std(0), dtype=torch.float32)
    diffusion = exact(data, torch.tensor(labels), linear(steps, 0.1 / steps, 20 / steps), 0.08)
    start = torch.randn(count, 2, generator=torch.Generator().manual_seed(4))
    ways = {
        "DDPM": diffusion.sample(start, keep=50, generator=torch.Generator().manual_seed(5), clip=False),
        "DDIM": diffusion.sample(start, few=50, method="ddim", keep=50, clip=False),
    }
    moons = {name: [("upper", "lower")[int(one)] for one in nearest(way.samples, data, torch.tensor(labels))]
             for name, way in ways.items()}  # fmt: skip
    return Denoisings("Two moons", ways, diffusion.schedule, labels=moons)


@cache
def colours() -> Denoisings:
    """Nine pictures in colour, one way, no labels."""
    rng = np.random.default_rng(6)
    data = torch.tensor(rng.uniform(-1, 1, (21, 3, 5, 5)), dtype=torch.float32)
    data = torch.nn.functional.interpolate(data, (15, 15), mode="bilinear")
    diffusion = exact(data, torch.zeros(21, dtype=torch.long), cosine(40), 0.1)
    start = torch.randn(9, 3, 15, 15, generator=torch.Generator().manual_seed(7))
    journey = diffusion.sample(start, keep=21, generator=torch.Generator().manual_seed(8))
    return Denoisings("Colours", {"DDPM": journey}, diffusion.schedule.alpha_bars)


def film() -> Denoisings:
    """The largest that is promised to be quick: 64 pictures, 51 stops, two ways in full."""
    return digits(64, 250, 51)


KINDS: dict[str, Any] = {"digits": digits, "guidance": guidance, "points": points, "colours": colours}
