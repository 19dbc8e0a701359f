"""The still picture of a message-passing explorer: the graph, who resembles whom, and how alike all become.

Sizes   N nodes   E edges, row 0 sends, row 1 receives   R rounds
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course_lib.viz.graph import SIGNED, as_hops, paint_edges, paint_nodes, paint_strokes, signed_shades
from course_lib.viz.style import QUIET, SOURCE, TARGET, WEIGHTS, in_house_style, new_figure


@in_house_style
def draw_rounds(
    edges: np.ndarray,
    places: np.ndarray,
    *,
    labels: Sequence[str],
    lines: Sequence[tuple[float, float, float, float]] | None,
    values: np.ndarray,
    most: float | None,
    hops: np.ndarray | None,
    arrows: Sequence[tuple[int, float]],
    similarity: np.ndarray,
    curve: np.ndarray,
    at: tuple[int, int],
    lowest: float = 0.0,
    title: str = "",
    colour: str = "",
) -> Figure:
    """The graph after some rounds on the left, the similarity of its nodes and the mean of every round on the right.

    places (N, 2)   values (N,) colours from -most to most, or similarities where most is None   hops (N,) or None
    arrows: (sender, amount) of what arrives at the chosen node   similarity (N, N)   curve (R+1,)   at (round, node)
    """
    now, node = at
    fig = new_figure(9.6, 4.9)
    across, down = np.ptp(places, axis=0)
    wide = across > 2.4 * down and len(places) > 2  # a long molecule lies above the rest, anything else beside it
    grid = fig.add_gridspec(2, 2, width_ratios=[1.7, 1], height_ratios=[1.2, 1] if wide else [1.7, 1])
    left = fig.add_subplot(grid[0, :] if wide else grid[:, 0])
    if lines is None:
        paint_edges(left, places, edges)
    else:
        paint_strokes(left, lines)
    norm = Normalize(lowest, 1) if most is None else Normalize(-most or -1, most or 1)
    shades = colormaps[WEIGHTS](norm(values)) if most is None else signed_shades(values, most)
    steps = as_hops(hops)
    reached = None if steps is None else np.where(steps <= now, steps, np.nan)
    radius = paint_nodes(left, places, shades, labels, reached, node)
    paint_arrows(left, places, node, arrows, radius)
    left.set_title(f"after round {now} of {len(curve) - 1}" if now else "before the first round")
    bar = ScalarMappable(norm, WEIGHTS if most is None else f"{SIGNED}_r")
    fig.colorbar(
        bar, ax=left, orientation="horizontal", shrink=0.5, aspect=30, pad=0.01, label=colour
    ).outline.set_visible(False)
    right = fig.add_subplot(grid[1, 1] if wide else grid[0, 1])
    right.imshow(similarity, norm=Normalize(lowest, 1), cmap=WEIGHTS)
    right.axhspan(node - 0.5, node + 0.5, fill=False, edgecolor=TARGET, linewidth=1.6, clip_on=False)
    right.set_title("cosine similarity")
    right.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    right.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    below = fig.add_subplot(grid[1, 0] if wide else grid[1, 1])
    below.plot(range(len(curve)), curve, color=SOURCE, marker="o", markersize=4)
    below.plot([now], [curve[now]], color=TARGET, marker="o", markersize=9)
    below.annotate(f"{curve[now]:.3f}", (now, curve[now]), (0, 8), textcoords="offset points", ha="center")
    below.set(xlabel="round", ylim=(min(0.0, float(curve.min()) - 0.05), 1.2))
    below.set_title("mean similarity")
    below.axhline(1, color=QUIET, linewidth=0.8, linestyle=":")
    below.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    return fig


def paint_arrows(ax: Any, places: np.ndarray, node: int, arrows: Sequence[tuple[int, float]], radius: float) -> None:
    """An arrow from each sender to the chosen node, as wide as what it sent."""
    largest = max((amount for _, amount in arrows), default=0) or 1
    for sender, amount in arrows:
        if sender == node:
            continue  # what a node tells itself needs no road
        along = places[node] - places[sender]
        along = along / (np.linalg.norm(along) + 1e-9) * radius * 1.1
        look = {"arrowstyle": "-|>", "color": SOURCE, "lw": 0.8 + 3.2 * amount / largest, "mutation_scale": 11,
                "shrinkA": 0, "shrinkB": 0}  # fmt: skip
        ax.annotate("", places[node] - 1.4 * along, places[sender] + along, arrowprops=look, zorder=2.8)
