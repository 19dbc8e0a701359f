"""All heads of a model at a glance: a row a layer, a column a head, one colour scale for all.

Sizes   L layers   H heads   T target positions   S source positions
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_lib.former_names import former_keywords
from course_lib.viz.attention import as_array, check_labels, one_scale, readable
from course_lib.viz.style import TARGET, WEIGHTS, bare, in_house_style, new_figure


def mosaic(weights: np.ndarray) -> tuple[np.ndarray, tuple[int, int], tuple[int, int]]:
    """Lay all maps on one sheet. weights (L, H, T, S) -> sheet with nan in the gaps, step (down, across), gap"""
    layers, heads, rows, columns = weights.shape
    gap = (max(1, round(rows / 8)), max(1, round(columns / 8)))
    step = (rows + gap[0], columns + gap[1])
    sheet = np.full((layers * step[0] - gap[0], heads * step[1] - gap[1]), np.nan, dtype=np.float32)
    for layer in range(layers):
        for head in range(heads):
            top, left = layer * step[0], head * step[1]
            sheet[top : top + rows, left : left + columns] = weights[layer, head]
    return sheet, step, gap


def paint_heads(
    ax: Any, weights: np.ndarray, names: Sequence[str], norm: PowerNorm, chosen: tuple[int, int] | None = None
) -> None:
    """Paint the overview into axes; `chosen` (layer, head) gets a frame."""
    layers, heads, rows, columns = weights.shape
    sheet, step, _ = mosaic(weights)
    bare(ax).imshow(sheet, norm=norm, cmap=WEIGHTS, aspect="auto" if max(rows, columns) > 3 * min(rows, columns) else 1)
    ax.xaxis.set_ticks_position("top")
    size = 9 if heads <= 8 else 7
    ax.set_xticks([head * step[1] + (columns - 1) / 2 for head in range(heads)], range(heads), fontsize=size)
    ax.set_yticks([layer * step[0] + (rows - 1) / 2 for layer in range(layers)], names, fontsize=size)
    ax.tick_params(length=0)
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("head", fontsize=9)
    if chosen is not None:
        corner = (chosen[1] * step[1] - 0.5, chosen[0] * step[0] - 0.5)
        ax.add_patch(Rectangle(corner, columns, rows, fill=False, edgecolor=TARGET, linewidth=2, clip_on=False))


@former_keywords(asking="target", answering="source")
@in_house_style
def draw_heads(
    weights: Any,
    target: Sequence[str] | None = None,
    source: Sequence[str] | None = None,
    title: str = "",
    layer_names: Sequence[str] | None = None,
) -> Figure:
    """All heads at a glance. In each small map rows ask and columns answer.

    weights (L, H, T, S)   target, source: labels, written along the edge where there is room (up to 12)   -> Figure
    """
    array = as_array(weights, "LHTS")
    layers, heads, rows, columns = array.shape
    asks = check_labels(target, rows, "target")
    answers = check_labels(source or (target if rows == columns else None), columns, "source")
    names = list(layer_names) if layer_names else [f"layer {layer}" for layer in range(layers)]
    _, step, _ = mosaic(array)
    width = min(1.8 * heads, 10.0)
    fig = new_figure(width + 0.8, min(width * layers * step[0] / (heads * step[1]), 10) + 0.7)
    ax = fig.subplots()
    paint_heads(ax, array, names, one_scale(array))
    if max(rows, columns) <= 12 and heads * columns <= 72:
        ax.yaxis.remove_overlapping_locs = False
        ax.set_yticks([layer * step[0] + t for layer in range(layers) for t in range(rows)], minor=True)
        ax.set_yticklabels([readable(text) for text in asks] * layers, minor=True, fontsize=8)
        ax.tick_params(axis="y", which="major", pad=22)
        for head in range(heads):
            for s, text in enumerate(answers):
                place = (head * step[1] + s, layers * step[0] - step[0] + rows - 0.2)
                ax.text(*place, readable(text), ha="center", va="top", fontsize=8)
        ax.tick_params(which="minor", length=0)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=11)
    return fig
