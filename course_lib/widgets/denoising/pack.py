"""Everything the page of a denoising explorer needs, as plain values and bytes, sent once.

Sizes   S stops   N samples   D numbers of a sample
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.viz.style import CYCLE, TARGET
from course_lib.widgets.denoising import words
from course_lib.widgets.denoising.bundle import BadDenoisings, Denoisings
from course_lib.widgets.denoising.words import BOTTOM, LEFT, PLOT, RIGHT, TOP
from course_lib.widgets.kit.assets import frame
from course_lib.widgets.kit.wire import sent_bytes

START = 1 / 32  # the steps of the noise that all ways start from
MORE = 3  # the largest of two bits


@dataclass(frozen=True)
class Fineness:
    """How large the steps are: of noisy samples in standard deviations of the noise, of clean ones as they are."""

    noisy: float
    clean: float


def rounded(values: np.ndarray) -> np.ndarray:
    """To the nearest whole number, halves up, as JavaScript does with floor(x + 0.5)."""
    return np.floor(values + 0.5).astype(np.int64)


def deflate(counts: np.ndarray) -> bytes:
    """Whole numbers as bytes, deflated. The sign is folded in (0, -1, 1, -2 ...); then four numbers go to a byte, each
    as 0, 1, 2, or 3 for "more", and how much more follows: all low bytes, then all high bytes.

    Most numbers are small, and Huffman's code spends a whole bit at least on whatever it counts as one thing. With four
    numbers in a byte 64 digits on two walks take 1.47 MB; one by one 1.57 as fast, or 1.44 in six times the time.
    """
    folded = np.where(counts >= 0, 2 * counts, -2 * counts - 1).reshape(-1)
    more = (folded[folded >= MORE] - MORE).astype("<u2").view(np.uint8).reshape(-1, 2)
    quads = np.append(np.minimum(folded, MORE), np.zeros(-len(folded) % 4, int)).reshape(-1, 4) @ (1, 4, 16, 64)
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return packer.compress(quads.astype(np.uint8).tobytes() + more.T.tobytes()) + packer.flush()


def hold(clean: np.ndarray, step: float) -> np.ndarray:
    """(S, N, D) -> whole steps, no further than one step from the truth; small changes wait."""
    held = rounded(clean[0] / step)
    out = [held]
    for now in clean[1:]:
        held = np.where(np.abs(now - held * step) > step, rounded(now / step), held)
        out.append(held)
    return np.stack(out)


def encode(
    noisy: np.ndarray, clean: np.ndarray, spread: np.ndarray, fineness: Fineness, start: np.ndarray | None = None
) -> tuple[dict[str, Any], np.ndarray]:
    """One way as the page gets it, and the start as the page will have it.

    noisy, clean (S, N, D)   spread (S,) standard deviation of the noise   start (N, D) known already, or None
    """
    levels = hold(clean, fineness.clean)
    shown = levels * fineness.clean
    steps = [START, *np.maximum(fineness.noisy * spread[1:], fineness.clean / 2).tolist()]
    guess, mix = np.zeros_like(noisy[0]) if start is None else start, []
    missed, have = [], guess
    for stop, (now, step) in enumerate(zip(noisy, steps, strict=True)):
        if stop:
            parts = (have, shown[stop - 1], shown[stop])
            a, b, c = best_mix(parts, now)
            mix.append([a, b, c])
            guess = a * parts[0] + b * parts[1] + c * parts[2]
        counts = rounded((now - guess) / step)
        have = guess + counts * step
        missed.append(counts)
        if not stop:
            begin = have
    steady = np.diff(levels, axis=0, prepend=0)
    sent = {
        "steps": steps,
        "mix": mix,
        "clean": deflate(steady),
        "noisy": deflate(np.stack(missed)),
        "step": fineness.clean,
    }
    return sent, begin


def best_mix(parts: tuple[np.ndarray, ...], now: np.ndarray) -> list[float]:
    """The three weights that bring the parts nearest to `now`, by least squares."""
    table = np.stack([part.reshape(-1) for part in parts], axis=1)
    squares = table.T @ table + 1e-9 * np.eye(3)
    return np.linalg.solve(squares, table.T @ now.reshape(-1)).tolist()


def frame_of(it: Denoisings, called: Sequence[str], fineness: Fineness) -> str:
    """Fill the frame of one bundle.   called: the titles of all, to choose from"""
    low, high = words.snr_range(it)
    most = words.farthest(it) / 100
    times = sorted({int(t) for t in np.linspace(1, it.last, 80)})
    kept = [float(it.alpha_bars[t]) for t in times]
    on_kept = [(words.across(it, t), words.height(k, 0, 1)) for t, k in zip([0, *times], [1.0, *kept], strict=True)]
    on_ratio = [
        (words.across(it, t), words.height(words.log_snr(k), low, high)) for t, k in zip(times, kept, strict=True)
    ]
    return frame(
        Path(__file__).parent,
        title=it.title,
        noun=words.noun(it),
        points=it.points,
        count=it.count,
        columns=int(np.ceil(np.sqrt(it.count))),
        stops=len(it.times),
        bundles=list(enumerate(called)),
        ways=[(name, name) for name in it.ways],
        whence="given" if it.given else f"made by {next(iter(it.ways))}",
        offered=[*sorted({label for some in words.choices(it).values() for label in some}), ""],
        size=PLOT,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        ticks=[(words.across(it, t), f"{'t = ' * (t == it.last)}{t}") for t in (it.last, it.last // 2, 0)],
        marks={
            "far": [(words.height(value, 0, most), f"{value:.2f}") for value in (0.0, most / 2, most)],
            "kept": [(words.height(value, 0, 1), text) for value, text in ((0, "0"), (0.5, ".5"), (1, "1"))],
            "ratio": [
                (words.height(value, low, high), f"{value:g}".replace("-", "−")) for value in sorted({low, 0.0, high})
            ],
        },
        curves={name: " ".join(f"{x},{y}" for x, y in some) for name, some in (("kept", on_kept), ("ratio", on_ratio))},
        fineness={
            "clean": f"{fineness.clean:.3f}",
            "noisy": f"{fineness.noisy / 2:.3f}",
            "start": f"{START / 2:.3f}",
        },
    )


AIM, LARGEST = 1_420_000, 2_550_000  # bytes: what the ways should make, and what a page takes at most
LADDER = [Fineness(*each) for each in ((1 / 32, 1 / 128), (1 / 16, 1 / 64), (1 / 8, 1 / 48), (1 / 4, 1 / 32),
                                       (1 / 2, 1 / 32), (1 / 2, 1 / 24), (1 / 2, 1 / 16))]  # fmt: skip
COLOURS = [colour for colour in CYCLE if colour != TARGET]  # of points, by label; the chosen one has the other


def pack(several: Sequence[Denoisings]) -> dict[str, Any]:
    """The `data` trait, as fine as the bytes allow. Raises BadDenoisings when even the coarsest is too large."""
    called = [one.title or f"bundle {place}" for place, one in enumerate(several)]
    enough = next((fineness for fineness in LADDER[:-1] if estimate(several, fineness) <= AIM), LADDER[-1])
    for fineness in (enough, LADDER[-1]):
        bundles = [pack_one(one, called, fineness) for one in several]
        data = {"bundles": bundles, "phrases": words.PHRASES, "heading": words.HEADING}
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
        "html": frame_of(it, called, fineness),
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
