"""What stands on a slide: pieces of words, formulas, outputs; each knows about how high it is in the body type."""

import math
import re
from dataclasses import dataclass
from html import unescape

from course_lib.site.markdown import plain
from course_lib.site.shown import Output
from course_lib.slides.words import elements, inside, shorten

WIDE, HIGH = 1184, 548  # pixels for the pieces, on a slide of 1280 x 720
TYPE, LINE, GAP = 32, 44, 18  # size of the body type, height of a line, space between pieces
LETTERS = 68  # of body type in a line, measured with a wide face (DejaVu Sans)
MONO = 0.602  # width of a letter of the fixed type, in its size
FORMULA = '<span class="formula"'
SOURCES = 22  # type of a list of references
LEAST, COLUMNS = 18, 16  # the smallest fixed type, and that of columns, which wrapped nobody can read


@dataclass(frozen=True)
class Piece:
    """One thing on a slide.  kind: words, item, formula, table, block, text, code, html, picture, diagram, explorer"""

    kind: str
    html: str = ""
    high: float = 0.0
    out: Output | None = None
    size: int = TYPE  # of its type
    most: int = TYPE  # up to which it may grow: of text in a fixed type, what its longest line allows
    step: int = 0  # shown at the first key, the second, ...; 0: at once
    listed: tuple[str, int] = ("", 0)  # of an item: the tag of its list, and its place there from 1


def of_prose(html: str, cut: bool = True) -> list[Piece]:
    """The pieces of rendered prose without its headings; long paragraphs are cut, unless `cut` is False."""
    found: list[Piece] = []
    for tag, element in elements(html):
        if tag in ("ul", "ol"):
            found += _items(tag, element, cut)
        elif tag == "p" and inside(element).startswith(FORMULA):
            found.append(Piece("formula", inside(element), 118))
        elif tag == "p":
            found.append(words(shorten(inside(element)) if cut else inside(element)))
        elif tag == "div":  # a table that scrolls
            found.append(Piece("table", element, (element.count("<tr") + 0.5) * 46))
        elif not re.fullmatch("h[1-6]", tag):
            found.append(Piece("block", element, lines(element) * LINE + GAP))
    return found


def of_sources(html: str) -> list[Piece]:
    """A list of references, one line each, in small type: nobody reads them from the last row."""
    found = []
    for tag, element in elements(html):
        for number, source in enumerate(inside(element).split(" · ") if tag == "p" else [], start=1):
            high = math.ceil(len(plain(source)) / (LETTERS * TYPE / SOURCES)) * 31 + 8
            found.append(Piece("item", f"<li>{source}</li>", high, size=SOURCES, listed=("ul", number)))
    return found


def words(inner: str) -> Piece:
    """A paragraph."""
    return Piece("words", f"<p>{inner}</p>", lines(inner) * LINE + GAP)


def of_output(out: Output) -> Piece:
    """What a cell shows; a picture or an explorer fills its slide."""
    if out.kind == "text":
        return _mono("text", out.html, 26, COLUMNS if out.aligned else LEAST)
    return Piece(out.kind, out.html, HIGH if out.kind != "html" else 200, out)


def of_code(html: str, size: int) -> Piece:
    """Code that is shown, in type of that size where its lines are short enough."""
    return _mono("code", html, size)


def _mono(kind: str, html: str, most: int, least: int = LEAST) -> Piece:
    """Text in a fixed type, as large as its longest line and its length allow; beyond that it wraps or scrolls."""
    rows = plain_lines(html)
    widest = int((WIDE - 40) / (MONO * max(map(len, rows)) or 1))
    size = max(least, min(most, widest, int(HIGH / 1.45 / len(rows))))
    fits = int((WIDE - 40) / (MONO * size))
    shown = sum(max(1, math.ceil(len(row) / fits)) for row in rows)
    return Piece(kind, html, min(shown * size * 1.45 + 34, HIGH), size=size, most=max(size, widest))


def plain_lines(html: str) -> list[str]:
    """The lines of an output or of code as they are read, without marks for colour."""
    return unescape(re.sub(r"<[^>]+>", "", html)).split("\n")


def lines(html: str) -> int:
    """How many lines of body type a piece of prose takes."""
    return max(1, math.ceil(len(plain(html)) * 1.04 / LETTERS))


def _items(tag: str, element: str, cut: bool) -> list[Piece]:
    found = []
    for number, (_, item) in enumerate(elements(inside(element)), start=1):
        text = inside(item)
        text = shorten(text, 170, 210) if cut and not text.startswith("<p>") else text
        high = math.ceil(len(plain(text)) / (LETTERS - 4)) * LINE + 10
        found.append(Piece("item", f"<li>{text}</li>", high, listed=(tag, number)))
    return found
