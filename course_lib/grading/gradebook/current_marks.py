"""Which marks stand in the gradebook already, told without reading them all: recording a class again is quick.

Beside each submission's marks stands a stamp of them. Whoever changes a row by another way, by hand in formgrader or
with nbgrader's own commands, makes the stamp untrue, and the marks are looked at row by row again.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select

from course_lib.grading.gradebook.schema import STANDING
from course_lib.grading.gradebook.week_snapshot import HomeworkCells, homework_cells, tables
from course_lib.grading.records import Marked

MANY = 100  # students; of so many or more, the whole week is asked for in one question


def standing(connection: Connection, week: str, marks: Iterable[Marked]) -> set[str]:
    """The students all of whose marks among these stand in the book, in each of its rows. Nobody where it is unsure."""
    listed, cells = list(marks), homework_cells(connection, week)
    asked = select(STANDING.c.student, STANDING.c.stamp).where(STANDING.c.week == week)
    known = {student: stamp for student, stamp in connection.execute(asked)}
    if not known:
        return set()
    sums, of_sheet = _sums(connection, cells, [each.student for each in listed]), _of_cells(cells)
    other = {each.student for each in listed if known.get(each.student) != _stamp(each, of_sheet, sums)}
    return {each.student for each in listed} - other


def stamp(connection: Connection, week: str, marks: Iterable[Marked]) -> None:
    """Note that these marks, one set a student, stand in the book now; within the transaction that wrote them."""
    listed, cells = list(marks), homework_cells(connection, week)
    sums, of_sheet = _sums(connection, cells, [each.student for each in listed]), _of_cells(cells)
    rows = [{"student": e.student, "week": week, "stamp": _stamp(e, of_sheet, sums)} for e in listed]
    mine = STANDING.c.student.in_([each.student for each in listed])
    connection.execute(delete(STANDING).where(STANDING.c.week == week, mine))
    connection.execute(insert(STANDING), rows)


def _stamp(marked: Marked, of_sheet: str, sums: dict[str, str]) -> str:
    text = marked.text + of_sheet + sums.get(marked.student, "")
    return hashlib.sha256(text.encode()).hexdigest()


def _of_cells(cells: HomeworkCells) -> str:
    return json.dumps(astuple(cells))


def _sums(connection: Connection, cells: HomeworkCells, students: list[str]) -> dict[str, str]:
    """Of each student how many marks and comments there are and what they come to, the late policy's share too."""
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

    handed, sheets, grades, comments = tables(SubmittedAssignment, SubmittedNotebook, Grade, Comment)
    mark = grades.c
    waits = func.sum(case((mark.needs_manual_grade, 1), else_=0))
    marks = (func.count(), func.sum(mark.auto_score), func.sum(mark.manual_score), func.sum(mark.extra_credit), waits)
    texts = (func.count(comments.c.auto_comment),)
    graded, answers = [id for id, _ in cells.graded.values()], list(cells.answers.values())

    asked = select(handed.c.student_id, sheets.c.id, handed.c.timestamp, sheets.c.late_submission_penalty)
    asked = asked.join(sheets, sheets.c.assignment_id == handed.c.id)
    mine = [handed.c.assignment_id == cells.assignment, sheets.c.notebook_id == cells.notebook]
    few = [handed.c.student_id.in_(students)] if len(students) < MANY else []
    owner, found = {}, {}
    for student, notebook, *values in connection.execute(asked.where(*mine, *few)):
        owner[notebook], found[student] = student, _rounded(values)
    for table, counted, asked_of in ((grades, marks, graded), (comments, texts, answers)):
        chosen = [table.c.cell_id.in_(asked_of), *([table.c.notebook_id.in_(owner)] if few else [])]
        sums = select(table.c.notebook_id, *counted).where(*chosen).group_by(table.c.notebook_id)
        for notebook, *values in connection.execute(sums):
            if notebook in owner:
                found[owner[notebook]] += _rounded(values)
    return found


def _rounded(values: list[Any]) -> str:
    """Sums as text; the last digits of a sum depend on its order."""
    return repr([round(value, 6) if isinstance(value, float) else str(value) for value in values])
