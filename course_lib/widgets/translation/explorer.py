"""The translation explorer: where each step looked, what it might have written, and the beam search as a tree.

Python does the arithmetic once and sends bytes; explorer.js draws from those alone, so that the explorer keeps
working while the kernel is busy, and without one. Sizes: L layers, H heads, T steps, S labels read, N hypotheses.
"""

from collections.abc import Callable, Sequence
from typing import Any

import traitlets
from matplotlib.figure import Figure

from course_lib.viz.translation import draw_translation
from course_lib.widgets.kit.explorer import AskedExplorer, Chosen
from course_lib.widgets.translation import words
from course_lib.widgets.translation.bundle import Translation, as_examples
from course_lib.widgets.translation.pack import follow, pack


class TranslationExplorer(AskedExplorer):
    """Look at one translation or at several to choose among; `ask` answers the text box.

    ask: text -> Translation, called in the kernel when someone types a word of their own
    """

    answers = Translation
    leading = ("example",)

    example = Chosen()
    layer = Chosen()
    head = Chosen(-1)  # -1: the average of the heads
    step = Chosen()
    column = Chosen(-1)  # the letter singled out, or -1
    node = Chosen(-1)  # a hypothesis of the tree; it always belongs to the step
    predict = traitlets.Bool(False).tag(sync=True)
    guesses = traitlets.Dict().tag(sync=True)  # "example:step" -> the candidate guessed
    pinned = traitlets.Bool(False).tag(sync=True)  # hovering moves the choice until it is pinned

    def __init__(
        self, translations: Translation | Sequence[Translation], *, ask: Callable[[str], Translation] | None = None
    ) -> None:
        given = as_examples(translations)
        self._ask, self._given, self.translations = ask, given, given
        super().__init__()
        with self.hold_sync():
            self.data = pack(given, ask is not None)
            self.layer = given[0].weights.shape[0] - 1  # the last layer is nearest to what is written
            self.node = follow(given[0], 0)

    @classmethod
    def of(
        cls, translations: Translation | Sequence[Translation], ask: Callable[[str], Translation] | None = None
    ) -> "TranslationExplorer":
        """An explorer of one example, or of several."""
        return cls(translations, ask=ask)

    @property
    def translation(self) -> Translation:
        """The example on show."""
        return self.translations[self.example]

    def limits(self, name: str) -> tuple[int, int]:
        """The lowest and highest value of a choice, for the example on show."""
        if name == "example":
            return 0, len(self.translations) - 1
        it = self.translation
        layers, heads, steps, letters = it.weights.shape
        sizes = {"layer": layers, "head": heads, "step": steps, "column": letters, "node": len(it.tree.nodes)}
        return -1 if name in ("head", "column", "node") else 0, int(sizes[name]) - 1

    @traitlets.observe("example", "step", "node")
    def _together(self, change: Any) -> None:
        """An example brings its own sizes; a step brings its hypothesis, and a hypothesis its step."""
        if change["name"] == "node" and self.node >= 0 and not self._fits():
            self.step = min(self.translation.tree.column[self.node], self.limits("step")[1])
        elif change["name"] in ("example", "step"):
            self._settle()

    def _settle(self) -> None:
        """Bring every choice into the example on show, and the hypothesis to the step."""
        self.clip("layer", "head", "step", "column")
        if not 0 <= self.node < len(self.translation.tree.nodes) or not self._fits():
            self.node = follow(self.translation, self.step)

    def _fits(self) -> bool:
        """The hypothesis belongs to the step; the output may be shorter than the tree, or longer."""
        tree, last = self.translation.tree, self.limits("step")[1]
        return min(tree.column[self.node], last) == min(self.step, len(tree.sizes) - 1)

    def _take(self, found: Translation) -> None:
        """Show a translation that was asked for, after those that were given."""
        self.translations = [*self._given, found]
        self.data = pack(self.translations, True)
        self.guesses = {}
        self.example, self.step, self.column = len(self.translations) - 1, 0, -1
        self._settle()

    @property
    def place(self) -> words.Place:
        """Where the viewer looks now."""
        guess = self.guesses.get(f"{self.example}:{self.step}", -1) if self.predict else -1
        guess = guess if 0 <= guess < len(self.translation.candidates[self.step]) else -1
        return words.Place(self.layer, self.head, self.step, self.column, self.node, self.predict, guess)

    def describe(self) -> str:
        """The sentence of the page's status line."""
        return words.describe(self.translation, self.place)

    def table(self) -> str:
        """The weights and candidates of the present step as a text table."""
        return words.table(self.translation, self.place)

    def still(self) -> Figure:
        """A matplotlib picture of the present view, drawn from the same arrays."""
        it, at = self.translation, self.place
        weights, name = it.maps[at.layer, at.head + 1], words.name_of(it, at)
        node, bars = it.tree.ancestor(at.node, at.shown), words.rows(it, at)
        return draw_translation(weights, it.source, it.target, at.step, bars, name, it.tree, node, at.shown, it.title)
