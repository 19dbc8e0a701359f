"""A notebook as a list of cells: reading it, writing it whole, and finding an exercise in it by its number.

Written for learners' copies: cells may be copied, moved, deleted or without ids, and nothing but the cells that are
meant is changed.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError

Cell = dict[str, Any]
TITLE = re.compile(r"\*\*Exercise\s+(\d+\.\d+[a-z]?)\s*·\s*(.+?)\*\*")
QUESTION = re.compile(r"^##\s+Question\s+(\d+)\s*·\s*(.+?)\s*(?:\(.*\))?\s*$", re.M)
CHECK = re.compile(r"""\bcheck\(\s*["'](w\d\d\.\w+)["']\s*,\s*(\w+)""")
QUIZ = re.compile(r"""\bquiz\(\s*["'](w\d\d\.\w+)["']""")
PREDICTED = re.compile(r"""\b(?:predict|outcome)\(\s*["'](w\d\d\.\d+[a-z]?)["']""")


@dataclass(frozen=True)
class Asked:
    """One exercise of a handed-out notebook."""

    id: str  # `w07.attend`; "" for a question that is answered in words
    name: str  # what the learner defines: `attend`
    number: str  # `7.3b`; `q2` for the second question of a homework; "" where it has none
    title: str
    answer: int  # where the answer's cell stands
    text: int | None  # where it is asked

    def called(self) -> str:
        """How a person is told which one is meant: `7.3b · Attend (w07.attend)`."""
        number = f"question {self.number[1:]}" if self.number.startswith("q") else self.number
        words = " · ".join(each for each in (number, self.title) if each)
        return f"{words} ({self.id})" if self.id and words else words or self.id


def load(file: Path) -> dict[str, Any]:
    """A notebook's content. Raises CourseError that says what is wrong with it."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"{file} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise CourseError(
            f"{file} is no notebook that can be read ({error}). `course reset` with `lecture` or `homework` "
            "brings the whole notebook back and keeps this file beside it"
        ) from error
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise CourseError(f"{file} holds no cells, so it is no notebook; it was left alone")
    return dict(found)


def dump(book: dict[str, Any]) -> str:
    """The text of a notebook, laid out as Jupyter does it."""
    return json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def source(cell: Cell) -> str:
    """What a cell says."""
    said = cell.get("source", "")
    return "".join(map(str, said)) if isinstance(said, list) else str(said)


def grade_id(cell: Cell) -> str:
    """nbgrader's name of an answer cell; "" for every other cell."""
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return str(mark.get("grade_id", "")) if isinstance(mark, dict) and mark.get("solution") else ""


def checks(cell: Cell) -> list[tuple[str, str]]:
    """The exercises a code cell checks: (id, name of the answer)."""
    return CHECK.findall(source(cell)) if cell.get("cell_type") == "code" else []


def exercises(cells: list[Cell]) -> list[Asked]:
    """Every exercise of a handed-out notebook, in order."""
    found: list[Asked] = []
    number, title, text = "", "", None
    for place, cell in enumerate(cells):
        said = source(cell)
        if cell.get("cell_type") == "markdown":
            heads = [*TITLE.findall(said), *((f"q{count}", name) for count, name in QUESTION.findall(said))]
            if heads:
                (number, title), text = heads[-1], place
        if grade_id(cell):
            id, name = next(iter(_checked_after(cells, place)), ("", ""))
            asked = text if text is not None else _prose_before(cells, place)
            found.append(Asked(id, name, number, title, place, asked))
    return found


def _checked_after(cells: list[Cell], place: int) -> list[tuple[str, str]]:
    """What is checked between this answer and the next one."""
    for cell in cells[place + 1 :]:
        if grade_id(cell):
            return []
        if found := checks(cell):
            return found
    return []


def _prose_before(cells: list[Cell], place: int) -> int | None:
    return next((n for n in range(place - 1, -1, -1) if cells[n].get("cell_type") == "markdown"), None)


def choose(found: list[Asked], what: str) -> list[Asked]:
    """The exercises a person means by `7.3b`, `7.3` (all of its letters), `w07.attend`, `attend` or `q2`."""
    said = what.strip().lower()
    question = re.fullmatch(r"(?:q|question)[ .]*(\d+)", said)
    for fits in (
        [
            each
            for each in found
            if said in (each.id, each.id.partition(".")[2], each.number, each.name.lower()) and said
        ],
        [each for each in found if question and each.number == f"q{question[1]}"],
        [each for each in found if re.fullmatch(re.escape(said) + "[a-z]", each.number)],
    ):
        if fits:
            return fits
    return []
