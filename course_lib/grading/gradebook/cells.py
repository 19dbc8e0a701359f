"""What nbgrader knows of a homework: its cells with marks and its answers, as they were handed out."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from course_lib.errors import CourseError
from course_lib.system_errors import refused

NOTEBOOK = "homework"


class Cell(NamedTuple):
    """One cell that nbgrader knows."""

    id: str
    kind: str  # code or markdown
    points: float | None  # None: no mark is given here
    answer: bool
    locked: bool
    source: str
    checksum: str | None


def handed_out(file: Path) -> dict[str, Any]:
    """A homework of ours. Raises CourseError for what is no notebook."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise refused(error, "read the homework", file) from error
    except ValueError as error:
        raise CourseError(f"{file} is no notebook: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise CourseError(f"{file} is no notebook: it has no cells")
    return found


def cells_of(homework: dict[str, Any]) -> list[Cell]:
    """The cells of a homework that nbgrader knows, in order. Raises CourseError for what it could not mark.

    homework   the notebook as it was handed out
    """
    found = [_cell(cell) for cell in homework["cells"] if cell["metadata"].get("nbgrader")]
    found = [cell for cell in found if cell.points is not None or cell.answer or cell.locked]
    names = [cell.id for cell in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CourseError(f"the grade_id {', '.join(twice)} stands on several cells; every cell needs one of its own")
    if all(cell.points is None for cell in found):
        raise CourseError("this notebook has no cell that gives marks; is it a homework?")
    return found


def comment_cells(cells: list[Cell]) -> dict[str, str]:
    """Of each marked cell the answer beside which a comment is shown: itself, or the last answer before it."""
    beside, last = {}, ""
    for cell in cells:
        last = cell.id if cell.answer else last
        if cell.points is not None:
            beside[cell.id] = last
    return beside


def _cell(cell: Any) -> Cell:
    said = cell["metadata"]["nbgrader"]
    name, points = said.get("grade_id"), said.get("points")
    if not isinstance(name, str) or not 0 < len(name) <= 128:
        raise CourseError(f"a cell of the homework has the grade_id {name!r}; it needs a name of up to 128 letters")
    if said.get("task"):
        raise CourseError(f"{name} is one of nbgrader's task cells, which are not marked here; use a written question")
    marked, answer = bool(said.get("grade")), bool(said.get("solution"))
    if marked and (not isinstance(points, int | float) or not points > 0):
        raise CourseError(f"{name} is worth {points!r} points; it needs a number above 0")
    locked = False if answer else marked or bool(said.get("locked"))
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    worth = float(points) if marked else None
    return Cell(name, cell["cell_type"], worth, answer, locked, source, said.get("checksum"))
