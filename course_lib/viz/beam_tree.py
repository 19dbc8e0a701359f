"""Still pictures of a beam search: what was kept, finished and dropped, and where two paths run through it.

The best path is a thick solid line with stars, the greedy path a dashed one with diamonds, so colour is not needed.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from course_lib.viz.attention import readable
from course_lib.viz.beam_layout import Node, Tree, plant, spread
from course_lib.viz.style import QUIET, TARGET, bare, in_house_style, new_figure

BEST, GREEDY = "#007a5a", "#a0408a"
MOST_COLUMNS = 11  # more would not be readable side by side
FAINT = "#b0b0b0"


def paint_beam(ax: Any, tree: Tree, node: int = -1, shown: int | None = None) -> None:
    """Paint a tree into axes: the chosen hypothesis and all it grew from in orange, at most MOST_COLUMNS steps.

    shown   the last step to be seen; all when left out
    """
    last = len(tree.sizes) - 1 if shown is None else min(shown, len(tree.sizes) - 1)
    centre = tree.column[node] if node >= 0 else 0
    first = max(0, min(centre - MOST_COLUMNS // 2, last - MOST_COLUMNS + 1))
    seen = [i for i, column in enumerate(tree.column) if first <= column <= min(last, first + MOST_COLUMNS - 1)]
    chosen = tree.path(node)
    for i in seen:
        colour = QUIET if tree.nodes[i].kept else "#dcdcdc"
        ax.plot(*link(tree, i), color=colour, linewidth=0.8, zorder=1, antialiased=False)
    for path, colour, look, off in ((tree.best, BEST, "-", -0.06), (tree.greedy, GREEDY, "--", 0.06)):
        for i in (i for i in path if i in seen):
            xs, ys = link(tree, i)
            ax.plot(xs, [y + off for y in ys], color=colour, linestyle=look, linewidth=2.4, zorder=2)
    for i in seen:
        found, on = tree.nodes[i], i in chosen
        marks = ("★" if i in tree.best else "") + ("◆" if i in tree.greedy else "")
        name = f"{readable(found.token)} {marks}".strip()
        place: Any = {"ha": "center", "va": "center", "fontsize": 8}
        if not found.kept and not on:
            ax.text(tree.column[i], tree.slot[i], name, color=FAINT, backgroundcolor="white", **place)
            continue
        shape = "square,pad=0.25" if found.ended else "round,pad=0.25"
        frame = {"boxstyle": shape, "facecolor": "white", "edgecolor": TARGET if on else QUIET, "linewidth": 1 + on}
        ax.text(tree.column[i], tree.slot[i], f"{name}\n{found.total:.1f}".replace("-", "−"), bbox=frame, **place)
    bare(ax)
    low = max((tree.slot[i] for i in seen), default=0)
    wide = min(max(len(tree.sizes), 6), MOST_COLUMNS)
    ax.set(xlim=(first - 1.0, first + wide - 0.5), ylim=(max(low, 2) + 0.6, -0.7))


def thinned(tree: Tree, node: int, dropped: int = 1) -> tuple[Tree, int]:
    """The tree with at most so many dropped hypotheses a column, moved closer.   -> tree, the number of `node` in it"""
    needed = {*tree.path(node), *tree.best, *tree.greedy}
    left = dict.fromkeys(range(len(tree.sizes)), dropped)
    chosen = []
    for i in sorted(range(len(tree.nodes)), key=lambda i: tree.rank[i]):
        if tree.nodes[i].kept or i in needed or left[tree.column[i]]:
            left[tree.column[i]] -= not tree.nodes[i].kept and i not in needed
            chosen.append(i)
    chosen.sort()
    new = {old: number for number, old in enumerate(chosen)}
    nodes = [tree.nodes[i]._replace(parent=new.get(tree.nodes[i].parent, -1)) for i in chosen]
    columns, ranks = [tree.column[i] for i in chosen], [tree.rank[i] for i in chosen]
    slots = spread(columns, [each.parent for each in nodes])
    greedy, best = [new[i] for i in tree.greedy], [new[i] for i in tree.best]
    return Tree(nodes, columns, slots, ranks, tree.sizes, greedy, best), new.get(node, -1)


def link(tree: Tree, node: int) -> tuple[list[float], list[float]]:
    """The line from a hypothesis to what it grew from, as xs and ys."""
    parent = tree.nodes[node].parent
    start = (tree.column[parent], tree.slot[parent]) if parent >= 0 else (tree.column[node] - 0.8, 0)
    return [start[0], tree.column[node]], [start[1], tree.slot[node]]


@in_house_style
def draw_beam_tree(beam: Sequence[Sequence[Node]], node: int = -1, title: str = "") -> Figure:
    """A beam search as a tree: columns are steps, numbers are log-probabilities so far.

    beam   the steps, each a list of `Node`      node   the hypothesis to mark, -1 for none   -> Figure
    Raises ValueError when the pieces do not fit, or when there is nothing to draw.
    """
    tree = plant(beam)
    if not tree.nodes:
        raise ValueError("the beam has no steps; there is nothing to draw")
    if not -1 <= node < len(tree.nodes):
        raise ValueError(f"hypothesis {node} does not exist; choose -1 to {len(tree.nodes) - 1}")
    fig = new_figure(9.0, 0.42 * (max(tree.slot) + 1) + 0.8)
    ax = fig.subplots()
    paint_beam(ax, tree, node)
    ax.set_title(beam_caption(tree, title), fontsize=10)
    return fig


def beam_caption(tree: Tree, title: str = "Beam search") -> str:
    """What the marks mean, and what was left out."""
    more = sum(tree.sizes) - len(tree.nodes)
    hidden = f"; {more} more were dropped" if more else ""
    return f"{title or 'Beam search'}: ★ solid = best path, ◆ dashed = greedy path, grey = dropped{hidden}"
