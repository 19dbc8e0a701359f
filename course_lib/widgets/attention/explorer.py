"""The attention explorer: all heads of a model, one head in detail, and its answers on the text or picture itself.

Python does the arithmetic once and sends bytes; explorer.js draws from those bytes alone, so that the explorer
keeps working while the kernel is busy, and without one. Sizes: L layers, H heads, T target, S source positions.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets
from matplotlib.figure import Figure

from course_lib.former_names import former_keywords
from course_lib.viz.explorer import draw_explorer
from course_lib.widgets.attention import words
from course_lib.widgets.attention.bundle import Attention
from course_lib.widgets.attention.pack import pack
from course_lib.widgets.kit.explorer import AskedExplorer, Chosen

AXES = {"layer": 0, "head": 1, "row": 2, "column": 3}  # which axis of the weights each choice walks along


class AttentionExplorer(AskedExplorer):
    """Look at attention weights (L, H, T, S). Arguments as in `Attention`; `ask` answers the text box.

    ask: text -> Attention, called in the kernel when someone types their own text
    Raises BadAttention (a ValueError) when the pieces do not fit together.
    """

    answers = Attention

    layer = Chosen()
    head = Chosen()
    row = Chosen()  # who asks
    column = Chosen(-1)  # the answer singled out, or -1
    masked = traitlets.Bool(True).tag(sync=True)
    pinned = traitlets.Bool(False).tag(sync=True)  # hovering moves the choice until it is pinned
    overlay = traitlets.Bool(True).tag(sync=True)  # hatch what the masks forbid

    @former_keywords(asking="target", answering="source")
    def __init__(
        self,
        weights: Any,
        target: Sequence[str],
        source: Sequence[str] | None = None,
        *,
        kind: str = "text",
        unmasked: Any = None,
        masks: Mapping[str, Any] | None = None,
        layer_names: Sequence[str] | None = None,
        ask: Callable[[str], Attention] | None = None,
        context: Any = None,
        title: str = "",
    ) -> None:
        self._ask = ask
        self._take(Attention(weights, target, source, kind, unmasked, masks, layer_names, context, title))
        super().__init__()

    @classmethod
    def of(cls, attention: Attention, ask: Callable[[str], Attention] | None = None) -> "AttentionExplorer":
        """An explorer of one bundle."""
        return cls(**vars(attention), ask=ask)

    def _take(self, attention: Attention) -> None:
        """Take a new bundle in; what was chosen stays chosen where it still exists."""
        data = pack(attention, self._ask is not None)
        self.attention = attention
        with self.hold_sync():
            self.data = data
            self.clip()
            self.masked = self.masked or attention.unmasked is None

    def limits(self, name: str) -> tuple[int, int]:
        """The lowest and highest value of a choice, for what is on show."""
        return -1 if name == "column" else 0, self.attention.weights.shape[AXES[name]] - 1

    @property
    def choice(self) -> words.Choice:
        """Where the viewer looks now."""
        return words.Choice(self.layer, self.head, self.row, self.column, self.masked)

    def describe(self) -> str:
        """The sentence of the page's status line."""
        return words.describe(self.attention, self.choice)

    def table(self) -> str:
        """The answers of the present target position as a text table."""
        return words.table(self.attention, self.choice)

    def still(self) -> Figure:
        """A matplotlib picture of the present view, drawn from the same arrays."""
        it, at = self.attention, (self.layer, self.head, self.row)
        masks = it.masks if self.overlay else None
        assert it.source is not None and it.layer_names is not None  # a checked bundle has them
        return draw_explorer(
            it.shown(self.masked), it.target, it.source, at, it.layer_names, masks, it.kind, it.context, it.title
        )
