"""Attention in words: the sentence a screen reader hears, and one row as a table.

The page says the same sentence from the same bytes; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.viz.attention import readable
from course_lib.widgets.attention.bundle import Attention
from course_lib.widgets.kit.levels import entropy_tenths, percent, to_levels

PHRASES = {  # the page joins the same ones
    "asks": "{where}. {row} asks: {answers}. Entropy {entropy} of {most} bits.",
    "masked": ", with the mask",
    "unmasked": ", without the mask",
    "selected": " Selected: {column}{note} answers {weight}.",
    "hidden": ", hidden by {hidden}",
}


@dataclass(frozen=True)
class Choice:
    """Where a viewer looks: column -1 means no answer is singled out."""

    layer: int = 0
    head: int = 0
    row: int = 0
    column: int = -1
    masked: bool = True


def plain(labels: Sequence[str]) -> list[str]:
    """Labels as shown on the page: blanks made visible, no escapes."""
    return [readable(label).replace(r"\$", "$") for label in labels]


def hidden_by(attention: Attention, row: int, column: int) -> str:
    """The names of the masks that forbid this look, joined by "and"; empty when none does."""
    return " and ".join(name for name, mask in (attention.masks or {}).items() if not mask[row, column])


def describe(attention: Attention, at: Choice) -> str:
    """Who asks, the three strongest answers, the entropy, and the answer singled out."""
    target, source = plain(attention.target), plain(attention.source or [])
    weights = attention.shown(at.masked)[at.layer, at.head, at.row]
    levels = to_levels(weights)
    best = [s for s in np.argsort(-levels.astype(int), kind="stable")[:3] if levels[s]]
    answers = ", ".join(
        f"“{source[s]}” ({s}) {'' if i else 'answers '}{percent(levels[s])}" for i, s in enumerate(best)
    )
    mask = "" if attention.unmasked is None else PHRASES["masked" if at.masked else "unmasked"]
    words = PHRASES["asks"].format(
        where=f"{(attention.layer_names or [])[at.layer]}, head {at.head}{mask}",
        row=f"“{target[at.row]}” ({at.row})",
        answers=answers,
        entropy=f"{int(entropy_tenths(weights)) / 10:.1f}",
        most=f"{most_tenths(len(source)) / 10:.1f}",
    )
    if at.column >= 0:
        hidden = hidden_by(attention, at.row, at.column)
        note = f"{PHRASES['hidden'].format(hidden=hidden)}," if hidden else ""
        column, weight = f"“{source[at.column]}” ({at.column})", percent(levels[at.column])
        words += PHRASES["selected"].format(column=column, note=note, weight=weight)
    return words


def most_tenths(answers: int) -> int:
    """The entropy of sharing evenly among all answers, in tenths of a bit."""
    return int(entropy_tenths(np.full(answers, 1 / answers)))


def row_table(attention: Attention, at: Choice) -> list[list[str]]:
    """One target position as rows of position, answer, weight and mask."""
    levels = to_levels(attention.shown(at.masked)[at.layer, at.head, at.row])
    rows = []
    for s, label in enumerate(plain(attention.source or [])):
        hidden = hidden_by(attention, at.row, s)
        rows.append([str(s), label, percent(levels[s]), f"hidden by {hidden}" if hidden else ""])
    return rows


def table(attention: Attention, at: Choice) -> str:
    """The same table as text, columns lined up."""
    rows = [["", "answers", "weight", "mask"], *row_table(attention, at)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = [f"{row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows]
    return "\n".join(lines)
