"""Everything the page of a denoising explorer needs, as plain values and bytes, sent once.

Sizes   S stops   N samples   D numbers of a sample
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.viz.style import ASKING, CYCLE
from course_lib.widgets import denoising_describe as words
from course_lib.widgets.denoising_bundle import BadDenoisings, Denoisings
from course_lib.widgets.denoising_code import Fineness, deflate, encode, rounded
from course_lib.widgets.denoising_frame import frame
from course_lib.widgets.wire import sent_bytes

AIM, LARGEST = 1_420_000, 2_550_000  # bytes: what the ways should make, and what a page takes at most
LADDER = [Fineness(*each) for each in ((1 / 32, 1 / 128), (1 / 16, 1 / 64), (1 / 8, 1 / 48), (1 / 4, 1 / 32),
                                       (1 / 2, 1 / 32), (1 / 2, 1 / 24), (1 / 2, 1 / 16))]  # fmt: skip
COLOURS = [colour for colour in CYCLE if colour != ASKING]  # of points, by label; the chosen one has the other


def pack(several: Sequence[Denoisings]) -> dict[str, Any]:
    """The `data` trait, as fine as the bytes allow. Raises BadDenoisings when even the coarsest is too large."""
    called = [one.title or f"bundle {place}" for place, one in enumerate(several)]
    enough = next((fineness for fineness in LADDER[:-1] if estimate(several, fineness) <= AIM), LADDER[-1])
    for fineness in (enough, LADDER[-1]):
        data = {"bundles": [pack_one(one, called, fineness) for one in several]}
        size = sent_bytes(data)
        if size <= LARGEST:
            return data
    each = ", ".join(
        f"{one.count} samples x {sum(len(way.stops) for way in one.ways.values())} stops" for one in several
    )
    raise BadDenoisings(
        f"{each} make {size / 1e6:.1f} MB, and a page takes {LARGEST / 1e6:.1f} MB; "
        "show fewer samples, ways or stops (sample with a smaller keep)"
    )


def estimate(several: Sequence[Denoisings], fineness: Fineness) -> int:
    """About how many bytes it would make, from every fourth sample."""
    total = 0
    for one in several:
        some = slice(None, None, 4)
        ways = ways_of(one, fineness, some)
        share = one.count / len(range(one.count)[some])
        total += int(share * sum(len(way["clean"]) + len(way["noisy"]) for way in ways))
    return total


def ways_of(it: Denoisings, fineness: Fineness, some: slice = slice(None)) -> list[dict[str, Any]]:
    """Every way as bytes; the first brings the noise that all start from."""
    start, found = None, []
    for way in it.ways.values():
        spread = np.sqrt(1 - it.alpha_bars[way.stops])
        clean = way.clean if it.points else way.clean.clip(-1, 1)
        sent, begin = encode(way.noisy[:, some], clean[:, some], spread, fineness, start)
        start = begin if start is None else start
        found.append(sent)
    return found


def pack_one(it: Denoisings, called: Sequence[str], fineness: Fineness) -> dict[str, Any]:
    """One bundle. called: the titles of all, to choose from"""
    ways = ways_of(it, fineness)
    for sent, way in zip(ways, it.ways.values(), strict=True):
        sent |= {
            "name": way.name,
            "stops": way.stops,
            "far": deflate(np.diff(way.far, axis=0, prepend=0)),
            "half": way.halfway.tolist(),
            "labels": way.labels,
            "tints": tints(way.labels) if it.points else [],
        }
    low, step = (0.0, 1 / 256) if it.points else (-1.0, 2 / 255)
    kept = it.alpha_bars[it.times]
    return {
        "noun": words.noun(it),
        "shape": list(it.shape),
        "count": it.count,
        "last": it.last,
        "times": it.times,
        "facts": [words.facts(it, t) for t in it.times],
        "shares": [[float(np.sqrt(k)), float(np.sqrt(1 - k))] for k in kept],
        "spots": words.spots(it),
        "ways": ways,
        "given": deflate(rounded((it.clean - low) / step)),
        "low": low,
        "unit": step,
        "reach": reach(it),
        "most": words.farthest(it),
        "fineness": [fineness.noisy, fineness.clean],
        "html": frame(it, called, fineness),
        "choices": words.choices(it),
    }


def tints(labels: Sequence[str] | None) -> list[str]:
    """A colour for each point's label; none where there are no labels, or more than colours."""
    kinds = sorted(set(labels or []))
    return [COLOURS[kinds.index(label)] for label in labels or []] if len(kinds) <= len(COLOURS) else []


def reach(it: Denoisings) -> list[float]:
    """The box that holds all points of all ways, square: left, top, side, with y upward."""
    if not it.points:
        return [0, 0, 1]
    every = np.concatenate([way.noisy.reshape(-1, 2) for way in it.ways.values()])
    low, high = np.quantile(every, [0.0005, 0.9995], axis=0)
    side = float((high - low).max()) * 1.06
    left, top = (low + high) / 2 + np.array([-side, side]) / 2
    return [float(left), float(top), side]
