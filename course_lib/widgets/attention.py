"""The attention explorer: all heads of a model, one head in detail, and its answers on the text or picture itself.

Python does the arithmetic once and sends bytes; attention.js draws from those bytes alone, so that the explorer
keeps working while the kernel is busy, and without one. Sizes: L layers, H heads, T asking, S answering positions.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import traitlets
from matplotlib.figure import Figure

from course_lib.viz.explorer import draw_explorer
from course_lib.widgets import describe as words
from course_lib.widgets.asking import AskedExplorer
from course_lib.widgets.bundle import Attention
from course_lib.widgets.pack import pack
from course_lib.widgets.publish import style

__all__ = ["Attention", "AttentionExplorer"]

HERE = Path(__file__).parent
SIZES = {"layer": 0, "head": 1, "row": 2, "column": 3}  # which axis of the weights each trait walks along


class AttentionExplorer(AskedExplorer):
    """Look at attention weights (L, H, T, S). Arguments as in `Attention`; `ask` answers the text box.

    ask: text -> Attention, called in the kernel when someone types their own text
    Raises BadAttention (a ValueError) when the pieces do not fit together.
    """

    _esm = HERE / "attention.js"
    _css = style("attention")
    answers = Attention

    data = traitlets.Dict().tag(sync=True)  # all tensors and labels at once, so that the page never sees half a change
    layer = traitlets.Int(0).tag(sync=True)
    head = traitlets.Int(0).tag(sync=True)
    row = traitlets.Int(0).tag(sync=True)  # who asks
    column = traitlets.Int(-1).tag(sync=True)  # the answer singled out, or -1
    masked = traitlets.Bool(True).tag(sync=True)
    pinned = traitlets.Bool(False).tag(sync=True)  # hovering moves the choice until it is pinned
    overlay = traitlets.Bool(True).tag(sync=True)  # hatch what the masks forbid

    def __init__(
        self,
        weights: Any,
        asking: Sequence[str],
        answering: Sequence[str] | None = None,
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
        self._take(Attention(weights, asking, answering, kind, unmasked, masks, layer_names, context, title))
        super().__init__()

    @classmethod
    def of(cls, attention: Attention, ask: Callable[[str], Attention] | None = None) -> "AttentionExplorer":
        """An explorer of one bundle."""
        return cls(**vars(attention), ask=ask)

    def _take(self, attention: Attention) -> None:
        """Take a new bundle in; what was chosen stays chosen where it still exists."""
        data = pack(attention) | {"asks": self._ask is not None}
        self.attention = attention
        with self.hold_sync():
            self.data = data
            for name, axis in SIZES.items():
                self.set_trait(name, min(getattr(self, name), attention.weights.shape[axis] - 1))
            self.masked = self.masked or attention.unmasked is None

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page chose; a choice made on an older, longer result goes to the end of this one."""
        shape = self.attention.weights.shape
        super().set_state({k: min(v, shape[SIZES[k]] - 1) if k in SIZES else v for k, v in sync_data.items()})

    @traitlets.validate("layer", "head", "row", "column")
    def _in_range(self, proposal: Any) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        size, low = self.attention.weights.shape[SIZES[name]], -1 if name == "column" else 0
        if not low <= value < size:
            raise traitlets.TraitError(f"{name} {value} does not exist; choose {low} to {size - 1}")
        return int(value)

    @property
    def choice(self) -> words.Choice:
        """Where the viewer looks now."""
        return words.Choice(self.layer, self.head, self.row, self.column, self.masked)

    def describe(self) -> str:
        """The sentence of the page's status line."""
        return words.describe(self.attention, self.choice)

    def table(self) -> str:
        """The answers of the present asking position as a text table."""
        return words.table(self.attention, self.choice)

    def still(self) -> Figure:
        """A matplotlib picture of the present view, drawn from the same arrays."""
        it, at = self.attention, (self.layer, self.head, self.row)
        masks = it.masks if self.overlay else None
        assert it.answering is not None and it.layer_names is not None  # a checked bundle has them
        return draw_explorer(
            it.shown(self.masked), it.asking, it.answering, at, it.layer_names, masks, it.kind, it.context, it.title
        )
