"""Molecules in space as still pictures: balls and sticks, seen from one side, near things over far things.

Sizes   N atoms   E pairs of atoms   F frames of a strip
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from course_lib.viz.style import INK, QUIET, bare, in_house_style, new_figure

COLOURS = {"H": "#ffffff", "C": "#4d4d4d", "N": "#0072b2", "O": "#d55e00", "F": "#009e73"}
RADII = {"H": 0.22, "C": 0.36, "N": 0.34, "O": 0.33, "F": 0.31}  # angstrom, half of what would touch
GAP = 0.1  # between the lines of a double bond, angstrom


@dataclass(frozen=True)
class Cloud:
    """Atoms in space: positions (N, 3), angstrom; N symbols; pairs (2, E) and their orders (E), 0 for no bond."""

    positions: np.ndarray
    symbols: Sequence[str]
    pairs: np.ndarray
    orders: np.ndarray

    def __post_init__(self) -> None:
        if np.shape(self.positions) != (len(self.symbols), 3):
            raise ValueError(f"positions {np.shape(self.positions)} for {len(self.symbols)} atoms; give (N, 3)")
        unknown = sorted(set(self.symbols) - set(COLOURS))
        if unknown:
            raise ValueError(f"no colour for {', '.join(unknown)}; there are {', '.join(COLOURS)}")
        if np.shape(self.pairs) != (2, len(self.orders)):
            raise ValueError(f"pairs {np.shape(self.pairs)} for {len(self.orders)} orders; give (2, E)")


def broad_side(positions: np.ndarray) -> np.ndarray:
    """The rotation that shows a cloud from its broad side: widest to the right, flattest towards the reader.

    positions (N, 3) -> (3, 3), never a mirror: `centred @ broad_side(positions).T`
    """
    centred = np.asarray(positions, dtype=float) - np.mean(positions, axis=0)
    _, _, axes = np.linalg.svd(np.vstack([centred, np.zeros((3, 3))]), full_matrices=False)
    axes = axes * np.where(axes[:, np.abs(axes).argmax(1)].diagonal() < 0, -1, 1)[:, None]  # the same sign each time
    axes[2] *= np.sign(np.linalg.det(axes))
    return axes


def paint_cloud(ax: Axes, cloud: Cloud, view: np.ndarray | None = None) -> None:
    """Draw atoms and bonds into axes, the far ones first; view (3, 3), a rotation, or from the broad side."""
    bare(ax).set_aspect("equal")
    places = np.asarray(cloud.positions, dtype=float)
    seen = (places - places.mean(0)) @ (broad_side(places) if view is None else view).T
    order = {int(atom): rank for rank, atom in enumerate(seen[:, 2].argsort())}
    for (a, b), bonds in zip(np.asarray(cloud.pairs).T, np.asarray(cloud.orders), strict=True):
        if bonds:
            ax.add_collection(_sticks(seen[a, :2], seen[b, :2], int(bonds), min(order[int(a)], order[int(b)])))
    for atom, symbol in enumerate(cloud.symbols):
        layer = 2 * order[atom] + 2
        look = {"facecolor": COLOURS[symbol], "edgecolor": INK, "linewidth": 0.7}
        ax.add_patch(Circle(tuple(seen[atom, :2]), RADII[symbol], zorder=layer, **look))
    reach = np.abs(seen[:, :2]).max(0) + max(RADII.values()) + 0.1
    ax.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]))


def _sticks(start: np.ndarray, end: np.ndarray, bonds: int, rank: int) -> LineCollection:
    """One, two or three parallel lines, over the farther atom and under the nearer one."""
    along = end - start
    side = np.array([-along[1], along[0]]) / (np.linalg.norm(along) + 1e-9)
    shifts = (np.arange(bonds) - (bonds - 1) / 2) * GAP * 1.6
    return LineCollection(
        [(start + s * side, end + s * side) for s in shifts], colors=QUIET, lw=1.6, zorder=2 * rank + 3
    )


@in_house_style
def draw_clouds(
    clouds: Sequence[Cloud], titles: Sequence[str] = (), columns: int = 4, same_view: bool = False, size: float = 1.7
) -> Figure:
    """Molecules beside each other, each from its broad side.

    same_view: all from the side that is broad for the last one, at one scale, for a strip of one molecule over time
    """
    if not clouds or (titles and len(titles) != len(clouds)):
        raise ValueError(f"{len(titles)} titles for {len(clouds)} clouds; give at least one cloud, and one title each")
    columns = min(columns, len(clouds))
    rows = -(-len(clouds) // columns)
    fig = new_figure(size * columns, (size + 0.15 * bool(titles)) * rows)
    axes = fig.subplots(rows, columns, squeeze=False).ravel()
    view = broad_side(clouds[-1].positions) if same_view else None
    for ax, cloud, title in zip(axes, clouds, titles or [""] * len(clouds), strict=False):
        paint_cloud(ax, cloud, view)
        ax.set_title(title, fontsize=9, loc="center", pad=2)
    if same_view:
        widest = (
            max(ax.get_xlim()[1] for ax in axes[: len(clouds)]),
            max(ax.get_ylim()[1] for ax in axes[: len(clouds)]),
        )
        for ax in axes[: len(clouds)]:
            ax.set(xlim=(-widest[0], widest[0]), ylim=(-widest[1], widest[1]))
    for ax in axes[len(clouds) :]:
        ax.set_visible(False)
    return fig
