"""Diffusion around any network that predicts noise: its loss, and the way back from noise to samples.

Sizes   B batch   S stops; every other axis is whatever a sample looks like
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.layers.diffusion import Variance, classifier_free_guidance, ddim_step, ddpm_step, predict_x0, q_sample
from course_lib.layers.noise_schedule import Schedule

Predict = Callable[[Tensor, Tensor, Tensor | None], Tensor]  # noisy (B, ...), t (B,), label (B,) or None -> the noise


@dataclass(frozen=True)
class Journey:
    """The stops of a way from noise to samples."""

    stops: list[int]  # the time of each stop, falling; the last is 0
    noisy: Tensor  # (S, B, ...), what stood there
    clean: Tensor  # (S, B, ...), the clean sample predicted from it; at t = 0 the sample itself

    @property
    def samples(self) -> Tensor:
        """Give the samples where the way ended.   -> (B, ...)."""
        return self.noisy[-1]


def times(steps: int, few: int) -> list[int]:
    """`few` times that a short sampler visits, evenly spaced and falling from T, then 0.   -> few + 1 numbers.

    Raises ValueError unless 1 <= few <= steps.
    """
    if not 1 <= few <= steps:
        raise ValueError(f"{few} steps cannot be taken out of {steps}; take 1 to {steps}")
    return [round(steps * (few - i) / few) for i in range(few + 1)]


@dataclass(frozen=True)
class Diffusion:
    """A schedule, and a network that predicts noise.   no_label: the label that means "none", for guidance."""

    schedule: Schedule
    predict: Predict
    no_label: int | None = None

    def loss(self, clean: Tensor, generator: torch.Generator, label: Tensor | None = None, drop: float = 0.1) -> Tensor:
        """Put noise of a random time into each sample, and ask for that noise back.   clean (B, ...) -> scalar.

        drop   the share of labels hidden, so that the network also learns to go without
        Source: Ho et al. 2020 (arXiv:2006.11239), equation 14; Ho and Salimans 2022 (arXiv:2207.12598), algorithm 1.
        """
        t, noise, label = self.drawn(clean, generator, label, drop)
        return F.mse_loss(self.predict(q_sample(clean, noise, t, self.schedule), t, label), noise)

    def drawn(
        self, clean: Tensor, generator: torch.Generator, label: Tensor | None, drop: float
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Give what training leaves to chance: the times, the noise, and whose label is hidden."""
        t = torch.randint(1, self.schedule.steps + 1, (len(clean),), generator=generator)
        noise = torch.randn(clean.shape, generator=generator)
        if label is not None and self.no_label is not None:
            hidden = torch.rand(len(clean), generator=generator) < drop
            label = torch.where(hidden, self.no_label, label)
        return t, noise, label

    def noise_at(self, noisy: Tensor, t: int, label: Tensor | None, guidance: float) -> Tensor:
        """Compute the predicted noise, leaning towards the label as strongly as `guidance` says.

        (B, ...) -> (B, ...).
        """
        time = torch.full((len(noisy),), t)
        if label is None or self.no_label is None:
            none = None if self.no_label is None else torch.full((len(noisy),), self.no_label)
            return self.predict(noisy, time, none)
        if guidance == 1:
            return self.predict(noisy, time, label)
        none = torch.full_like(label, self.no_label)
        both = self.predict(noisy.repeat(2, *[1] * (noisy.ndim - 1)), time.repeat(2), torch.cat([label, none]))
        with_label, without = both.chunk(2)
        return classifier_free_guidance(with_label, without, guidance)

    def ask(
        self, noisy: Tensor, t: int, label: Tensor | None, guidance: float, step: int, chain: Schedule
    ) -> tuple[Tensor, Variance | Tensor]:
        """Compute the predicted noise, and the variance of a DDPM step: step `step` of `chain`, which stops at t."""
        return self.noise_at(noisy, t, label, guidance), "small"

    @torch.no_grad()
    def sample(
        self,
        start: Tensor,
        *,
        few: int | None = None,
        method: Literal["ddpm", "ddim"] = "ddpm",
        eta: float = 0.0,
        label: Tensor | None = None,
        guidance: float = 1.0,
        generator: torch.Generator | None = None,
        keep: Sequence[int] | int = 2,
        clip: bool = True,
        change: Callable[[Tensor, int], Tensor] | None = None,
    ) -> Journey:
        """Walk from noise back to samples.

        start    (B, ...), standard normal noise
        few      how many steps to take; all of them if it is not said. "ddpm" then walks the shorter schedule that
                 stops at these times alone (`Schedule.visiting`), and so does DDIM with eta = 1
        keep     how many stops to keep, evenly spaced and always with the first and the last; or the very times
        change   called with (x, t) after every step, and may put something else there: inpainting does
        -> a Journey. Chance comes from `generator` alone.
        Raises ValueError for an unknown method, or more steps than the schedule has.
        """
        if method not in ("ddpm", "ddim"):
            raise ValueError(f"method {method!r} is not there; choose 'ddpm' or 'ddim'")
        visited = times(self.schedule.steps, self.schedule.steps if few is None else few)
        chain = self.schedule.visiting(visited)
        wanted = set(_spread(visited, keep) if isinstance(keep, int) else keep)
        stops, noisy, clean, x = [], [], [], start
        for step, (t, earlier) in zip(range(chain.steps, 0, -1), itertools.pairwise(visited), strict=True):
            noise, variance = self.ask(x, t, label, guidance, step, chain)
            if t in wanted:
                guess = predict_x0(x, noise, t, self.schedule)
                stops.append(t)
                noisy.append(x)
                clean.append(guess.clamp(-1, 1) if clip else guess)
            if method == "ddpm":
                fresh = torch.randn(x.shape, generator=generator)
                x = ddpm_step(x, noise, step, chain, fresh, variance=variance, clip=clip)
            else:
                added = torch.randn(x.shape, generator=generator) if eta else None
                x = ddim_step(x, noise, t, earlier, self.schedule, eta=eta, fresh=added, clip=clip)
            x = x if change is None else change(x, earlier)
        return Journey([*stops, 0], torch.stack([*noisy, x]), torch.stack([*clean, x]))


def _spread(visited: list[int], keep: int) -> list[int]:
    """`keep` of the visited times, evenly spaced, with the first and the last."""
    if keep < 2:
        raise ValueError(f"keep {keep} stops: the first and the last are always kept, so ask for 2 or more")
    last, keep = len(visited) - 1, min(keep, len(visited))
    return [visited[round(i * last / (keep - 1))] for i in range(keep)]
