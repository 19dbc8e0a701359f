"""Samples of the denoising explorer for the contract tests."""

from collections.abc import Sequence

import torch

from course_lib.layers.noise_schedule import cosine
from course_lib.widgets.denoising import DenoisingExplorer, Denoisings
from course_lib.widgets.kit.explorer import Explorer
from tests.browser import samples_denoising
from tests.widgets.entry import Entry


def _denoising(labels: Sequence[str]) -> Explorer:
    data, _ = samples_denoising.digit_data(16)
    diffusion = samples_denoising.exact(data, torch.zeros(len(data), dtype=torch.long), cosine(20), 0.2)
    start = torch.randn(9, 1, 16, 16, generator=torch.Generator().manual_seed(3))
    ways = {name: diffusion.sample(start, few=4, method="ddim", keep=5) for name in labels[:2]}
    kinds = [labels[i % len(labels)] for i in range(9)]
    return DenoisingExplorer.of(Denoisings(labels[2], ways, diffusion.schedule, labels=kinds))


def _small_denoising() -> Denoisings:
    return samples_denoising.digits(9, 40, 5)


ENTRY = Entry(
    "denoising",
    lambda: DenoisingExplorer.of(_small_denoising()),
    _denoising,
    {"sample": [0, 8], "forward": [False, True], "predict": [False, True], "t": [40, 20, 0]},
    several=lambda: DenoisingExplorer.of([_small_denoising(), samples_denoising.colours()]),
    which="bundle",
    plays="t",
    slow=True,
)
