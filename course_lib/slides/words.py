"""Prose cut to what fits on a slide: its pieces, its sentences, and the beginning of a paragraph that is too long.

Nothing is rewritten. A long paragraph keeps its beginning, the sentences with a word in bold and the one that leads to
a formula or a list; an ellipsis stands where words went, and all of them are in the speaker's notes.
"""

import re
from html.parser import HTMLParser

from course_lib.site.markdown import plain

EMPTY = {"br", "hr", "img", "input", "mspace", "none", "mprescripts"}
SHORT, WHOLE = 280, 340  # letters that a cut paragraph keeps, and up to which it is not cut at all
ENDS = re.compile(r"(?<!\bal)(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)(?<!\bNo)[.?!][)”\"’]*\s+(?=[^a-z])")
BOLD = re.compile(r"<strong>")
ANCHOR = re.compile(r'\s*<a class="anchor".*?</a>', re.DOTALL)
LINK = re.compile(r'<a href="(?![a-z]+:)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
GAP = '<span class="gap" aria-hidden="true"> … </span>'


class _Walk(HTMLParser):
    """Where the outermost elements begin and end."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self.lines = [0]
        for line in html.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.depth, self.open = 0, ("", 0)
        self.found: list[tuple[str, int, int]] = []
        self.feed(html)
        self.close()

    def here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPTY:
            return
        if self.depth == 0:
            self.open = (tag, self.here())
        self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<mspace/>` opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        self.depth -= 1
        if self.depth == 0:
            self.found.append((*self.open, self.html.index(">", self.here()) + 1))


def elements(html: str) -> list[tuple[str, str]]:
    """The outermost elements of a piece of HTML: (tag, HTML with the tag)."""
    return [(tag, html[start:end]) for tag, start, end in _spans(html)]


def inside(html: str) -> str:
    """What stands between the first tag of an element and its last."""
    return html[html.index(">") + 1 : html.rindex("<")].strip()


def sentences(inner: str) -> list[str]:
    """The sentences of a paragraph; a full stop inside an element, such as a formula, ends none."""
    spans = _spans(inner)
    found, start = [], 0
    for end in ENDS.finditer(inner):
        if not any(first <= end.start() < last for _, first, last in spans):
            found.append(inner[start : end.end()].strip())
            start = end.end()
    return [*found, inner[start:].strip()] if inner[start:].strip() else found


def shorten(inner: str, short: int = SHORT, whole: int = WHOLE) -> str:
    """A paragraph's beginning, with what must not be missing; the same text when it is short enough."""
    if len(plain(inner)) <= whole:
        return inner
    kept, letters, gap, beginning = "", 0, False, True
    for number, sentence in enumerate(sentences(inner)):
        long = len(plain(sentence))
        beginning = beginning and (number == 0 or letters + long <= short)
        if beginning or BOLD.search(sentence) or sentence.endswith(":"):
            kept += (GAP if gap else " ") + sentence
            letters, gap = letters + long, False
        else:
            gap = True
    return kept.strip() + (GAP.rstrip() if gap else "")


def without_links(html: str) -> str:
    """Slides stand alone: links to other pages of the course become their words, and headings lose their anchors."""
    return LINK.sub(r"\1", ANCHOR.sub("", html))


def _spans(html: str) -> list[tuple[str, int, int]]:
    return _Walk(html).found
