"""Weights as one byte each, so that all layers and heads reach the page at once.

A byte names one of 256 levels. The levels are spaced so that a weight, read back, rounds to the same whole percent
(to the same tenth below 1%) as the number it came from; small weights get the finer steps, as on the colour scale.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex

from course_lib.viz.style import WEIGHTS


def _edges() -> np.ndarray:
    """255 rising borders between the levels: every border of a rounding class, then the widest gaps split."""
    tenths = [(i + 0.5) / 1000 for i in range(10)]  # 0.05% ... 0.95%: where the tenth shown changes
    wholes = [(i + 0.5) / 100 for i in range(1, 100)]  # 1.5% ... 99.5%: where the whole percent shown changes
    edges = [1e-4, *tenths, *wholes]
    while len(edges) < 255:  # split where neighbours lie furthest apart on the square-root colour scale
        spread = np.diff(np.sqrt([0, *edges, 1]))
        at = int(spread.argmax())
        ends = [0, *edges, 1]
        edges.insert(at, (ends[at] + ends[at + 1]) / 2)
    return np.array(edges)


EDGES = _edges()
LEVELS = np.concatenate([[0.0], (EDGES[:-1] + EDGES[1:]) / 2, [(EDGES[-1] + 1) / 2]])
LEVELS[-1] = 1.0
LEVELS[0] = 0.0


def to_levels(weights: np.ndarray) -> np.ndarray:
    """weights in [0, 1] -> one byte each; level 0 is below 0.01%"""
    return np.searchsorted(EDGES, weights.astype(np.float64), side="right").astype(np.uint8)


def percent(level: int) -> str:
    """How a level is said: `37%`, below one percent `0.4%`, and `0%` for (nearly) nothing."""
    value = 100 * float(LEVELS[level])
    if value < 0.95:
        return f"{int(value * 10 + 0.5) / 10:g}%"
    return f"{int(value + 0.5)}%"


def level_colours(top: float) -> np.ndarray:
    """The colour of each level as red, green, blue, opaque: (256, 4) bytes.

    It follows the square root of weight over `top`, the largest weight on show.
    """
    return colormaps[WEIGHTS](np.sqrt(np.clip(LEVELS / top, 0, 1)), bytes=True)


def first_bright(colours: np.ndarray) -> int:
    """The first level on which black ink reads better than white; 256 if none."""
    light = np.append(colours[:, :3] @ [0.299, 0.587, 0.114] > 128, True)
    return int(light.argmax())


def scale_html(top: float, caption: str = "weight · line under a head: its mean entropy") -> str:
    """The colour scale with its marks."""
    ramp = ", ".join(to_hex(colormaps[WEIGHTS](place)) for place in np.linspace(0, 1, 11))
    marks = "".join(f'<span style="left: {100 * place:.1f}%">{text}</span>' for place, text in scale_ticks(top))
    return (
        f'<div style="background: linear-gradient(90deg, {ramp})"></div><p>{marks}</p>'
        f"<figcaption>{caption}</figcaption>"
    )


def scale_ticks(top: float) -> list[tuple[float, str]]:
    """Marks of the colour scale: place from 0 to 1, text."""
    wanted = [value for value in (0.0, 0.001, 0.01, 0.05, 0.2, 0.5, 1.0) if value < 0.8 * top]
    kept = [value for value in wanted if not 0 < value < 0.02 * top]
    last = f"{100 * top:.0f}%" if top > 0.095 else f"{100 * top:.1f}%"
    return [(float(np.sqrt(value / top)), f"{100 * value:g}%") for value in kept] + [(1.0, last)]


def entropy_tenths(weights: np.ndarray) -> np.ndarray:
    """Entropy of each row in tenths of a bit, one byte. weights (..., S) -> (...)"""
    safe = np.where(weights > 0, weights, 1.0).astype(np.float64)
    bits = -(safe * np.log2(safe)).sum(-1)
    return np.round(10 * np.clip(bits, 0, 25)).astype(np.uint8)


def pack_mask(mask: np.ndarray) -> bytes:
    """One bit a cell, True = may look, the first cell in the lowest bit."""
    return np.packbits(mask.reshape(-1), bitorder="little").tobytes()
