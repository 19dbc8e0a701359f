"""The message-passing explorer: round by round, who sent what to whom, who can know of whom, and how alike all become.

Python does the arithmetic once and sends bytes; explorer.js draws from those bytes alone, so that the explorer
keeps working while the kernel is busy, and without one. Sizes: N nodes, E edges, R rounds, H heads.
"""

from collections.abc import Sequence
from typing import Any

import traitlets
from matplotlib.figure import Figure

from course_lib.viz.rounds import draw_rounds
from course_lib.widgets.kit.explorer import Chosen, Explorer
from course_lib.widgets.message_passing import words
from course_lib.widgets.message_passing.bundle import BadMessages, Messages
from course_lib.widgets.message_passing.pack import pack
from course_lib.widgets.message_passing.words import ALIKE, DIFFERENCE, Choice


class MessagePassingExplorer(Explorer):
    """Look at the messages of a graph network, one graph or several. Raises BadMessages when they do not fit."""

    leading = ("graph",)

    graph = Chosen()
    round = Chosen()  # 0 before the first round, then 1 to R
    node = Chosen()  # who receives
    other = Chosen(-1)  # who is compared with it, or -1
    head = Chosen(-1)  # arrows as wide as a head's weights, or -1: as the norms
    colour = Chosen(DIFFERENCE)  # -2 similarity, -1 main difference, else a channel
    predict = traitlets.Bool(False).tag(sync=True)  # hold the answer back until it is predicted
    guess = traitlets.Dict().tag(sync=True)  # {"about": [graph, round, node], "marked": nodes, "told": bool}

    def __init__(self, messages: Messages | Sequence[Messages]) -> None:
        several = [messages] if isinstance(messages, Messages) else list(messages)
        if not several or not all(isinstance(one, Messages) for one in several):
            found = ", ".join(type(one).__name__ for one in several) or "nothing"
            raise BadMessages(f"an explorer shows Messages(...), one or a list of them, not {found}")
        self.several = several
        super().__init__(data=pack(several))

    @classmethod
    def of(cls, messages: Messages | Sequence[Messages]) -> "MessagePassingExplorer":
        """An explorer of one bundle, or of several to choose from."""
        return cls(messages)

    @property
    def messages(self) -> Messages:
        """The graph on show."""
        return self.several[self.graph]

    def limits(self, name: str) -> tuple[int, int]:
        """The lowest and highest value of a choice, for the graph on show."""
        it = self.messages
        rounds, nodes, width = len(it.norms), it.features.shape[1], it.features.shape[2]
        heads = 0 if it.weights is None else it.weights.shape[1]
        tops = {"graph": len(self.several), "round": rounds + 1, "node": nodes, "other": nodes, "head": heads}
        lows = {"other": -1, "head": -1, "colour": ALIKE}
        return lows.get(name, 0), (tops | {"colour": width})[name] - 1

    @traitlets.validate("colour")
    def _a_channel_shown(self, proposal: Any) -> int:
        value = int(proposal["value"])
        if value >= 0 and value not in (shown := words.channels_shown(self.messages)):
            raise traitlets.TraitError(f"colour {value} is not among the channels that vary most: {shown}")
        return value

    @traitlets.observe("graph")
    def _another_graph(self, _: Any) -> None:
        """Bring the other choices into the range of the new graph."""
        self.set_trait("colour", self.colour if self.colour < 0 else DIFFERENCE)
        self.clip("round", "node", "other", "head")

    @property
    def choice(self) -> Choice:
        """Where the viewer looks now. A prediction counts for the question it was made about."""
        at = (self.round, self.node, self.other, self.head, self.colour)
        if not self.predict:
            return Choice(*at)
        current = list(self.guess.get("about", [])) == [self.graph, self.round, self.node]
        guess = self.guess if current else {}
        return Choice(*at, sorted(guess.get("marked", [])), bool(guess.get("told", False)))

    def describe(self) -> str:
        """The sentence of the page's status line."""
        return words.describe(self.messages, self.choice)

    def table(self) -> str:
        """Every node as a row: distance, what it sent in this round, similarity, colour."""
        return words.table(self.messages, self.choice)

    def still(self) -> Figure:
        """A matplotlib picture of the present view, drawn from the same arrays."""
        it, at = self.messages, self.choice
        alike = it.similarity[at.round]
        coloured = at.colour != ALIKE
        values = words.values_shown(it, at.colour) if coloured else None
        arrows = [(int(it.edges[0, edge]), level) for edge, level, _ in words.amounts(it, at)]
        return draw_rounds(
            it.edges,
            it.positions,
            labels=list(it.labels or []),
            lines=it.drawing.lines if it.drawing else None,
            values=alike[at.node] if values is None else values[at.round],
            most=None if values is None else float(abs(values).max()),
            hops=None if at.hides else it.hops[at.node],
            arrows=[] if at.hides else arrows,
            similarity=alike,
            curve=it.curve,
            at=(at.round, at.node),
            lowest=float(it.similarity.min()),
            title=it.name,
            colour=words.colour_name(it, at),
        )
