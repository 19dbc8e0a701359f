"""The smallest counter-example as HTML: the inputs, and yours beside the expected with the differences marked."""

from html import escape
from typing import Any

from torch import Tensor

from course_lib.exercises.engine import value_text
from course_lib.exercises.engine.compare import differs, parts

Place = tuple[int, ...] | None


def inputs(given: dict[str, Any]) -> str:
    """Every input in a box of its own, side by side while there is room."""
    boxes = "".join(box(value_text.describe_input(name, value)) for name, value in given.items())
    return f'<h4>With these inputs</h4><div class="course-pair">{boxes}</div>'


def box(rows: list[str]) -> str:
    """Lines as a block of fixed-width text."""
    return f"<pre>{escape(chr(10).join(rows))}</pre>"


def pair(yours: Any, expected: Any, where: Place, names: tuple[str, ...]) -> str:
    """Two columns; in yours, what differs is bold and underlined."""
    left, right = "\n".join(marked(yours, expected, where, names)), "\n".join(value_text.lines(expected, where, names))
    return (
        f'<div class="course-pair"><div><h4>Yours</h4><pre>{left}</pre></div>'
        f"<div><h4>Expected</h4><pre>{escape(right)}</pre></div></div>"
    )


def marked(yours: Any, expected: Any, where: Place, names: tuple[str, ...] = ()) -> list[str]:
    """Lines of HTML for a result, part by part."""
    several = isinstance(yours, (tuple, list, dict))
    if several and isinstance(expected, (tuple, list, dict)) and value_text.has_parts(yours):
        other = dict(parts(expected))
        titled = value_text.titled(yours, names)
        keys = [key for key, _ in parts(yours)]
        return [
            line
            for key, (title, mine) in zip(keys, titled, strict=False)
            for line in (escape(title), *marked(mine, other.get(key), where))
        ]
    if isinstance(yours, Tensor) and isinstance(expected, Tensor) and yours.shape == expected.shape and yours.dim():
        return marked_tensor(yours, expected, where)
    return [escape(line) for line in value_text.lines(yours, where)]


def marked_tensor(yours: Tensor, expected: Tensor, where: Place) -> list[str]:
    """A tensor's numbers with those marked that differ."""
    label, shown = value_text.focus(yours, where)
    wrong = differs(shown, value_text.focus(expected, where)[1])
    wrong = wrong.reshape(1, -1) if wrong.dim() < 2 else wrong
    texts = value_text.rows(shown)
    wide = max((len(text) for row in texts for text in row), default=1)
    lines = [escape(label)] if label else []
    for r, row in enumerate(texts):
        cells = [
            " " * (wide - len(text)) + (f"<mark>{text}</mark>" if text != "..." and bool(wrong[r, c]) else text)
            for c, text in enumerate(row)
        ]
        lines.append("[" + " ".join(cells) + "]")
    return lines
