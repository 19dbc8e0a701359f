"""A beam search as a tree: a column a step, and every hypothesis hangs on the one that it grew from.

Sizes   C columns, the steps of the search   N hypotheses drawn, numbered column by column from top to bottom
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

MOST_DROPPED = 4  # dropped hypotheses drawn a column; those that the greedy path needs come on top


class Node(NamedTuple):
    """One hypothesis of one step.

    parent  place among the nodes of the step before, -1 in the first step
    token   the label it adds         total  log-probability of all its tokens
    kept    it stayed in the beam, or was taken as finished         ended  its token is the end mark
    score   what finished hypotheses are ranked by, when a length penalty is used; the total when left out
    """

    parent: int
    token: str
    total: float
    kept: bool
    ended: bool = False
    score: float | None = None


@dataclass(frozen=True)
class Tree:
    """The hypotheses to draw, with their places. Paths are lists of hypotheses from the first column on."""

    nodes: list[Node]  # N; `parent` now counts among these
    column: list[int]
    slot: list[int]  # how far from the top, in whole nodes
    rank: list[int]  # by total among all hypotheses of the step, the best is 1
    sizes: list[int]  # C: how many hypotheses each step had, drawn or not
    greedy: list[int]
    best: list[int]

    def path(self, node: int) -> list[int]:
        """A hypothesis and all it grew from, first token first; empty for -1."""
        found: list[int] = []
        while node >= 0:
            found.insert(0, node)
            node = self.nodes[node].parent
        return found

    def labels(self, node: int) -> list[str]:
        """The tokens of a hypothesis."""
        return [self.nodes[each].token for each in self.path(node)]

    def ancestor(self, node: int, last: int | None) -> int:
        """What a hypothesis grew from, not later than column `last`; -1 when there is none."""
        return next((i for i in reversed(self.path(node)) if last is None or self.column[i] <= last), -1)

    def score(self, node: int) -> float:
        """What ranks it among the finished ones."""
        score = self.nodes[node].score
        return self.nodes[node].total if score is None else score

    def find(self, labels: Sequence[str]) -> list[int]:
        """The path that spells `labels`, as far as the tree goes along with it."""
        found: list[int] = []
        for label in labels:
            parent = found[-1] if found else -1
            step = [i for i, node in enumerate(self.nodes) if node.parent == parent and node.token == label]
            if not step:
                break
            found.append(step[0])
        return found


def plant(beam: Sequence[Sequence[Node]]) -> Tree:
    """Choose what to draw and where: all that was kept, the greedy path, and the best of what was dropped.

    Raises ValueError that names a hypothesis whose parent or total cannot be.
    """
    for step in range(len(beam)):
        check_step(beam, step)
    walked = greedy_path(beam)
    kept: list[dict[int, int]] = []  # place in the step -> number in the drawing
    nodes: list[Node] = []
    columns, ranks = [], []
    for step, row in enumerate(beam):
        by_total = sorted(range(len(row)), key=lambda i: -row[i].total)
        dropped = [i for i in by_total if not row[i].kept][:MOST_DROPPED]
        chosen = [i for i in by_total if row[i].kept or i in dropped or walked[step : step + 1] == [i]]
        above = kept[-1] if kept else {}
        chosen.sort(key=lambda i: above.get(row[i].parent, -1))  # families stay together, so that no lines cross
        kept.append({i: len(nodes) + place for place, i in enumerate(chosen)})
        for i in chosen:
            parent = above.get(row[i].parent, -1)
            nodes.append(row[i]._replace(parent=parent))
            columns.append(step)
            ranks.append(by_total.index(i) + 1)
    slots = spread(columns, [node.parent for node in nodes])
    greedy = [kept[step][i] for step, i in enumerate(walked)]
    tree = Tree(nodes, columns, slots, ranks, [len(row) for row in beam], greedy, [])
    finished = [i for i, node in enumerate(nodes) if node.ended and node.kept]
    last = [i for i, node in enumerate(nodes) if node.kept and columns[i] == len(beam) - 1]
    if finished or last:
        tree.best.extend(tree.path(max(finished or last, key=tree.score)))
    return tree


def check_step(beam: Sequence[Sequence[Node]], step: int) -> None:
    """Parents exist and live on, totals are finite and never rise along a path."""
    before = beam[step - 1] if step else []
    if not beam[step]:
        raise ValueError(f"step {step} of the beam has no hypotheses; leave out steps in which nothing happened")
    for place, node in enumerate(beam[step]):
        name = f"beam[{step}][{place}] ({node.token!r})"
        if not (node.parent == -1 if step == 0 else 0 <= node.parent < len(before)):
            wanted = "-1, for there is nothing before it" if step == 0 else f"0 to {len(before) - 1}"
            raise ValueError(f"{name} has parent {node.parent}; in step {step} it should be {wanted}")
        above = before[node.parent] if step else Node(-1, "", 0.0, True)
        if not above.kept or above.ended:
            how = "has ended" if above.ended else "was dropped"
            raise ValueError(f"{name} grows from beam[{step - 1}][{node.parent}] ({above.token!r}), which {how}")
        if not np.isfinite(node.total) or node.total > above.total + 1e-3:
            raise ValueError(f"{name} has total {node.total:.4g} after {above.total:.4g}; log-probabilities only fall")


def greedy_path(beam: Sequence[Sequence[Node]]) -> list[int]:
    """The likeliest token after the likeliest token, as far as the search went along with it: a place a step."""
    found: list[int] = []
    for step, row in enumerate(beam):
        children = [i for i, node in enumerate(row) if not step or node.parent == found[-1]]
        if not children:
            break
        found.append(max(children, key=lambda i: row[i].total))
    return found


def spread(columns: Sequence[int], parents: Sequence[int]) -> list[int]:
    """How far down each node stands: near its parent, apart from its neighbours, no lower than the fullest column.

    Nodes come column by column, in the order in which they stand below each other.
    """
    slots = [0] * len(columns)
    sizes = np.bincount(columns).tolist() if columns else []
    start = 0
    for size in sizes:
        places = range(start, start + size)
        for i in places:
            beside = slots[parents[i]] if parents[i] >= 0 else 0
            slots[i] = max(beside, slots[i - 1] + 1 if i > start else 0)
        for room, i in enumerate(reversed(places)):
            below = slots[i + 1] if room else max(sizes)
            slots[i] = min(slots[i], below - 1)
        start += size
    return slots
