"""What a guess may be: numbers, a choice, an order, or a drawn curve. Each kind reads a guess, checks it, and says it.

`read` turns what a person wrote into plain values that JSON can hold, and raises CourseError that names the value.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from course_lib.errors import CourseError

Value = float | str | list[Any]
WIDE, HIGH, EDGE = 300, 120, 8  # of a drawn curve, in pixels


@dataclass(frozen=True)
class Number:
    """One number, or one for each of `parts`: `Number(parts=("start", "end"), unit="%", low=0, high=100)`."""

    parts: tuple[str, ...] = ()
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf

    def read(self, value: Any) -> Value:
        """Read a number, or as many as there are parts."""
        if not self.parts:
            return self._one(value)
        if isinstance(value, str | Mapping) or not hasattr(value, "__len__") or len(value) != len(self.parts):
            raise CourseError(f"{value!r} should be {len(self.parts)} numbers: {', '.join(self.parts)}")
        return [self._one(each) for each in value]

    def _one(self, value: Any) -> float:
        found = plain_number(value)
        if not self.low <= found <= self.high:
            raise CourseError(f"{found:g} is out of range; the number lies between {self.low:g} and {self.high:g}")
        return found

    def text(self, value: Value) -> str:
        """Say it: `start 6.5, end 2`."""
        unit = f"{'' if self.unit == '%' else ' '}{self.unit}" if self.unit else ""
        if isinstance(value, list):
            return ", ".join(f"{name} {each:.4g}{unit}" for name, each in zip(self.parts, value, strict=True))
        return f"{value:.4g}{unit}" if isinstance(value, float) else str(value)

    def example(self) -> str:
        """An example of how a guess is written; it says nothing about the answer."""
        middle = (self.low + self.high) / 2 if math.isfinite(self.low + self.high) else max(self.low, min(3, self.high))
        return f"({', '.join([f'{middle:g}'] * len(self.parts))})" if self.parts else f"{middle:g}"

    def picture(self, guess: Value | None, came: Value) -> str:
        """Numbers need no picture."""
        return ""


@dataclass(frozen=True)
class Choice:
    """One of several: `Choice({"a": "the nearest alone", "b": "everybody alike"})`."""

    options: Mapping[str, str]

    def read(self, value: Any) -> Value:
        """Read the letter of an option."""
        chosen = str(value).strip().lower()
        if chosen not in self.options:
            raise CourseError(f"there is no option {value!r}; choose one of {', '.join(map(repr, self.options))}")
        return chosen

    def text(self, value: Value) -> str:
        """Say it: `b: everybody alike`."""
        return f"{value}: {self.options[str(value)]}"

    def example(self) -> str:
        """The first letter, as it is written."""
        return f'"{next(iter(self.options))}"'

    def picture(self, guess: Value | None, came: Value) -> str:
        """A choice needs no picture."""
        return ""


@dataclass(frozen=True)
class Order:
    """An order of things: `Order(("conv", "attention", "mlp"))`; its own order is none of the answer."""

    items: tuple[str, ...]

    def read(self, value: Any) -> Value:
        """Read the items in another order; each stands there once."""
        if isinstance(value, str) or not isinstance(value, Sequence) or sorted(map(str, value)) != sorted(self.items):
            raise CourseError(f"{value!r} should name each of {', '.join(map(repr, self.items))} once, in your order")
        return [str(each) for each in value]

    def text(self, value: Value) -> str:
        """Say it: `mlp, conv, attention`."""
        return ", ".join(value) if isinstance(value, list) else str(value)

    def example(self) -> str:
        """The items, as they are written."""
        return repr(list(self.items)).replace("'", '"')

    def picture(self, guess: Value | None, came: Value) -> str:
        """An order needs no picture."""
        return ""


@dataclass(frozen=True)
class Curve:
    """A curve, a height at each of `xs`: a list of heights, or a few points `{-6: 6.5, 6: 2}` joined by lines."""

    xs: tuple[float, ...]
    low: float
    high: float
    x_label: str
    y_label: str

    def read(self, value: Any) -> Value:
        """Read the heights; between given points the curve runs straight."""
        if isinstance(value, Mapping):
            if len(value) < 2:
                raise CourseError(f"{value!r} should hold at least two points, such as {self.example()}")
            points = sorted((plain_number(x), plain_number(y)) for x, y in value.items())
            heights = [between(points, x) for x in self.xs]
        elif isinstance(value, str) or not hasattr(value, "__len__") or len(value) != len(self.xs):
            at = ", ".join(f"{x:g}" for x in self.xs)
            raise CourseError(f"{value!r} should be {len(self.xs)} heights, one at each of {at}; or {self.example()}")
        else:
            heights = [plain_number(each) for each in value]
        for x, y in zip(self.xs, heights, strict=True):
            if not self.low <= y <= self.high:
                raise CourseError(f"the height {y:g} at {x:g} is out of range; it is {self.low:g} to {self.high:g}")
        return heights

    def text(self, value: Value) -> str:
        """Say where it begins, where it ends, and how low and high it gets."""
        ys = [float(each) for each in value] if isinstance(value, list) else []
        return f"from {ys[0]:.3g} to {ys[-1]:.3g}, between {min(ys):.3g} and {max(ys):.3g}"

    def example(self) -> str:
        """Two points, as they are written: a flat line in the middle."""
        middle = (self.low + self.high) / 2
        return f"{{{self.xs[0]:g}: {middle:g}, {self.xs[-1]:g}: {middle:g}}}"

    def picture(self, guess: Value | None, came: Value) -> str:
        """Draw both as SVG: what came out as a line, the guess as dashes."""
        lines = [self._line(came, "")] + ([self._line(guess, ' stroke-dasharray="5 4"')] if guess is not None else [])
        told = f"{self.y_label} against {self.x_label}. A line: what came out, {self.text(came)}."
        told += f" Dashes: your guess, {self.text(guess)}." if guess is not None else ""
        return (
            f'<svg class="course-curve" role="img" aria-label="{escape(told)}" viewBox="0 0 {WIDE} {HIGH}" '
            f'width="{WIDE}" height="{HIGH}" fill="none" stroke="currentColor" stroke-width="2">{"".join(lines)}</svg>'
        )

    def _line(self, value: Value, dashes: str) -> str:
        ys = [float(each) for each in value] if isinstance(value, list) else []
        points = " ".join(
            f"{EDGE + (WIDE - 2 * EDGE) * (x - self.xs[0]) / (self.xs[-1] - self.xs[0]):.1f},"
            f"{HIGH - EDGE - (HIGH - 2 * EDGE) * (y - self.low) / (self.high - self.low):.1f}"
            for x, y in zip(self.xs, ys, strict=True)
        )
        return f'<polyline points="{points}"{dashes}/>'


Kind = Number | Choice | Order | Curve


def plain_number(value: Any) -> float:
    """A finite Python number of a number, a tensor or an array of one. Raises CourseError that names the value."""
    try:
        if isinstance(value, str | bool):
            raise TypeError
        found = float(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise CourseError(f"{value!r} is no number") from error
    if not math.isfinite(found):
        raise CourseError(f"{value!r} is no finite number")
    return found


def between(points: Sequence[tuple[float, float]], x: float) -> float:
    """The height at x of the lines through sorted points; flat outside them."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y1 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]
