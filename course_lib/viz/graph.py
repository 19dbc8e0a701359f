"""Graphs as flat drawings: where each node sits, what colour it has, and who is within reach.

Sizes   N nodes   E edges, row 0 sends, row 1 receives
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from course_lib.viz.layout import as_edges, node_labels, place_nodes
from course_lib.viz.molecule import lay_out
from course_lib.viz.style import QUIET, TARGET, WEIGHTS, bare, in_house_style, new_figure

SIGNED = "PuOr"  # features go below and above 0: orange, white, violet
FIELD = "#009e73"  # what a node can know of
MOST_LABELLED = 60  # nodes: with more, letters would not be read


def tint(hop: int, paper: str = "white") -> tuple[float, ...]:
    """The shade of what lies so many steps away: strong beside the chosen node, fainter with each step."""
    strength = tint_strength(hop)
    return tuple(strength * a + (1 - strength) * b for a, b in zip(to_rgb(FIELD), to_rgb(paper), strict=True))


def tint_strength(hop: int) -> float:
    """How much of the colour is left after so many steps."""
    return float(max(0.8 * 0.7**hop, 0.12))


def signed_shades(values: np.ndarray, most: float) -> np.ndarray:
    """Colours of values between -most and most, 0 in the middle. values (...) -> (..., 4)"""
    return colormaps[SIGNED](np.clip(0.5 - 0.5 * np.asarray(values) / (most or 1), 0, 1))


def paint_nodes(
    ax: Axes, places: np.ndarray, colours: Any, labels: Sequence[str], hops: np.ndarray | None, chosen: int | None
) -> float:
    """Nodes as discs on a shade of their hop number (nan: out of reach). -> the radius used, in data units"""
    bare(ax).set_aspect("equal")
    low, high = places.min(0) - 0.8, places.max(0) + 0.8
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    radius = 0.25 if len(places) <= MOST_LABELLED else 0.22
    rings = [np.nan] * len(places) if hops is None else hops
    for node, ((x, y), colour, label, hop) in enumerate(zip(places, colours, labels, rings, strict=True)):
        if np.isfinite(hop):
            shade = tint(int(hop))
            ax.add_patch(Circle((x, y), radius * 1.75, facecolor=shade, linewidth=0, zorder=1.5 - 0.01 * hop))
        if node == chosen:  # a white gap keeps the ring apart from a node of its own colour
            ax.add_patch(Circle((x, y), radius * 1.42, facecolor="white", edgecolor=TARGET, linewidth=2.4, zorder=2.9))
        ax.add_patch(Circle((x, y), radius, facecolor=colour, edgecolor=QUIET, linewidth=0.8, zorder=3))
        if len(places) <= MOST_LABELLED and len(label) <= 3:
            ink = "black" if np.dot(colour[:3], [0.299, 0.587, 0.114]) > 0.5 else "white"
            ax.text(x, y, label, ha="center", va="center_baseline", color=ink, fontsize=8, fontweight="bold", zorder=4)
    return radius


def paint_edges(ax: Axes, places: np.ndarray, edges: np.ndarray) -> None:
    """Every edge once as a faint line; the more there are, the fainter."""
    pairs = np.unique(np.sort(edges[:, edges[0] != edges[1]], axis=0), axis=1)
    faint = float(np.clip(40 / max(len(pairs.T), 1), 0.06, 0.8))
    width = 1.2 if len(pairs.T) < 400 else 0.5
    ax.add_collection(LineCollection(places[pairs.T].tolist(), colors=QUIET, alpha=faint, linewidths=width, zorder=2))


def paint_strokes(ax: Axes, lines: Sequence[tuple[float, float, float, float]]) -> None:
    """The bonds of a molecule."""
    ax.add_collection(
        LineCollection([[(a, b), (c, d)] for a, b, c, d in lines], colors=QUIET, linewidths=1.6, zorder=2)
    )


@in_house_style
def draw_graph(
    edges: Any,
    values: Any = None,
    *,
    smiles: str | None = None,
    graph: Any = None,
    positions: Any = None,
    labels: Sequence[str] | None = None,
    chosen: int | None = None,
    field: Any = None,
    title: str = "",
) -> Figure:
    """A graph, or a molecule, with coloured nodes.

    values (N,) colours around 0   field (N,) hop numbers, nan or 255 = out of reach, or True = in reach -> Figure
    """
    drawing = None if smiles is None else lay_out(smiles)
    known = [values, field, positions, labels, drawing and drawing.symbols, graph]
    size = next((len(each) for each in known if each is not None), int(np.asarray(edges).max(initial=0)) + 1)
    found = as_edges(edges, size)
    places = positions if positions is not None else drawing.places if drawing else place_nodes(found, size)
    places = np.asarray(places, dtype=float)
    numbers = np.zeros(size) if values is None else np.asarray(values, dtype=float)
    if numbers.shape != (size,) or places.shape != (size, 2):
        raise ValueError(f"values {numbers.shape} and positions {places.shape} do not fit {size} nodes")
    if labels is None:
        labels = [symbol or "C" for symbol in drawing.symbols] if drawing else node_labels(graph, size)
    span = np.ptp(places, axis=0) + 1.6
    fig = new_figure(*(span * min(7 / span[0], 4.5 / span[1], 0.75)))
    ax = fig.subplots()
    if drawing:
        paint_strokes(ax, drawing.lines)
    else:
        paint_edges(ax, places, found)
    shades = np.ones((size, 4)) if values is None else node_colours(numbers)
    paint_nodes(ax, places, shades, labels, as_hops(field), chosen)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=11)
    return fig


def node_colours(values: np.ndarray) -> np.ndarray:
    """Around 0 where values have both signs, else from dark to bright. (N,) -> (N, 4)"""
    if values.min() < 0:
        return signed_shades(values, float(np.abs(values).max()))
    return colormaps[WEIGHTS](values / (values.max() or 1))


def as_hops(field: Any) -> np.ndarray | None:
    """Hop numbers as floats, nan out of reach; a mask of who is in reach counts as one step."""
    if field is None:
        return None
    array = np.asarray(field.detach().cpu() if hasattr(field, "detach") else field)
    if array.dtype == bool:
        return np.where(array, 1.0, np.nan)
    return np.where(array.astype(float) < 255, array.astype(float), np.nan)
