"""The still picture of a translation explorer: where a step looked, what else was likely, and the beam search.

Sizes   T steps   S labels read
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from course_lib.viz.attention import label_axis, one_scale, readable
from course_lib.viz.beam_layout import Tree
from course_lib.viz.beam_tree import beam_caption, paint_beam, thinned
from course_lib.viz.style import INK, QUIET, SOURCE, TARGET, WEIGHTS, bare, in_house_style, new_figure


@in_house_style
def draw_translation(
    weights: np.ndarray,
    source: Sequence[str],
    target: Sequence[str],
    step: int,
    candidates: Sequence[tuple[str, float | None, str]],
    name: str = "",
    tree: Tree | None = None,
    node: int = -1,
    shown: int | None = None,
    title: str = "",
) -> Figure:
    """The map with the step's row outlined and the letters coloured by it, the candidates as bars, the beam below.

    weights (T, S)   candidates: (label, probability or None while it is hidden, note)   shown: the last step to be seen
    -> Figure
    """
    last = len(target) - 1 if shown is None else shown
    labels = [label if t <= last else "·" for t, label in enumerate(target)]
    drawn, node = thinned(tree, node) if tree is not None and tree.nodes else (None, -1)
    high = min(max(1.8, 0.13 * len(target)), 5.2)
    low = 0.33 * (max(drawn.slot) + 1) + 0.4 if drawn else 0.01
    fig = new_figure(6.8, high + low + 0.6)
    grid = fig.add_gridspec(2, 2, width_ratios=[1.5, 1], height_ratios=[high, low])
    paint_alignment_map(fig.add_subplot(grid[0, 0]), weights, source, labels, step, name)
    paint_candidates(fig.add_subplot(grid[0, 1]), candidates, f"Step {step + 1} of {len(target)}")
    if drawn:
        below = fig.add_subplot(grid[1, :])
        paint_beam(below, drawn, node, shown)
        below.set_title(beam_caption(drawn), fontsize=9)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    return fig


def paint_alignment_map(
    ax: Any, weights: np.ndarray, source: Sequence[str], target: Sequence[str], step: int, name: str = ""
) -> None:
    """The map (T, S), the chosen row outlined; each source letter stands on the colour of that row's weight."""
    norm = one_scale(weights)
    ax.imshow(weights, norm=norm, cmap=WEIGHTS, aspect="auto")
    label_axis(ax.yaxis, target, upright=True)
    size = 10 if len(source) <= 24 else 6
    ax.set_xticks(range(len(source)), map(readable, source), fontsize=size)
    ax.tick_params(length=0, top=True, labeltop=True, labelbottom=False, pad=5)
    for label, weight in zip(ax.get_xticklabels(), weights[step], strict=True):
        long = len(label.get_text()) > 1 and len(label.get_text()) * len(source) > 30  # wider than its column
        label.set_rotation(90 if long else 0)
        colour, ink = shade(weight, norm)
        label.set(color=ink, bbox={"boxstyle": "square,pad=0.3", "facecolor": colour, "edgecolor": "none"})
    ax.axhspan(step - 0.5, step + 0.5, fill=False, edgecolor=TARGET, linewidth=2, clip_on=False)
    ax.spines[:].set_visible(False)
    ax.set_ylabel("writes", color=TARGET)
    ax.set_title(f"{name}: letters in the colours of the outlined row", fontsize=10, color=SOURCE)


def shade(weight: float, norm: Normalize) -> tuple[Any, str]:
    """The colour of a weight, and the ink that reads on it."""
    colour = colormaps[WEIGHTS](norm(weight))
    return colour, "black" if np.dot(colour[:3], [0.299, 0.587, 0.114]) > 0.5 else "white"


def paint_candidates(ax: Any, candidates: Sequence[tuple[str, float | None, str]], title: str) -> None:
    """Bars of probability, likeliest on top; only labels while the answer is hidden."""
    bare(ax).set_title(title, fontsize=10, color=TARGET)
    for row, (label, probability, note) in enumerate(candidates):
        chosen = "chosen" in note
        ax.text(
            -0.02, row, readable(label), ha="right", va="center", fontsize=10, weight="bold" if chosen else "normal"
        )
        if probability is not None:
            ax.barh(row, probability, height=0.62, color=TARGET if chosen else QUIET)
            words = f"{probability:.0%}{'  ' + note if note else ''}"
            ax.text(probability + 0.02, row, words, va="center", fontsize=9, color=INK)
    ax.set(xlim=(-0.2, 1.45), ylim=(max(len(candidates), 5) - 0.4, -0.6))
