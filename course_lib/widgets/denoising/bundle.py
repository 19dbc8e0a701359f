"""One bundle of denoising to look at: samples on their way out of noise, by one or several ways from the same start.

Sizes   T steps of the schedule   S stops   N samples   D numbers of a sample: pixels, or 2 coordinates
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from course_lib.errors import CourseError

MOST_STOPS, MOST_PICTURES, MOST_POINTS, LARGEST_SIDE = 64, 64, 512, 32


def plain(value: Any) -> np.ndarray:
    """A tensor or nested lists as a float array."""
    return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value, dtype=np.float64)


def finite(name: str, value: Any) -> np.ndarray:
    """The same, without nan and infinity."""
    array = plain(value)
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}{list(place)} is {array[place]}; only finite numbers can be shown")
    return array


def bars_of(schedule: Any) -> np.ndarray:
    """(T+1,) the shares of variance kept, out of the table itself or a schedule that has one."""
    bars = finite("alpha_bars", getattr(schedule, "alpha_bars", schedule))
    if bars.ndim != 1 or len(bars) < 2:
        raise ValueError(f"alpha_bars have shape {bars.shape}; give one number for each t from 0 to T")
    if bars[0] != 1:
        raise ValueError(f"alpha_bars[0] is {bars[0]:.6g}; t = 0 is clean, so it must be 1 (put a 1 before the table)")
    if (np.diff(bars) >= 0).any() or bars[-1] < 0:
        t = int(np.argmax(np.diff(bars) >= 0)) + 1
        raise ValueError(f"alpha_bars[{t}] is {bars[t]:.6g}; the table must fall from 1 and stay above 0")
    return bars


def stops_of(name: str, stops: Any, last: int) -> list[int]:
    """Whole times, falling from noise to samples, of a schedule that ends at `last`."""
    times = [int(t) for t in stops]
    if len(times) < 2 or len(times) > MOST_STOPS:
        raise ValueError(
            f"{name} has {len(times)} stops; 2 to {MOST_STOPS} can be shown: sample with keep={MOST_STOPS}"
        )
    if any(later >= earlier for earlier, later in pairwise(times)):
        raise ValueError(f"the stops of {name} begin {times[:4]}; they must fall from noise, t = {last}, to samples")
    if times[0] > last or times[-1] != 0:
        raise ValueError(f"the stops of {name} go from {times[0]} to {times[-1]}; they must end at 0 and begin at "
                         f"{last} or below, where the schedule ends")  # fmt: skip
    return times


def shape_of(name: str, noisy: np.ndarray) -> tuple[int, ...]:
    """The shape of one sample: (2,) for points, (C, H, W) for pictures, C 1 or 3."""
    one = noisy.shape[2:]
    if one == (2,):
        most, what = MOST_POINTS, "points"
    elif len(one) == 2 or (len(one) == 3 and one[0] in (1, 3)):
        most, what, one = MOST_PICTURES, "pictures", (1, *one)[-3:]
        if max(one[1:]) > LARGEST_SIDE:
            raise ValueError(f"pictures of {one[1]} x {one[2]} are too large; at most {LARGEST_SIDE} pixels a side")
    else:
        raise ValueError(f"noisy of {name} has shape {noisy.shape}; pictures are (S, N, C, H, W) with 1 or 3 channels, "
                         "points (S, N, 2)")  # fmt: skip
    if not 1 <= noisy.shape[1] <= most:
        raise ValueError(f"{name} has {noisy.shape[1]} {what}; show 1 to {most}: journey.noisy[:, :{most}]")
    return one


def journey_of(name: str, value: Any, last: int) -> tuple[list[int], np.ndarray, np.ndarray]:
    """stops, noisy (S, N, ...), clean (S, N, ...) of a Journey, or of the three in a row."""
    fields = [getattr(value, field, None) for field in ("stops", "noisy", "clean")]
    if any(field is None for field in fields):
        if not isinstance(value, tuple | list) or len(value) != 3:
            raise ValueError(f"way {name!r} is {type(value).__name__}; give a Journey, or (stops, noisy, clean)")
        fields = list(value)
    stops = stops_of(name, fields[0], last)
    noisy, clean = (finite(f"{part} of {name}", one) for part, one in zip(("noisy", "clean"), fields[1:], strict=True))
    if noisy.shape != clean.shape or len(noisy) != len(stops) or noisy.ndim < 3:
        raise ValueError(f"{name} has {len(stops)} stops, noisy {noisy.shape} and clean {clean.shape}; "
                         "both begin with the stops, then the samples")  # fmt: skip
    return stops, noisy, clean


def labels_of(labels: Any, names: Sequence[str], count: int) -> dict[str, list[str]]:
    """Each way's labels, one a sample: the same for all ways unless they are given by way; {} when there are none."""
    if labels is None:
        return {}
    each = dict(labels) if isinstance(labels, Mapping) else dict.fromkeys(names, labels)
    if set(each) != set(names):
        raise ValueError(f"labels are given for {', '.join(map(str, each))}; the ways are {', '.join(names)}")
    for name, some in each.items():
        if len(some) != count:
            raise ValueError(f"{len(some)} labels for {count} samples of {name}")
    return {name: [str(one) for one in each[name]] for name in names}


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
