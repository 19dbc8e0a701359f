"""The still picture of an attention explorer: all heads, one head, and what its positions are part of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from course_lib.viz.alignment import alignment_axis, paint_alignment
from course_lib.viz.attention import one_scale, paint_map, readable
from course_lib.viz.heads import paint_heads
from course_lib.viz.molecule import lay_out, paint_molecule
from course_lib.viz.patches import as_picture, paint_patches
from course_lib.viz.smiles import atoms_of_labels
from course_lib.viz.style import TARGET, WEIGHTS, bare, in_house_style, new_figure


@in_house_style
def draw_explorer(
    weights: np.ndarray,
    target: Sequence[str],
    source: Sequence[str],
    at: tuple[int, int, int],
    names: Sequence[str],
    masks: Mapping[str, np.ndarray] | None = None,
    kind: str = "text",
    context: Any = None,
    title: str = "",
) -> Figure:
    """All heads on the left, the chosen head on the right, the linked drawing of the chosen row below the heads.

    weights (L, H, T, S)   at (layer, head, row)   masks: name -> (T, S), True = may look   -> Figure
    """
    layer, head, row = at
    fig = new_figure(9.6, 4.9)
    outer = fig.add_gridspec(2, 2, width_ratios=[1, 1.35], height_ratios=[1, 1.1])
    norm = one_scale(weights)
    left = fig.add_subplot(outer[0, 0])
    paint_heads(left, weights, names, norm, (layer, head))
    right = fig.add_subplot(outer[:, 1])
    allowed = np.logical_and.reduce(list(masks.values())) if masks else None
    image = paint_map(right, weights[layer, head], target, source, None if allowed is None else ~allowed, norm)
    right.set_title(f"{names[layer]}, head {head}", pad=10)
    right.axhspan(row - 0.5, row + 0.5, fill=False, edgecolor=TARGET, linewidth=2, clip_on=False)
    bar = fig.colorbar(image, ax=right, shrink=0.7, aspect=18, format=lambda value, _: f"{value:.0%}")
    bar.outline.set_visible(False)
    below = bare(fig.add_subplot(outer[1, 0]))
    values = weights[layer, head, row]
    below.set_title(f"“{readable(target[row])}” ({row}) asks", fontsize=10, color=TARGET)
    if kind == "smiles":
        paint_molecule(below, lay_out(context), atom_weights(context, source, values), norm)
    elif kind == "alignment":
        same = alignment_axis(context, len(target)) == alignment_axis(context, len(source))
        paint_alignment(below, context, values, row if same else None, norm)
    elif kind == "image":
        paint_patches(below, as_picture(context), values, row if len(target) == len(source) else None, norm)
    else:
        paint_tokens(below, source, values, norm)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    return fig


def atom_weights(smiles: str, labels: Sequence[str], values: np.ndarray) -> np.ndarray:
    """The largest weight among the labels of each atom. Raises ValueError when the labels do not spell the string."""
    owners = atoms_of_labels(smiles, labels)
    if owners is None:
        raise ValueError(f"the labels do not spell {smiles!r}")
    out = np.zeros(1 + max((atom for group in owners for atom in group), default=0))
    for group, value in zip(owners, values, strict=True):
        for atom in group:
            out[atom] = max(out[atom], value)
    return out


def paint_tokens(ax: Any, labels: Sequence[str], values: np.ndarray, norm: Normalize) -> None:
    """Tokens in reading order on a background of their weight, wrapped like text."""
    x, y, wide = 0.0, 0.0, 26.0
    for label, value in zip(labels, values, strict=True):
        width = max(len(label), 1) + 1.2
        if x and x + width > wide:
            x, y = 0.0, y - 2.1
        colour = colormaps[WEIGHTS](norm(value))
        ink = "black" if np.dot(colour[:3], [0.299, 0.587, 0.114]) > 0.5 else "white"
        box = {"boxstyle": "square,pad=0.28", "facecolor": colour, "edgecolor": "none"}
        ax.text(x + width / 2, y, readable(label), ha="center", va="center", color=ink, fontsize=9, bbox=box)
        x += width
    ax.set(xlim=(-0.5, wide + 0.5), ylim=(min(y - 1.5, -8), 1.5))
