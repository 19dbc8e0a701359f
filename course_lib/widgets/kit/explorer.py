"""What every explorer shares in Python: choices in their ranges, questions answered, and stand-ins for the live view.

Python does the arithmetic once and sends bytes (`data`); the page draws from those alone, so that an explorer keeps
working while the kernel is busy, and without one. Code hosts, printed pages, mail and screen readers show the still
picture and the sentence where no widget can live.
"""

import html
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets
from matplotlib.figure import Figure

from course_lib.errors import CourseError
from course_lib.viz.show import bundle, png_of
from course_lib.widgets.kit import assets

LARGEST_PNG = 14_000  # bytes; a notebook holds a dozen of them, twice, in at most 400 kB


class Chosen(traitlets.Int):  # type: ignore[type-arg]
    """A whole number that the viewer chooses, from where to where the explorer's `limits` say."""

    def __init__(self, start: int = 0) -> None:
        super().__init__(start)
        self.tag(sync=True, chosen=True)

    def _cross_validate(self, obj: Any, value: Any) -> Any:
        """Refuse what does not exist, beside the checks of the explorer's own (traitlets calls it with those)."""
        low, high = obj.limits(self.name)
        if not low <= value <= high:
            raise traitlets.TraitError(f"{self.name} {value} does not exist; choose {low} to {high}")
        return super()._cross_validate(obj, value)


class Explorer(anywidget.AnyWidget):
    """A live view of arrays, with a still picture and words.

    A subclass stands in `explorer.py` of a folder of its own, beside `explorer.js` and `explorer.css`, which are
    published with those of the kit. It has a trait for each choice, `Chosen` where that is a whole number, and gives
    `limits`, `still` and `describe`. `leading` names the choices that put another thing on show: they are taken first,
    and the others are brought into its ranges.
    """

    leading: ClassVar[tuple[str, ...]] = ()

    data = traitlets.Dict().tag(sync=True)  # everything at once, so that the page never sees half a change

    def __init_subclass__(cls, **kwargs: Any) -> None:
        folder = Path(inspect.getfile(cls)).parent
        if "_esm" not in vars(cls) and (folder / "explorer.js").is_file():
            cls._esm, cls._css = assets.module(folder), assets.sheet(folder)
        super().__init_subclass__(**kwargs)

    def limits(self, name: str) -> tuple[int, int]:
        """The lowest and the highest value of a choice, for what is on show."""
        raise NotImplementedError(f"{type(self).__name__} has to say from where to where {name} goes")

    def clip(self, *names: str) -> None:
        """Bring choices into the ranges of what is on show now."""
        for name in names or self.trait_names(chosen=True):
            self.set_trait(name, self._within(name, getattr(self, name)))

    def _within(self, name: str, value: int) -> int:
        low, high = self.limits(name)
        return max(low, min(value, high))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page chose, the leading choices first; what does not exist becomes the nearest that does."""
        changes, chosen = dict(sync_data), set(self.trait_names(chosen=True))
        with self.hold_sync():  # what a leading choice clips on the way would overtake what came along with it
            for name in self.leading:
                if name in changes:
                    self.set_trait(name, self._within(name, changes.pop(name)))
            super().set_state({k: self._within(k, v) if k in chosen else v for k, v in changes.items()})

    def still(self) -> Figure:
        """Draw what the explorer shows now with matplotlib."""
        raise NotImplementedError(f"{type(self).__name__} needs a still picture")

    def describe(self) -> str:
        """Say in one or two sentences what the explorer shows now."""
        raise NotImplementedError(f"{type(self).__name__} needs a description")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view with its stand-ins. A stand-in that fails says so in words; it never takes the view away."""
        published = super()._repr_mimebundle_(**kwargs)
        data, metadata = published if isinstance(published, tuple) else (published or {}, {})
        return {**data, **self.stand_ins()}, metadata

    def stand_ins(self) -> dict[str, str]:
        """Give text/plain, text/html and image/png of the present view; after a failure only words that name it."""
        try:
            words = self.describe()
            return bundle(small_png(self.still()), words)
        except Exception as error:  # noqa: BLE001  whatever fails here must not hide the widget; it is told in words
            told = f"{type(self).__name__}: no still picture, because of {type(error).__name__}: {error}"
            return {"text/plain": told, "text/html": f"<p>{html.escape(told)}</p>"}


class AskedExplorer(Explorer):
    """An explorer that takes new input: one hook, `answer(input) -> bundle`, and the kit owns all around it.

    The page counts its questions in `request`; `answered` follows, so that it can say when it waits, and for whom. The
    hook is served by the kernel here (`ask`, the learner's own function), and by a model that runs in the page where
    there is one. Subclasses say what an answer is (`answers`), and take it in.
    """

    answers: ClassVar[type]

    question = traitlets.Unicode("").tag(sync=True)
    request = traitlets.Int(0).tag(sync=True)  # counts questions; `answered` follows it
    answered = traitlets.Int(0).tag(sync=True)
    trouble = traitlets.Unicode("").tag(sync=True)

    _ask: Callable[[str], Any] | None = None

    def _take(self, found: Any) -> None:
        """Show a new answer."""
        raise NotImplementedError(f"{type(self).__name__} has to take an answer in")

    def answer(self, text: str) -> Any:
        """Give the bundle that belongs to an input. Raises CourseError when `ask` gives anything else back."""
        assert self._ask is not None  # the page has no text box without it
        found = self._ask(text)
        if not isinstance(found, self.answers):
            name = self.answers.__name__
            article = "an" if name[0] in "AEIOU" else "a"
            raise CourseError(f"ask gave {type(found).__name__} back; it should return {article} {name}(...)")
        return found

    @traitlets.observe("request")
    def _answer(self, change: Any) -> None:
        """Answer the text typed into the page, and send what came of it in one message."""
        if self._ask is None or change["new"] == self.answered:
            return
        with self.hold_sync():
            try:
                self._take(self.answer(self.question))
                self.trouble = ""
            except (CourseError, ValueError) as error:
                self.trouble = str(error)
            except Exception as error:  # noqa: BLE001  the learner's own code: the page says what went wrong
                self.trouble = f"{type(error).__name__}: {error}"
            self.answered = change["new"]

    def try_text(self, text: str) -> None:
        """Do what typing `text` into the page does."""
        self.question = text
        self.request += 1


def small_png(fig: Figure) -> bytes:
    """Make the figure a PNG of at most LARGEST_PNG bytes where fewer dots bring it there, 60 to an inch at least."""
    dots, png = 96.0, png_of(fig)
    while len(png) > LARGEST_PNG and dots > 60:  # size grows a little more slowly than the number of dots
        dots = max(60, 0.97 * dots * (LARGEST_PNG / len(png)) ** 0.5)
        png = png_of(fig, dots)
    return png
