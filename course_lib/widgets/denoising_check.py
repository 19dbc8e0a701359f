"""The arrays of a bundle of denoising, checked one by one; whoever gave something else is told what would fit.

Sizes   T steps of the schedule   S stops, from noise to samples   N samples
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

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
