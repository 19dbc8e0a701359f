"""Still pictures of attention: who asks down the side, who answers along the top.

Sizes   L layers   H heads   T target positions   S source positions
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from course_lib.former_names import former_keywords
from course_lib.viz.style import SOURCE, TARGET, WEIGHTS, in_house_style, new_figure

MOST_LABELS = 48  # beyond this many, axis labels would overlap


def as_array(weights: Any, axes: str) -> np.ndarray:
    """A float array out of a tensor or nested lists, with as many axes as there are letters in `axes`."""
    if hasattr(weights, "detach"):
        weights = weights.detach().cpu().float()
    array = np.asarray(weights, dtype=np.float32)
    if array.ndim != len(axes):
        wanted = "(" + ", ".join(axes) + ")"
        raise ValueError(f"weights have shape {array.shape}; this picture needs {len(axes)} axes {wanted}")
    return array


def one_scale(weights: np.ndarray) -> PowerNorm:
    """One colour scale for all heads shown: 0 to the largest weight, by square root so that small weights show."""
    return PowerNorm(0.5, vmin=0, vmax=max(float(np.nanmax(weights)), 1e-6))


def label_axis(axis: Any, labels: Sequence[str], upright: bool) -> None:
    """Write every label, or every n-th where they would overlap."""
    step = -(-len(labels) // MOST_LABELS)
    rotation = 0 if upright or max(map(len, labels), default=0) <= 2 else 60
    size = 9 if len(labels) <= 28 else 7
    shown = [readable(text) for text in labels[::step]]
    axis.set_ticks(range(0, len(labels), step), shown, rotation=rotation, fontsize=size)
    axis.set_tick_params(length=0)


def readable(label: str) -> str:
    """A label one can see: a space is written as an open box, and a dollar sign starts no formula."""
    return label.replace(" ", "␣").replace("\n", "↵").replace("$", r"\$") if label else "∅"


def paint_map(
    ax: Axes,
    weights: np.ndarray,
    target: Sequence[str],
    source: Sequence[str],
    forbidden: np.ndarray | None = None,
    norm: PowerNorm | None = None,
) -> Any:
    """Paint one (T, S) map with labelled axes, hatched where `forbidden` (T, S). -> the image, for a colour bar"""
    hidden = np.zeros(weights.shape, dtype=bool) if forbidden is None else forbidden
    image = ax.imshow(
        np.ma.masked_where(hidden & (weights == 0), weights), norm=norm or one_scale(weights), cmap=WEIGHTS
    )
    if hidden.any():
        edges = [np.arange(size + 1) - 0.5 for size in weights.shape]
        cells = np.ma.masked_where(~hidden, np.ones(weights.shape))
        ax.pcolor(edges[1], edges[0], cells, hatch="////", facecolor="none", edgecolor="#b5b5b5", linewidth=0)
    label_axis(ax.yaxis, target, upright=True)
    label_axis(ax.xaxis, source, upright=False)
    ax.xaxis.set_ticks_position("top")
    ax.xaxis.set_label_position("top")
    ax.set_ylabel("asks", color=TARGET, fontsize=10)
    ax.set_xlabel("answers", color=SOURCE, fontsize=10)
    ax.spines[:].set_visible(False)
    return image


def check_labels(labels: Sequence[str] | None, size: int, role: str) -> list[str]:
    """Labels as strings, or the positions 0, 1, 2 where none are given."""
    if labels is None:
        return [str(i) for i in range(size)]
    if len(labels) != size:
        raise ValueError(f"{len(labels)} {role} labels for {size} {role} positions; give one label a position")
    return [str(label) for label in labels]


@former_keywords(asking="target", answering="source")
@in_house_style
def draw_attention(
    weights: Any,
    target: Sequence[str] | None = None,
    source: Sequence[str] | None = None,
    title: str = "",
    mask: Any = None,
) -> Figure:
    """One attention map: row t shows how target position t shares its attention out over the answers.

    weights (T, S)   target: T labels   source: S labels, the same as target when left out and T = S
    mask (T, S), True = may look: the rest is hatched   -> Figure
    """
    array = as_array(weights, "TS")
    rows, columns = array.shape
    if source is None and rows == columns:
        source = target
    asks, answers = check_labels(target, rows, "target"), check_labels(source, columns, "source")
    cell = min(0.34, 6.5 / max(rows, columns))
    fig = new_figure(max(columns * cell + 1.7, 3.0), max(rows * cell + 1.2, 2.2))
    forbidden = None if mask is None else ~np.asarray(mask, dtype=bool)
    axes = fig.subplots()
    image = paint_map(axes, array, asks, answers, forbidden)
    bar = fig.colorbar(image, ax=axes, shrink=0.8, aspect=14, format=lambda value, _: f"{value:.0%}")
    bar.outline.set_visible(False)
    bar.ax.set_title("weight", fontsize=9, loc="left")
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=11)
    return fig
