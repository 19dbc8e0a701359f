"""A notebook as a lesson: its cells in the groups a reader thinks in, such as an exercise with hints and answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from course_lib.authoring.cells import SLIDE_TEXT
from course_lib.authoring.cut import cut

EXERCISE = re.compile(r"^\*\*Exercise\b", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
CHECKED = re.compile(r"\bcheck\(\s*[\"']([\w.]+)[\"']")
MARKED = re.compile(r"\bpoints\(\s*[\"']")
SOLVED = re.compile(r"^[ \t]*###[ ](BEGIN|END)[ ]SOLUTION[ \t]*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One piece of a lesson.

    kind     prose, teacher, code, setup, exercise or written
    text     Markdown of what is asked or told; of code, its source
    """

    kind: str
    text: str = ""
    slide: str = "-"  # slide, subslide, fragment, notes, skip or -
    id: str = ""  # of the cell it began with
    outputs: list[Any] = field(default_factory=list)
    exercise: str = ""  # w07.attend
    blank: str = ""  # the answer cell as it is handed out
    answer: str = ""  # and as it is solved; "" where answers are not shown
    check: str = ""  # the cell that checks it
    claim: str = ""  # of a section's first cell: what its slide says,
    show: str = ""  # and the id of the cell with the figure or explorer that stands behind it


def blocks(source: NotebookNode, name: str, answers: bool = True) -> list[Block]:
    """The blocks of a source notebook in order. `answers`: show outputs and solutions, or only what is handed out."""
    blank = {cell.id: cell.source for cell in cut(source, name).cells}
    return list(_grouped(list(source.cells), blank, answers))


def _grouped(cells: list[NotebookNode], blank: dict[str, str], answers: bool) -> Iterator[Block]:
    asked: Block | None = None  # the words of an exercise whose answer cell is still to come
    place = 0
    while place < len(cells):
        cell, slide = cells[place], _slide(cells[place])
        place += 1
        outputs = cell.get("outputs", []) if answers else []
        if cell.cell_type == "markdown":
            if asked:
                yield asked
            asked = None
            if cell.metadata.get("nbgrader", {}).get("solution"):
                yield Block("written", blank[cell.id], slide, cell.id)
            elif slide == "notes":
                yield Block("teacher", _unquoted(cell.source), slide, cell.id)
            else:
                told, question = _split(cell.source, place < len(cells) and _is_answer(cells[place]))
                if told:
                    said = cell.metadata.get(SLIDE_TEXT, {})
                    yield Block("prose", told, slide, cell.id, claim=said.get("claim", ""), show=said.get("show", ""))
                if question:
                    asked = Block(
                        "prose", question, "-" if told else slide, cell.id if not told else f"{cell.id}-asked"
                    )
        elif _is_answer(cell):
            check = place < len(cells) and CHECKED.search(cells[place].source)
            yield Block(
                "exercise",
                asked.text if asked else "",
                asked.slide if asked else slide,
                cell.id,
                exercise=check[1] if check else "",
                blank=blank[cell.id],
                answer=SOLVED.sub("", cell.source) if answers else "",
                check=cells[place].source if check else "",
            )
            asked = None
            place += bool(check)
        else:
            if asked:
                yield asked
            asked = None
            if MARKED.search(cell.source):
                continue  # what homework is marked by says nothing to a reader
            yield Block("setup" if slide == "skip" else "code", cell.source, slide, cell.id, outputs)
    if asked:
        yield asked


def _split(text: str, answered: bool) -> tuple[str, str]:
    """What is told, and what is asked, of the words before an answer cell."""
    if not answered:
        return text, ""
    found = EXERCISE.search(text)
    if found:
        return text[: found.start()].strip(), text[found.start() :]
    heading = HEADING.match(text)
    return (heading[0], text[heading.end() :].strip()) if heading else ("", text)


def _is_answer(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _slide(cell: NotebookNode) -> str:
    return str(cell.metadata.get("slideshow", {}).get("slide_type", "-"))


def _unquoted(text: str) -> str:
    """A note to teachers is written as a quotation."""
    return "\n".join(line.removeprefix(">").removeprefix(" ") for line in text.splitlines())
