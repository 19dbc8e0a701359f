"""Enter a homework as `nbgrader generate_assignment` would, in one transaction, and only what is new or changed."""

import json
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from course_lib.errors import CourseError
from course_lib.grading.gradebook.cells import NOTEBOOK, Cell, cells_of, comment_cells
from course_lib.grading.gradebook.schema import CELLS, COURSE


def prepare(connection: Connection, week: str, homework: dict[str, Any]) -> None:
    """Enter an assignment and its cells, or bring them up to date.

    Raises CourseError when a cell would have to go that submissions have marks for.
    """
    from nbgrader.api import Assignment, BaseCell, GradeCell, Notebook, SolutionCell, SourceCell, new_uuid

    tables: list[Any] = [kind.__table__ for kind in (Assignment, Notebook, BaseCell, GradeCell, SolutionCell)]
    assignments, notebooks, base, grades, answers = tables
    wanted = cells_of(homework)
    kernel = json.dumps(homework["metadata"].get("kernelspec", {}))
    assignment = connection.execute(select(assignments.c.id).where(assignments.c.name == week)).scalar()
    if assignment is None:
        assignment = new_uuid()
        connection.execute(insert(assignments), [{"id": assignment, "name": week, "course_id": COURSE}])
    mine = select(notebooks).where(notebooks.c.assignment_id == assignment, notebooks.c.name == NOTEBOOK)
    found = connection.execute(mine).mappings().first()
    notebook = found["id"] if found else new_uuid()
    if found is None:
        row = {"id": notebook, "name": NOTEBOOK, "assignment_id": assignment, "kernelspec": kernel}
        connection.execute(insert(notebooks), [row])
    elif found["kernelspec"] != kernel:
        connection.execute(update(notebooks).where(notebooks.c.id == notebook).values(kernelspec=kernel))

    marked = {cell.id: {"max_score": cell.points, "cell_type": cell.kind} for cell in wanted if cell.points is not None}
    texts: dict[str, dict[str, Any]] = {
        cell.id: {"cell_type": cell.kind, "locked": cell.locked, "source": cell.source, "checksum": cell.checksum}
        for cell in wanted
    }
    _match(connection, notebook, "GradeCell", (base, grades), marked)
    _match(connection, notebook, "SolutionCell", (base, answers), {cell.id: {} for cell in wanted if cell.answer})
    _match(connection, notebook, "", (SourceCell.__table__,), texts)
    _order(connection, week, wanted)


def _match(
    connection: Connection, notebook: str, kind: str, tables: tuple[Any, ...], wanted: dict[str, dict[str, Any]]
) -> None:
    """Make the rows of one kind of cell equal to what is wanted; rows that are right already are not touched."""
    from nbgrader.api import new_uuid

    top, last = tables[0], tables[-1]
    mine = top.c.notebook_id == notebook if not kind else (top.c.notebook_id == notebook) & (top.c.type == kind)
    joined = top if top is last else top.join(last, top.c.id == last.c.id)
    columns = [top.c.id, top.c.name, *(last.c[name] for name in next(iter(wanted.values()), {}))]
    there = {
        row["name"]: row for row in connection.execute(select(*columns).select_from(joined).where(mine)).mappings()
    }
    for name, values in wanted.items():
        if name not in there:
            row = {"id": new_uuid(), "name": name, "notebook_id": notebook, "type": kind} | values
            for table in tables:
                connection.execute(insert(table), [{key: row[key] for key in row if key in table.c}])
        elif changed := {key: value for key, value in values.items() if there[name][key] != value}:
            connection.execute(update(last).where(last.c.id == there[name]["id"]).values(**changed))
    for name in there.keys() - wanted.keys():
        if kind:
            _has_no_marks(connection, there[name]["id"], name)
        for table in reversed(tables):
            connection.execute(delete(table).where(table.c.id == there[name]["id"]))


def _has_no_marks(connection: Connection, id: str, name: str) -> None:
    from nbgrader.api import Comment, Grade

    tables: list[Table] = [Grade.__table__, Comment.__table__]
    if any(connection.execute(select(table.c.id).where(table.c.cell_id == id)).first() for table in tables):
        raise CourseError(
            f"the cell {name} is gone from this homework, but submissions have marks or comments there: "
            "put it back, or keep marking with the version that was handed out"
        )


def _order(connection: Connection, week: str, cells: list[Cell]) -> None:
    beside = comment_cells(cells)
    wanted = [
        {"week": week, "grade_id": name, "position": number, "comment_on": on}
        for number, (name, on) in enumerate(beside.items())
    ]
    ours = select(CELLS).where(CELLS.c.week == week).order_by(CELLS.c.position)
    if [dict(row) for row in connection.execute(ours).mappings()] != wanted:
        connection.execute(delete(CELLS).where(CELLS.c.week == week))
        connection.execute(insert(CELLS), wanted)
