"""The still picture of a diagram, from the same data: for code hosts, printed pages and wherever no SVG is shown."""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course_lib.viz.diagram.parts import FOOT, HIGH, WIDE, Drawing
from course_lib.viz.style import INK, QUIET, TARGET, bare, in_house_style

PIXELS = 72  # of the drawing an inch of the figure


@in_house_style
def draw_diagram(diagram: Drawing) -> Figure:
    """Draw the boxes, the arrows with their shapes, and the lit parts with a thick coloured edge and bold words."""
    wide, high = diagram.size
    high -= FOOT - 30
    fig = Figure(figsize=(wide / PIXELS, high / PIXELS), facecolor="white")
    ax: Any = bare(fig.add_axes((0, 0, 1, 1)))
    ax.set(xlim=(0, wide), ylim=(high, 0))
    for arrow in diagram.arrows:
        lit = diagram.is_bright(arrow.start)
        ink = INK if lit or not diagram.bright else QUIET
        start, end = diagram.line_of(arrow)
        look: dict[str, Any] = {"arrowstyle": "->", "mutation_scale": 14, "shrinkA": 0, "shrinkB": 0, "color": ink}
        ax.add_patch(FancyArrowPatch(start, end, linewidth=2.5 if lit else 1.2, **look))
        x, y = diagram.label_of(arrow)
        side = "left" if start[0] == end[0] else "center"
        bold = "bold" if lit else "normal"
        if arrow in diagram.labelled():
            ax.text(x, y, arrow.shape, ha=side, va="center", fontsize=14, color=ink, fontweight=bold)
    for box in diagram.boxes:
        lit = diagram.is_bright(box.id)
        ink = INK if lit or not diagram.bright else QUIET
        x, y = box.middle
        edge: dict[str, Any] = {"edgecolor": TARGET if lit else ink, "facecolor": "white"}
        edge |= {"linewidth": 4 if lit else 1.5, "boxstyle": "round,pad=8"}
        corner = (x - WIDE / 2 + 8, y - HIGH / 2 + 8)
        ax.add_patch(FancyBboxPatch(corner, WIDE - 16, HIGH - 16, **edge))
        bold = "bold" if lit else "normal"
        ax.text(x, y, box.name, ha="center", va="center", fontsize=15, color=ink, fontweight=bold)
    return fig
