"""A journey in few bytes. Neighbouring stops are alike, so what is sent is what a simple guess misses.

Clean     a number changes only when it has moved by more than a step; then it goes to the nearest step
Noisy     the next stop is guessed from this one and from both clean predictions by three numbers (least squares);
          what the guess misses is sent in steps of a share of the noise at that time. For DDIM that is nothing:
          its next stop follows from this one and the prediction. The guess starts from what the page will have
          (not from the true values), so that errors do not add up
Sizes     S stops   N samples   D numbers of a sample
"""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

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

    Most numbers are small, and Huffman's code spends a whole bit at least on whatever it counts as one thing: four
    numbers in a byte take 0.89 times what they take one by one (week 14's digits).
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
