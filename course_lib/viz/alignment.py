"""An alignment as a grid of letters, its columns or its sequences coloured by weight."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from course_lib.viz.attention import one_scale
from course_lib.viz.style import TARGET, WEIGHTS, bare, in_house_style, new_figure


def alignment_axis(rows: Sequence[str], size: int) -> str:
    """Whether `size` positions are the "columns" or the "rows" of an alignment.

    Raises ValueError when they are neither.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        raise ValueError(f"the rows of an alignment have one length; these have {sorted(widths)}")
    width = widths.pop()
    if size == width:
        return "columns"
    if size == len(rows):
        return "rows"
    raise ValueError(f"{size} positions fit neither the {width} columns nor the {len(rows)} sequences of the alignment")


@in_house_style
def draw_alignment(rows: Sequence[str], weights: Sequence[float], asks: int | None = None, title: str = "") -> Figure:
    """Letters on a background of weight. weights: one a column or one a sequence; asks: the target one, outlined."""
    width = len(rows[0]) if rows else 0
    fig = new_figure(min(max(width * 0.17, 2.5), 11), min(max(len(rows) * 0.2 + 0.3, 1.2), 8))
    paint_alignment(fig.subplots(), rows, np.asarray(weights, dtype=float), asks)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=11)
    return fig


def paint_alignment(ax: Any, rows: Sequence[str], values: np.ndarray, asks: int | None, norm: Any = None) -> None:
    """Draw the grid of letters into axes."""
    by = alignment_axis(rows, len(values))
    height, width = len(rows), len(rows[0])
    grid = np.broadcast_to(values if by == "columns" else values[:, None], (height, width))
    norm = norm or one_scale(values)
    bare(ax).imshow(grid, norm=norm, cmap=WEIGHTS, aspect="auto")
    bright = colormaps[WEIGHTS](norm(grid))[..., :3] @ [0.299, 0.587, 0.114] > 0.5
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            ax.text(x, y, letter, ha="center", va="center", fontsize=7, color="black" if bright[y, x] else "white")
    if asks is not None:
        box = (asks - 0.5, -0.5, 1, height) if by == "columns" else (-0.5, asks - 0.5, width, 1)
        ax.add_patch(_outline(*box))


def _outline(x: float, y: float, width: float, height: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, height, fill=False, edgecolor=TARGET, linewidth=2, clip_on=False)
