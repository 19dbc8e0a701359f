"""What a diagram is made of, and the diagram itself: plain data, from which SVG, still, table and words are drawn.

A box stands at a step (from left to right, as the data run) and in a lane (from top to bottom). Several boxes may share
the beginning of their id, `split-q` and `split-k`; `lit("split")` lights them all.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

WIDE, HIGH = 106, 58  # of a box, in pixels
STEP, LANE = 146, 88  # from one box to the next
LEFT, TOP, FOOT = 6, 30, 62  # room at the edges; below stands what the part in focus does


@dataclass(frozen=True)
class Box:
    """One part. `name`: a line or two, `does`: a sentence without its stop, for those who hear or point at it."""

    id: str
    name: str
    does: str
    step: float
    lane: float

    @property
    def spoken(self) -> str:
        """The name in one line."""
        return " ".join(self.name.split())

    @property
    def middle(self) -> tuple[float, float]:
        """Where its middle stands, in pixels."""
        return LEFT + self.step * STEP + WIDE / 2, TOP + self.lane * LANE + HIGH / 2


@dataclass(frozen=True)
class Arrow:
    """What goes from one part to another, and the shape it has: `Arrow("split-q", "scores", "(B, H, T, K)")`."""

    start: str
    end: str
    shape: str = ""


@dataclass(frozen=True)
class Drawing:
    """A machine. Raises ValueError when an id stands twice, or an arrow leads from or to no part."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    bright: frozenset[str] = frozenset()  # ids of the boxes that are lit; none: all look alike

    def __post_init__(self) -> None:
        ids = [box.id for box in self.boxes]
        if twice := {id for id in ids if ids.count(id) > 1}:
            raise ValueError(f"the part {sorted(twice)[0]!r} stands twice in “{self.title}”")
        for arrow in self.arrows:
            for end in (arrow.start, arrow.end):
                if end not in ids:
                    raise ValueError(f"the arrow from {arrow.start!r} to {arrow.end!r}: there is no part {end!r}")

    def lit(self, *names: str) -> Self:
        """The same diagram with these parts lit. Raises ValueError that names the nearest part when there is none."""
        bright: set[str] = set()
        for name in names:
            found = {box.id for box in self.boxes if box.id == name or box.id.startswith(f"{name}-")}
            if not found:
                ids = [box.id for box in self.boxes]
                near = difflib.get_close_matches(name, ids, n=1) or ids
                raise ValueError(f"“{self.title}” has no part {name!r}; did you mean {' or '.join(near)}?")
            bright |= found
        return replace(self, bright=frozenset(bright))

    @cached_property
    def by_id(self) -> dict[str, Box]:
        """The parts by their ids."""
        return {box.id: box for box in self.boxes}

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        wide = 2 * LEFT + max(box.step for box in self.boxes) * STEP + WIDE
        return wide, TOP + max(box.lane for box in self.boxes) * LANE + HIGH + FOOT

    def is_bright(self, box: str) -> bool:
        """Is this part lit?"""
        return box in self.bright

    def line_of(self, arrow: Arrow) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where an arrow begins and ends: at the sides of its boxes, or above one another where they share a step."""
        start, end = self.by_id[arrow.start], self.by_id[arrow.end]
        (x, y), (x2, y2) = start.middle, end.middle
        if start.step == end.step:
            down = 1 if y2 > y else -1
            return (x, y + down * HIGH / 2), (x2, y2 - down * HIGH / 2)
        return (x + WIDE / 2, y), (x2 - WIDE / 2, y2)

    def label_of(self, arrow: Arrow) -> tuple[float, float]:
        """Where an arrow's shape is written: beside the box it leaves, below it where an arrow of it runs upwards."""
        (x, y), (x2, y2) = self.line_of(arrow)
        if x == x2:
            return x + 8, (y + y2) / 2
        own = [self.line_of(each) for each in self.arrows if each.start == arrow.start]
        below = any(end[1] < start[1] and end[0] > start[0] for start, end in own)
        return x + (STEP - WIDE) / 2, y + HIGH / 2 + 14 if below else y - HIGH / 2 - 9

    def labelled(self) -> list[Arrow]:
        """The arrows beside which a shape is written: one for each shape that leaves a box."""
        first = {(arrow.start, arrow.shape): arrow for arrow in reversed(self.arrows) if arrow.shape}
        return list(first.values())

    def describe(self) -> str:
        """The diagram in a few sentences, as its alternative text."""
        flow = "; ".join(self.sentences())
        now = f" Lit: {', '.join(self.lit_names())}." if self.bright else ""
        return f"Diagram: {self.title}. {flow}.{now}"

    def sentences(self) -> Iterator[str]:
        """Each part with what it gives to which others."""
        for box in self.boxes:
            gives = self.gives(box)
            yield box.spoken + (f" gives {gives}" if gives else "")

    def gives(self, box: Box) -> str:
        """`(B, H, T, K) to scores`, where a box's arrows lead and what they carry."""
        out = [arrow for arrow in self.arrows if arrow.start == box.id]
        shapes = dict.fromkeys(arrow.shape for arrow in out)
        parts = []
        for shape in shapes:
            to = " and ".join(self.by_id[arrow.end].spoken for arrow in out if arrow.shape == shape)
            parts.append(f"{shape} to {to}" if shape else f"to {to}")
        return ", ".join(parts)

    def lit_names(self) -> list[str]:
        """The names of the parts that are lit, each once."""
        return list(dict.fromkeys(box.spoken for box in self.boxes if box.id in self.bright))
