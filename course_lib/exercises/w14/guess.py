"""A small network that guesses noise, as an input of the exercise on training; and a note of what it was asked."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


class Guess(nn.Module):
    """Guesses noise from what it sees and from the time, number by number: for samples of any shape."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3))

    def forward(self, noisy: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        angle = t.reshape(-1, *[1] * (noisy.dim() - 1)) * 1.3
        a, b, c = self.weight
        return torch.tanh(a * noisy + b * angle.sin()) + c * noisy

    def __repr__(self) -> str:
        return "a small network: predict(noisy, t) gives a guess of the noise"


class Asked:
    """`predict`, with a note of every question; it says so when it is asked in another way."""

    def __init__(self, predict: Callable[..., Tensor], steps: int) -> None:
        self.predict, self.steps = predict, steps
        self.noisy: list[Tensor] = []
        self.t: list[Tensor] = []

    def __call__(self, noisy: Any, t: Any, label: Tensor | None = None) -> Tensor:
        if not isinstance(noisy, Tensor) or not isinstance(t, Tensor) or t.is_floating_point():
            kinds = ", ".join(f"{x.dtype}" if isinstance(x, Tensor) else type(x).__name__ for x in (noisy, t))
            raise TypeError(f"predict takes noisy samples and their times, whole numbers, and was given ({kinds})")
        if t.dim() != 1 or len(t) != len(noisy):
            raise ValueError(
                f"predict takes one time for each sample: {len(noisy)} samples and t of shape {tuple(t.shape)} came"
            )
        self.noisy.append(noisy.detach().clone())
        self.t.append(t.detach().clone().long())
        return self.predict(noisy, t)

    def everything(self, batch: int) -> tuple[Tensor, Tensor]:
        """All samples it was shown and all times it was told. Raises ValueError unless it is one for each sample."""
        seen = sum(len(each) for each in self.t)
        if seen != batch:
            raise ValueError(
                f"predict should be asked once about each of the {batch} samples; it was asked about {seen}"
            )
        return torch.cat(self.noisy), torch.cat(self.t)
