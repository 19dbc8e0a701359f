"""Noise schedules: how much of a picture is left after t steps of noise.

Sizes   T steps   B batch
Time is counted as in the papers: t = 0 is clean, t = T is noise, so every table has T + 1 entries.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Schedule:
    """The share of noise that each step adds, and what follows from it.   betas (T + 1,), float64, betas[0] = 0.

    Step t keeps sqrt(1 - betas[t]) of what it finds and adds noise of variance betas[t].
    """

    betas: Tensor

    def __post_init__(self) -> None:
        if self.betas.ndim != 1 or len(self.betas) < 2:
            raise ValueError(f"betas have shape {tuple(self.betas.shape)}; give one number for each t from 0 to T")
        if self.betas[0] != 0 or not ((self.betas[1:] > 0) & (self.betas[1:] < 1)).all():
            raise ValueError("betas[0] must be 0 (t = 0 is clean) and all others lie between 0 and 1")

    @property
    def steps(self) -> int:
        """T, the number of steps from clean to noise."""
        return len(self.betas) - 1

    @property
    def alpha_bars(self) -> Tensor:
        """Compute the share of the clean picture's variance that is left at t.   -> (T + 1,), falling from 1."""
        return torch.cumprod(1 - self.betas, dim=0)

    @property
    def snr(self) -> Tensor:
        """Compute the signal-to-noise ratio alpha_bar / (1 - alpha_bar).   -> (T + 1,), infinite at t = 0.

        Source: Kingma et al. 2021 (arXiv:2107.00630), equation 2.
        """
        return self.alpha_bars / (1 - self.alpha_bars)

    def posterior_variances(self) -> Tensor:
        """Measure how uncertain x_{t-1} still is when x_t and x_0 are known.   -> (T + 1,), 0 at t = 0 and t = 1.

        Source: Ho et al. 2020 (arXiv:2006.11239), equation 7.
        """
        bars = self.alpha_bars
        kept = (1 - bars[:-1]) / (1 - bars[1:]) * self.betas[1:]
        return torch.cat([kept.new_zeros(1), kept])

    def visiting(self, times: Sequence[int]) -> "Schedule":
        """Go the same way with fewer stops: step i of the new schedule leads from times[-i] back to times[-1 - i].

        times   falling, and the last is 0, as `models.diffusion.times` gives them
        Source: Nichol and Dhariwal 2021 (arXiv:2102.09672), equation 19.
        """
        rising = list(times)[::-1]
        if len(rising) < 2 or rising[0] != 0 or any(b <= a for a, b in itertools.pairwise(rising)):
            raise ValueError(f"times {list(times)} must fall from at most {self.steps} to 0")
        bars = self.alpha_bars[rising]
        return _with_zero(1 - bars[1:] / bars[:-1])


def linear(steps: int = 1000, first: float = 1e-4, last: float = 0.02) -> Schedule:
    """Let the noise grow evenly from step to step.

    Source: Ho et al. 2020 (arXiv:2006.11239), section 4, with these values for T = 1000.
    """
    _check(steps)
    return _with_zero(torch.linspace(first, last, steps, dtype=torch.float64))


def cosine(steps: int = 1000, offset: float = 0.008, largest: float = 0.999) -> Schedule:
    """Let the picture fade along a cosine: slow at both ends.

    Source: Nichol and Dhariwal 2021 (arXiv:2102.09672), equation 17; no beta above `largest`, as there.
    """
    _check(steps)
    share = torch.arange(steps + 1, dtype=torch.float64) / steps
    left = torch.cos((share + offset) / (1 + offset) * math.pi / 2) ** 2
    return _with_zero((1 - left[1:] / left[:-1]).clamp(max=largest))


def at(table: Tensor, t: Tensor | int, like: Tensor) -> Tensor:
    """Look up the table's entries at t, shaped so that they multiply a batch.

    table (T + 1,)   t (B,) whole numbers, or one for all   like (B, ...)   -> (B, 1, ...) in like's dtype
    Raises IndexError for a t outside the table.
    """
    times = torch.as_tensor(t, device=table.device)
    if times.numel() and (times.min() < 0 or times.max() >= len(table)):
        raise IndexError(f"t from {int(times.min())} to {int(times.max())} leaves the table of 0 to {len(table) - 1}")
    picked = table[times].to(like.device, like.dtype)
    return picked.reshape(-1, *[1] * (like.ndim - 1))


def _with_zero(betas: Tensor) -> Schedule:
    return Schedule(torch.cat([betas.new_zeros(1), betas]))


def _check(steps: int) -> None:
    if steps < 1:
        raise ValueError(f"{steps} steps cannot add noise; take at least 1")
