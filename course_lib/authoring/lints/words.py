"""Lints of words: the field's terms are said, links lead somewhere, slides make claims, letters mean one thing."""

import re
from collections.abc import Iterator

from course_lib.authoring.cells import SLIDE_TEXT
from course_lib.authoring.lints.lecture import FORMULA, Lecture, prose_of

CLAIM_WORDS = 25
LINKED = re.compile(r"\[[^\]]*\]\([^)\s]+\)|<https?://[^>\s]+>|https?://\S+")
BARE = re.compile(r"\barXiv:\s*\d{4}\.\d{4,5}|\bdoi:\s*10\.\d+/[^\s;,)]+", re.IGNORECASE)
ROW = re.compile(r"^\|\s*\$?([A-Za-z](?:_\{?\w+\}?)?)\$?\s*\|", re.MULTILINE)
SHAPE = re.compile(r"\((?:\.\.\.|[A-Z]\w?|\d+)(?:,\s*(?:\.\.\.|[A-Z](?:_\w+)?|\d+))*,?\)")
COMMAND = re.compile(r"\\(?:text|operatorname|mathrm|mathbf)\*?\{[^}]*\}|\\[A-Za-z]+")


def says_its_terms(lecture: Lecture) -> Iterator[str]:
    """Every term of the week's config is said, and bold at its first use."""
    if not lecture.config.terms:
        yield "week.toml lists no terms: name the field's words that this lecture must say"
        return
    whole = taught_prose(lecture)
    for term in lecture.config.terms:
        found = re.search(rf"(?<!\w){re.escape(term)}(?!\w)", whole, re.IGNORECASE)
        if found is None:
            yield f"the term {term!r} of week.toml is never said in the prose"
        elif not _is_bold(whole, found.start(), found.end()):
            near = " ".join(whole[max(0, found.start() - 30) : found.end() + 30].split())
            yield f"the term {term!r} is not bold where it is said first: “… {near} …”"


def taught_prose(lecture: Lecture) -> str:
    """The prose from the first section on: what stands before it is an overview."""
    cells = list(lecture.texts())
    first = next((place for place, cell in enumerate(cells) if cell.source.lstrip().startswith("## ")), 0)
    return "\n\n".join(prose_of(cell) for cell in cells[first:])


def count_terms(lecture: Lecture) -> dict[str, int]:
    """How often each term is said."""
    whole = taught_prose(lecture)
    return {
        term: len(re.findall(rf"(?<!\w){re.escape(term)}(?!\w)", whole, re.IGNORECASE)) for term in lecture.config.terms
    }


def _is_bold(text: str, start: int, end: int) -> bool:
    """Does this place stand between two asterisks and two more, in one paragraph?"""
    beginning = text.rfind("\n\n", 0, start) + 1
    return text.count("**", beginning, start) % 2 == 1 and "**" in text[end : end + 60]


def links_its_sources(lecture: Lecture) -> Iterator[str]:
    """A paper's arXiv number or DOI is a link."""
    for cell in lecture.texts():
        for found in BARE.finditer(LINKED.sub(" ", cell.source)):
            yield f"cell {cell.id} says {found[0]!r}: make it a link, [{found[0]}](https://...)"


def letters_mean_one_thing(lecture: Lecture) -> Iterator[str]:
    """A table of symbols before the first section; each letter stands in it once; no other capital is a size.

    Looked at: capitals in shapes such as (B, T, D), and in formulas.
    """
    used: dict[str, str] = {}
    for cell in lecture.cells:
        formulas = " ".join(COMMAND.sub(" ", each) for each in FORMULA.findall(cell.source))
        places = formulas if cell.cell_type == "markdown" else ""
        places += " ".join(found[0] for found in SHAPE.finditer(cell.source))
        for letter in re.findall(r"(?<![A-Za-z_])[A-Z](?![A-Za-z])", places):
            used.setdefault(letter, cell.id)
    if not used:
        return
    rows = [found[1] for cell in lecture.texts() for found in ROW.finditer(cell.source)]
    if not rows:
        yield "there is no table of symbols: rows such as | $T$ | target positions |, before the first section"
        return
    for letter in sorted({each for each in rows if rows.count(each) > 1}):
        yield f"the table of symbols has {letter} {rows.count(letter)} times: one letter, one meaning"
    known = {row[0] for row in rows}
    for letter, id in sorted(used.items()):
        if letter not in known:
            yield f"cell {id} uses the letter {letter}, which the table of symbols does not have"


def says_its_slides(lecture: Lecture) -> Iterator[str]:
    """Every numbered section makes a claim of at most 25 words, and names a figure or explorer of its own or none."""
    for number, cells in lecture.sections():
        said = [(cell, cell.metadata[SLIDE_TEXT]) for cell in cells if SLIDE_TEXT in cell.metadata]
        if len(said) != 1:
            yield f"section {number} has {len(said)} slide texts; its first cell should have one, metadata slide_text"
            continue
        [(cell, told)] = said
        words = len(str(told.get("claim", "")).split())
        if not 1 <= words <= CLAIM_WORDS:
            yield f"cell {cell.id}: the slide's claim has {words} words; 1 to {CLAIM_WORDS} are good"
        show = told.get("show", "")
        if show and not any(each.get("id") == show and _shows(each) for each in cells):
            yield f"cell {cell.id}: the slide shows {show!r}, which is no cell of section {number} that shows something"


def _shows(cell: object) -> bool:
    return any("data" in output for output in getattr(cell, "outputs", []))
