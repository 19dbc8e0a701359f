"""Our denoising U-Net beside diffusers' UNet2DModel: the same weights, forward and backward in training mode."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.models.denoiser import Denoiser, DenoiserConfig
from tests.benchmarks.stopwatch import Case
from tests.peers.unet_weights import pairs, twin

SIZES = {
    "digits, patch 2": (DenoiserConfig(channels=1, width=32, mults=(1, 2), blocks=1, labels=10, patch=2), 28),
    "1 x 32 x 32, two blocks": (DenoiserConfig(channels=1, width=32, mults=(1, 2), blocks=2), 32),
}
BATCH = 16


def cases() -> list[Case]:
    """The sizes that the digits are trained with, and a larger one that works on single pixels."""
    found = []
    for name, (sizes, side) in SIZES.items():
        ours, theirs = Denoiser(sizes).train(), twin(sizes).train()
        with torch.no_grad():
            for mine, its, _ in pairs(ours, theirs):
                its.copy_(mine)
        picture, t = torch.randn(BATCH, sizes.channels, side, side), torch.randint(1, 1000, (BATCH,))
        label = torch.randint(sizes.labels, (BATCH,)) if sizes.labels else None

        def fold(
            x: Tensor, t: Tensor = t, label: Tensor | None = label, patch: int = sizes.patch, theirs: Callable = theirs
        ) -> Tensor:
            out: Tensor = theirs(torch.nn.functional.pixel_unshuffle(x, patch), t, class_labels=label).sample
            return torch.nn.functional.pixel_shuffle(out, patch)

        def plain(x: Tensor, t: Tensor = t, label: Tensor | None = label, ours: Denoiser = ours) -> Tensor:
            out: Tensor = ours(x, t, label)
            return out

        torch.testing.assert_close(plain(picture), fold(picture), atol=1e-5, rtol=1e-5)
        ways = {"UNet2DModel": passes(fold, picture), "ours": passes(plain, picture)}
        count = sum(p.numel() for p in ours.parameters()) / 1e6
        found.append(Case(f"denoiser, {name}, {count:.2f} M", ways))
    return found


def passes(module: Callable[[Tensor], Tensor], x: Tensor) -> Callable[[], None]:
    """Forward and backward once."""

    def once() -> None:
        module(x).square().mean().backward()

    return once
