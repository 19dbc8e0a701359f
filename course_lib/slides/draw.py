"""Small helpers of the templates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup

from course_lib.slides.pieces import TYPE, Piece

ONE = r"<math\b(?:(?!</math>).)*</math>"
FORMULA = re.compile(rf"\({ONE}[).,;:?!]*|{ONE}[).,;:?!]+", re.DOTALL)


@dataclass
class Group:
    """Items that stand in one list, or one piece of another kind."""

    pieces: list[Piece] = field(default_factory=list)
    list: str = ""  # ul or ol; empty: no list
    start: int = 1  # the number of the first item, where a list goes on from the slide before
    small: bool = False


def in_lists(pieces: Iterable[Piece]) -> list[Group]:
    """Pieces in order, with the items of one list together."""
    found: list[Group] = []
    for piece in pieces:
        tag, number = piece.listed
        if tag and found and found[-1].list == tag and number > 1:
            found[-1].pieces.append(piece)
        else:
            found.append(Group([piece], tag, number or 1, bool(tag) and piece.size < TYPE))
    return found


def step(html: str, number: int) -> Markup:
    """An element that appears at the key with that number; 0: it is there from the beginning."""
    html = tie(html)
    if not number:
        return Markup(html)  # rendered prose: what came from outside was escaped then
    end = html.index(">")
    return Markup(f'{html[:end]} class="fragment" data-fragment-index="{number}"{html[end:]}')


def tie(html: str) -> str:
    """Formulas in a line stay with the brackets before them and the stops after them, when the line breaks there."""
    return FORMULA.sub(r'<span class="tied">\g<0></span>', html)


def clock(seconds: int) -> str:
    """`4:30`"""
    return f"{seconds // 60}:{seconds % 60:02}"
