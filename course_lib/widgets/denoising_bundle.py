"""One bundle of denoising to look at: samples on their way out of noise, by one or several ways from the same start.

Sizes   T steps of the schedule   S stops   N samples   D numbers of a sample: pixels, or 2 coordinates
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.widgets.denoising_check import bars_of, finite, journey_of, labels_of, shape_of

SAME = 1e-4  # how far two starts may lie apart and still be the same noise


class BadDenoisings(CourseError, ValueError):
    """Something in a bundle does not fit; the message says what, and what would."""


@dataclass(frozen=True)
class Way:
    """One journey from noise to samples.   stops: S times, the last 0   noisy, clean (S, N, D)"""

    name: str
    stops: list[int]
    noisy: np.ndarray
    clean: np.ndarray
    labels: list[str] | None

    def stop_at(self, t: int) -> int:
        """The stop on show at time t: a way that skips t still waits at the time before.   -> 0 to S - 1"""
        return max(sum(stop >= t for stop in self.stops) - 1, 0)

    @cached_property
    def far(self) -> np.ndarray:
        """(S, N) whole hundredths: how far the predicted clean sample is from where the way ends.

        Pictures: root mean square over the pixels; points: the distance.
        """
        square = (self.clean - self.noisy[-1]) ** 2
        apart = np.sqrt(square.sum(-1) if self.noisy.shape[-1] == 2 else square.mean(-1))
        return np.floor(100 * apart + 0.5).astype(int)

    @cached_property
    def halfway(self) -> np.ndarray:
        """(N,) the time from which on the prediction stays within half of its first distance."""
        outside = 2 * self.far > self.far[0]
        after = len(self.stops) - np.argmax(outside[::-1], axis=0)  # the stop after the last one outside
        return np.array(self.stops)[np.where(outside.any(0), np.minimum(after, len(self.stops) - 1), 0)]


@dataclass(frozen=True)
class Denoisings:
    """Everything an explorer of denoising shows at once.

    ways        name -> a Journey (stops, noisy (S, N, ...), clean (S, N, ...)), or those three as a tuple; all from
                the same starting noise. Pictures from -1 to 1, (C, H, W) with 1 or 3 channels, or points (2,)
    alpha_bars  (T+1,), or a schedule that has them
    labels      N texts, what each sample is; or name -> N texts where the ways end differently
    clean       (N, ...) samples to add noise to; where left out, what the first way made
    """

    title: str
    ways: Mapping[str, Any]
    alpha_bars: Any
    labels: Any = None
    clean: Any = None
    shape: tuple[int, ...] = dataclasses.field(default=(), init=False)  # of a sample: (C, H, W) or (2,)
    given: bool = dataclasses.field(default=False, init=False)  # whether `clean` was given

    def __post_init__(self) -> None:
        try:
            self._check()
        except ValueError as error:
            raise error if isinstance(error, BadDenoisings) else BadDenoisings(str(error)) from error

    def _check(self) -> None:
        bars = bars_of(self.alpha_bars)
        if not isinstance(self.ways, Mapping) or not self.ways:
            raise ValueError("ways are a dictionary of name -> Journey, with at least one")
        found = {str(name): journey_of(str(name), way, len(bars) - 1) for name, way in self.ways.items()}
        first = next(iter(found))
        shape, size = shape_of(first, found[first][1]), found[first][1].shape[1:]
        labels = labels_of(self.labels, list(found), size[0])
        ways = {}
        for name, (stops, noisy, clean) in found.items():
            if noisy.shape[1:] != size:
                raise ValueError(f"{name} has samples of shape {noisy.shape[1:]}, {first} of {size}; they must agree")
            apart = float(np.abs(noisy[0] - found[first][1][0]).max())
            if apart > SAME:
                raise ValueError(f"{name} and {first} start up to {apart:.3g} apart; compare ways from the same noise")
            flat = [one.reshape(len(stops), size[0], -1) for one in (noisy, clean)]
            ways[name] = Way(name, stops, flat[0], flat[1], labels.get(name))
        start = ways[first].noisy[-1] if self.clean is None else finite("clean", self.clean)
        if start.size != ways[first].noisy[0].size:
            raise ValueError(f"clean has shape {start.shape}; {size} would fit, one for each sample")
        tidy = {"alpha_bars": bars, "ways": ways, "labels": labels, "clean": start.reshape(size[0], -1)}
        for field, value in {**tidy, "shape": shape, "given": self.clean is not None}.items():
            object.__setattr__(self, field, value)

    @property
    def points(self) -> bool:
        """Whether the samples are points of the plane, not pictures."""
        return len(self.shape) == 1

    @property
    def count(self) -> int:
        """N, the number of samples."""
        return len(self.clean)

    @property
    def last(self) -> int:
        """T, where the schedule ends."""
        return len(self.alpha_bars) - 1

    @cached_property
    def times(self) -> list[int]:
        """Every time at which some way stops, falling."""
        return sorted({t for way in self.ways.values() for t in way.stops}, reverse=True)

    def noised(self, t: int) -> np.ndarray:
        """(N, D) the clean samples after t steps of the starting noise, in closed form."""
        kept = self.alpha_bars[t]
        start = next(iter(self.ways.values())).noisy[0]
        return np.sqrt(kept) * self.clean + np.sqrt(1 - kept) * start
