"""The field for a guess in JupyterLab: numbers, buttons, an order, or a curve; every part is reached by keyboard."""

from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets
from IPython.display import display

from course_lib.errors import CourseError
from course_lib.exercises.feedback.display import paragraph
from course_lib.exercises.predictions import guesses
from course_lib.exercises.predictions.declare import Prediction
from course_lib.exercises.predictions.kinds import Choice, Number, Order
from course_lib.exercises.tracking import store

HERE = Path(__file__).parent


class CurveField(anywidget.AnyWidget):
    """A curve that is drawn with the mouse, a finger or the arrow keys: one height at each of `xs`."""

    _esm = HERE / "curve.js"
    _css = HERE / "curve.css"
    xs = traitlets.List(traitlets.Float()).tag(sync=True)
    ys = traitlets.List(traitlets.Float()).tag(sync=True)
    low = traitlets.Float(0.0).tag(sync=True)
    high = traitlets.Float(1.0).tag(sync=True)
    x_label = traitlets.Unicode("").tag(sync=True)
    y_label = traitlets.Unicode("").tag(sync=True)


class Form:
    """A field of the right kind, a button that keeps the guess, and a line that says what is written down."""

    def __init__(self, this: Prediction) -> None:
        self.this = this
        self.said = widgets.HTML()
        self.stands = guesses.said_again(this, store.guess_of(this.id)[0])
        self.fields = self._fields()
        self.button = widgets.Button(description="Keep my guess", layout={"width": "auto", "align_self": "flex-start"})
        self.button.on_click(lambda _: self.keep())
        if self.stands is not None:
            self.said.value = paragraph(f"Written down: {this.kind.text(self.stands)}.")
        title = widgets.HTML(f"<p><strong>Your guess:</strong> {escape(this.about)}.</p>")
        self.box = widgets.VBox([title, *self.fields, self.button, self.said])

    def _fields(self) -> list[widgets.Widget]:
        kind, stands = self.this.kind, self.stands
        wide: dict[str, Any] = {"style": {"description_width": "initial"}}
        if isinstance(kind, Number):
            old = stands if isinstance(stands, list) else [stands] * max(len(kind.parts), 1)
            names = kind.parts or ("your number",)
            told = [f"{name}{f' ({kind.unit})' if kind.unit else ''}" for name in names]
            shown = [f"{each:g}" if isinstance(each, float) else "" for each in old]
            # One message when the field is left, not one a letter: while Python is busy the page holds letters back,
            # but not the click on the button, which would then keep half of a number.
            wide["continuous_update"] = False
            return [widgets.Text(value=each, description=name, **wide) for each, name in zip(shown, told, strict=True)]
        if isinstance(kind, Choice):
            options = [(f"{letter}: {text}", letter) for letter, text in kind.options.items()]
            return [widgets.RadioButtons(options=options, value=stands, layout={"width": "max-content"})]
        if isinstance(kind, Order):
            rows = list(stands) if isinstance(stands, list) else list(kind.items)
            self.rows = widgets.Select(options=rows, value=rows[0], rows=len(rows), description="first to last", **wide)
            up, down = widgets.Button(description="Move up"), widgets.Button(description="Move down")
            up.on_click(lambda _: self.move(-1))
            down.on_click(lambda _: self.move(1))
            return [self.rows, widgets.HBox([up, down])]
        middle = [(kind.low + kind.high) / 2] * len(kind.xs)
        ys = stands if isinstance(stands, list) else middle
        axes = {"low": kind.low, "high": kind.high, "x_label": kind.x_label, "y_label": kind.y_label}
        return [CurveField(xs=list(kind.xs), ys=ys, **axes)]

    def move(self, step: int) -> None:
        """Move the chosen item up or down; it stays chosen."""
        rows, at = list(self.rows.options), self.rows.index or 0
        to = min(max(at + step, 0), len(rows) - 1)
        rows.insert(to, rows.pop(at))
        self.rows.options = rows
        self.rows.index = to

    def value(self) -> Any:
        """What stands in the fields. Raises CourseError where a number was left empty or is none."""
        kind = self.this.kind
        if isinstance(kind, Number):
            found = [_number(field.value) for field in self.fields]
            return found if kind.parts else found[0]
        if isinstance(kind, Choice):
            return self.fields[0].value
        return list(self.rows.options) if isinstance(kind, Order) else list(self.fields[0].ys)

    def keep(self) -> None:
        """Write the guess down and say so, or say what is wrong with it."""
        try:
            words = f"Written down: {self.this.kind.text(guesses.keep(self.this, self.value()))}."
        except CourseError as error:
            words = str(error)
        said = "".join(paragraph(line) for line in (words, *store.notes()))
        self.said.value = f'<div role="status">{said}</div>'


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ".").replace("%", "").strip())
    except ValueError as error:
        raise CourseError(f"{text!r} is no number" if text.strip() else "write a number first") from error


def show_form(this: Prediction) -> None:
    """Show the field for a guess below the cell."""
    shown: Any = display
    shown(Form(this).box)
