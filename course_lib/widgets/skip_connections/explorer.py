"""The skip-connections explorer: switch each skip of a U-Net on or off, or swap it, and the mask answers at once.

Python runs the model for every state once and sends bytes; explorer.js draws from those bytes alone, so that
the explorer keeps working while the kernel is busy, and without one. Sizes: H, W picture, D skips, S states a skip has.
"""

from collections.abc import Sequence
from typing import Any

import traitlets
from matplotlib.figure import Figure

from course_lib.viz.skips import draw_skips
from course_lib.widgets.kit.explorer import Chosen, Explorer
from course_lib.widgets.skip_connections import words
from course_lib.widgets.skip_connections.bundle import ON, WORDS, BadSkips, Skips
from course_lib.widgets.skip_connections.pack import pack
from course_lib.widgets.skip_connections.words import Choice


class SkipExplorer(Explorer):
    """Look at the skips of one model, on one picture or several. Raises BadSkips when they do not fit together."""

    leading = ("image", "node")

    image = Chosen()
    skips = traitlets.List(traitlets.Enum(WORDS)).tag(sync=True)  # finest first: "on", "off" or "swapped"
    node = Chosen()  # the level enlarged, counted along the U
    channel = Chosen()  # which of the maps shown of it
    row = Chosen(-1)  # the pixel pointed at, or -1
    column = Chosen(-1)
    difference = traitlets.Bool(False).tag(sync=True)  # show where the prediction is wrong
    predict = traitlets.Bool(False).tag(sync=True)  # hold the answer back until it is guessed
    guess = traitlets.Dict().tag(sync=True)  # {"about": "0:off,on,on", "class": number, or -1 for none of them}

    def __init__(self, skips: Skips | Sequence[Skips]) -> None:
        several = [skips] if isinstance(skips, Skips) else list(skips)
        if not several or not all(isinstance(one, Skips) for one in several):
            found = ", ".join(type(one).__name__ for one in several) or "nothing"
            raise BadSkips(f"an explorer shows Skips(...), one or a list of them, not {found}")
        self.several = several
        super().__init__(data=pack(several), skips=["on"] * several[0].depth)

    @classmethod
    def of(cls, skips: Skips | Sequence[Skips]) -> "SkipExplorer":
        """An explorer of one bundle, or of several to choose from."""
        return cls(skips)

    @property
    def shown(self) -> Skips:
        """The picture on show."""
        return self.several[self.image]

    def limits(self, name: str) -> tuple[int, int]:
        """The lowest and highest value of a choice, for the picture and level on show."""
        it = self.shown
        high, wide = it.masks.shape[-2:]
        counts = {"image": len(self.several), "node": words.nodes(it), "row": high, "column": wide}
        count = len(words.maps_of(it, self.node).channels) if name == "channel" else counts[name]
        return -1 if name in ("row", "column") else 0, count - 1

    @traitlets.validate("skips")
    def _as_many_as_there_are(self, proposal: Any) -> list[str]:
        value, it = list(proposal["value"]), self.several[0]
        allowed = WORDS[: it.kinds]
        if len(value) != it.depth or not set(value) <= set(allowed):
            raise traitlets.TraitError(f"skips {value} do not fit; there are {it.depth}, each {', '.join(allowed)}")
        return value

    @traitlets.observe("image", "node")
    def _another_place(self, _: Any) -> None:
        """Bring the other choices into the range of the new picture and level."""
        self.clip("channel", "row", "column")

    @traitlets.observe("predict")
    def _pose_a_question(self, change: Any) -> None:
        """With all skips on there is nothing to guess: the first question is about the finest."""
        if change["new"] and set(self.skips) == {"on"}:
            self.skips = ["off", *self.skips[1:]]

    @property
    def choice(self) -> Choice:
        """Where the viewer looks now. A guess counts for the question it was made about."""
        state = tuple(WORDS.index(word) for word in self.skips)
        about = f"{self.image}:{','.join(self.skips)}"
        guess = self.guess.get("class") if self.predict and self.guess.get("about") == about else None
        guess = guess if guess in range(words.NOBODY, len(self.shown.names)) else None
        row, column = (self.row, self.column) if min(self.row, self.column) >= 0 else (-1, -1)
        return Choice(state, self.node, self.channel, row, column, self.predict, guess)

    def describe(self) -> str:
        """The sentence of the page's status line."""
        return words.describe(self.shown, self.choice)

    def table(self) -> str:
        """The Dice of every state of the skips."""
        return words.table(self.shown, self.choice)

    def still(self) -> Figure:
        """A matplotlib picture of the present view, drawn from the same arrays."""
        it, at = self.shown, self.choice
        return draw_skips(
            it.picture,
            it.reference,
            it.masks[at.shown],
            it.names,
            [WORDS[kind] for kind in at.state],
            it.dice[at.shown],
            it.dice[(ON,) * it.depth],
            words.map_shown(it, at.node, at.channel, at.shown),
            words.map_title(it, at.node, at.channel),
            known="truth" if it.truth is not None else "all skips on",
            difference=self.difference,
            title=it.name,
        )
