"""One exercise put back into a learner's notebook: the answer's cell says again what was handed out."""

import ast
import copy
import uuid
from dataclasses import dataclass
from typing import Any

from course_lib.errors import CourseError
from course_lib.study.notebook_cells import Asked, Cell, checks, grade_id, source


@dataclass(frozen=True)
class PutBack:
    """The texts that gave way, each with the number of its cell, and a remark where it was not plain."""

    old: list[tuple[int, str]]
    remark: str = ""


def put_back(cells: list[Cell], handed_out: list[Cell], asked: Asked, file: str) -> PutBack:
    """Put one exercise back into `cells`, in place.

    The cell is found by nbgrader's id. Copies and halves of it carry the same id; they give way with it. Where the id
    is lost, it is the last cell before the check that defines the answer; where the cell is gone, a new one is put
    before the check. Raises CourseError when neither the cell nor its check can be found; nothing has changed then.
    """
    blank = handed_out[asked.answer]
    places = [place for place, cell in enumerate(cells) if grade_id(cell) == grade_id(blank)]
    check = next((n for n, cell in enumerate(cells) if asked.id and asked.id in dict(checks(cell))), None)
    remark = ""
    if not places and check is None:
        missing = f'nor its line check("{asked.id}", {asked.name}) ' if asked.id else ""
        raise CourseError(
            f"{asked.called()} cannot be found in {file}: neither its cell {missing}is there. "
            "Nothing was changed. `course reset` with `lecture` or `homework` brings the whole notebook back "
            "and keeps yours beside it."
        )
    if not places and check is not None:
        mine = [n for n in range(check + 1) if defines(cells[n], asked.name)]
        places = mine[-1:]
        remark = "" if mine else "Its cell was gone; it stands before its check again."
    old = [(place + 1, source(cells[place])) for place in places]
    if places:
        first = cells[places[0]]
        mark = blank["metadata"]["nbgrader"]
        first["metadata"] = {**(first.get("metadata") or {}), "nbgrader": copy.deepcopy(mark)}
        first["cell_type"] = blank["cell_type"]
        write(first, blank)
        for place in reversed(places[1:]):
            del cells[place]
        if len(places) > 1:
            remark = f"It stood in {len(places)} cells; the other{'s' if len(places) > 2 else ''} gave way."
        at = places[0]
    else:
        at = check if check is not None else 0
        cells.insert(at, newcomer(blank, cells))
    restore_check(cells, handed_out, asked, at)
    return PutBack(old, remark)


def write(cell: Cell, blank: Cell) -> None:
    """Give a cell the blank's text, and no outputs."""
    cell["source"] = copy.deepcopy(blank["source"])
    cell.pop("attachments", None)
    forget_outputs(cell)


def forget_outputs(cell: Cell) -> None:
    """Clear what running a code cell left behind; a text cell has nothing of the kind."""
    if cell.get("cell_type") == "code":
        cell["outputs"], cell["execution_count"] = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def restore_check(cells: list[Cell], handed_out: list[Cell], asked: Asked, at: int) -> None:
    """Clear the old verdict; put the check back where it was merged into the answer that gave way."""
    if not asked.id:
        return
    mine = [cell for cell in cells if asked.id in dict(checks(cell))]
    for cell in mine:
        forget_outputs(cell)
    if not mine:
        checked = next(cell for cell in handed_out[asked.answer + 1 :] if asked.id in dict(checks(cell)))
        cells.insert(at + 1, newcomer(checked, cells))


def newcomer(cell: Cell, cells: list[Cell]) -> Cell:
    """A copy of a handed-out cell that fits into a notebook: with an id of its own, or without in an old format."""
    made: dict[str, Any] = copy.deepcopy(cell)
    taken = {each.get("id") for each in cells}
    if not any("id" in each for each in cells):
        made.pop("id", None)
    elif made.get("id") in taken:
        made["id"] = uuid.uuid4().hex[:8]
    return made


def defines(cell: Cell, name: str) -> bool:
    """Does a code cell define this function or class, also one that does not parse?"""
    if cell.get("cell_type") != "code":
        return False
    said = source(cell)
    try:
        body = ast.parse("\n".join(line for line in said.split("\n") if not line.startswith(("%", "!")))).body
    except (SyntaxError, ValueError):
        return any(line.startswith((f"def {name}(", f"class {name}")) for line in said.split("\n"))
    return any(isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == name for each in body)
