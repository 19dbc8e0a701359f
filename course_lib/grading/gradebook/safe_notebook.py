"""A student's notebook that a teacher may look at: nothing in it can act, only be read.

nbgrader's formgrader writes Markdown and outputs into its pages as they are, on the same address as JupyterLab: a
script in a submission would run there with the teacher's rights. So the copy it opens is built anew:

- of outputs only text and PNG or JPEG pictures are kept, never HTML, SVG, JavaScript or widgets;
- in Markdown `<` never stands before a letter, so that no tag begins; links and pictures from elsewhere become text;
- metadata and ids are ours: what a cell is worth comes from the homework that was handed out.
"""

import json
import re
from typing import Any

from course_lib.errors import CourseError
from course_lib.grading.gradebook.sanitize import defuse, safe_outputs, safe_pictures
from course_lib.grading.marking.notebook import Cell, read_cell, read_notebook, said

NOT_THERE = "This cell was not in the submission."

Json = dict[str, Any]


def safe_notebook(data: bytes, homework: Json) -> Json:
    """A submission as formgrader may show it, every graded cell of the homework in it exactly once.

    data       the file as it was handed in
    homework   the notebook as it was handed out
    An unreadable submission becomes a notebook that says so, above the graded cells, for marks by hand.
    """
    ours = {str(cell["metadata"]["nbgrader"]["grade_id"]): cell for cell in homework["cells"] if _is_known(cell)}
    cells, placed = list[Json](), set[str]()
    try:
        read = read_notebook(data)
    except CourseError as error:
        cells.append(_markdown(f"**This submission could not be read:** {defuse(str(error))}"))
    else:
        raw = [cell for cell in json.loads(data.decode("utf-8-sig"))["cells"] if isinstance(cell, dict)]
        chosen = _chosen(read, ours)
        for number, (cell, given) in enumerate(zip(read, raw, strict=True)):
            known = chosen.get(number)
            cells.append(_known(ours[known], cell, given) if known else _other(cell, given))
            placed |= {known} if known else set()
    cells += [_missing(cell) for name, cell in ours.items() if name not in placed]
    for number, made in enumerate(cells):
        made["id"] = f"cell-{number}"
    kernel = {"kernelspec": homework["metadata"].get("kernelspec", {}), "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def _is_known(cell: Json) -> bool:
    mark = cell["metadata"].get("nbgrader", {})
    return bool(mark.get("grade") or mark.get("solution"))


def _chosen(cells: list[Cell], ours: dict[str, Json]) -> dict[int, str]:
    """Which cell stands for a graded one: of several copies the first that differs from the one handed out."""
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        if cell.grade_id not in ours:
            continue
        blank = said(_source(ours[cell.grade_id]))
        if cell.grade_id not in found or said(cells[found[cell.grade_id]].source) == blank != said(cell.source):
            found[cell.grade_id] = number
    return {number: name for name, number in found.items()}


def _known(ours: Json, cell: Cell, given: Json) -> Json:
    mark = ours["metadata"]["nbgrader"]
    source = cell.source if mark.get("solution") else _source(ours)  # who edits a marked cell edits nothing
    made = _code(source, given) if ours["cell_type"] == "code" else _with_pictures(source, given)
    made["metadata"] = {"nbgrader": dict(mark)}
    return made


def _other(cell: Cell, given: Json) -> Json:
    return _code(cell.source, given) if cell.kind == "code" else _with_pictures(cell.source, given)


def _missing(ours: Json) -> Json:
    code = ours["cell_type"] == "code"
    made = _code(f"# {NOT_THERE}\n{_source(ours)}", {}) if code else _markdown(f"*{NOT_THERE}*")
    made["metadata"] = {"nbgrader": dict(ours["metadata"]["nbgrader"])}
    return made


def _code(source: str, given: Json) -> Json:
    made: Json = {"cell_type": "code", "metadata": {}, "source": source, "execution_count": None}
    return made | {"outputs": safe_outputs(given.get("outputs"))}


def _with_pictures(source: str, given: Json) -> Json:
    pasted = given.get("attachments")
    kept = {
        name: safe_pictures(data)
        for name, data in (pasted if isinstance(pasted, dict) else {}).items()
        if isinstance(data, dict)
    }
    kept = {name: data for name, data in kept.items() if data and re.fullmatch(r"[\w.-]{1,100}", name)}
    made = _markdown(defuse(source, set(kept)))
    return made | ({"attachments": kept} if kept else {})


def _markdown(source: str) -> Json:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _source(cell: Json) -> str:
    return read_cell(cell).source
