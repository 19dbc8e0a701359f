"""Marks and students that the gradebook takes; everything else is refused before a row is written."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, select

from course_lib.errors import CourseError
from course_lib.grading.gradebook.week_snapshot import HomeworkCells
from course_lib.grading.records import Marked, QuestionMark, Student
from course_lib.grading.reports.totals import questions_of

ROUNDING = 1e-6  # what a sum of laws may differ by


def check_marks(connection: Connection, cells: HomeworkCells, batch: Iterable[Marked]) -> None:
    """Raises CourseError for students that are not in the book, and for marks that do not fit the homework."""
    from nbgrader.api import Student as Known

    listed, there = list(batch), cast(Any, Known).__table__
    asked = select(there.c.id).where(there.c.id.in_({marked.student for marked in listed}))
    known = set(connection.execute(asked).scalars())
    for marked in listed:
        if marked.student not in known:
            raise CourseError(f"{marked.student!r} is not in the gradebook; enter the roster first (Book.students)")
        _fits(cells, marked)
        handed_in_at(marked)


def check_students(students: Iterable[Student]) -> None:
    """Raises CourseError for an id that cannot be a folder's name, or that a page could take for its own words."""
    for student in students:
        if not re.fullmatch(r"[^\s./\\<>\"'&?#%\x00-\x1f][^/\\<>\"'&?#%\x00-\x1f]{0,127}", student.id):
            raise CourseError(
                f"the student's id {student.id!r} cannot name a folder; "
                "up to 128 letters, digits, dots, dashes and @ are right, without a dot in front"
            )


def handed_in_at(marked: Marked) -> datetime | None:
    """When it was handed in, as nbgrader keeps it: UTC without saying so. Raises CourseError for what is no time."""
    if not marked.when:
        return None
    try:
        found = datetime.fromisoformat(marked.when)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise CourseError(
            f"{marked.student}, {marked.week}: {marked.when!r} is no time with a zone, like 2026-11-21T12:00:00+00:00"
        )
    return found.astimezone(UTC).replace(tzinfo=None)


def _fits(cells: HomeworkCells, marked: Marked) -> None:
    where = f"{marked.student}, {marked.week}"
    names = [each.grade_id for each in questions_of(marked)]
    if sorted(names) != sorted(cells.graded):
        odd = sorted(set(names) ^ set(cells.graded)) or sorted({name for name in names if names.count(name) > 1})
        raise CourseError(
            f"{where}: the marks and the homework do not have the same questions; look at {', '.join(odd)} "
            "(was the homework changed after it was prepared?)"
        )
    for each in questions_of(marked):
        worth = cells.graded[each.grade_id][1]
        if not math.isclose(each.out_of, worth, abs_tol=ROUNDING):
            raise CourseError(f"{where}: {each.grade_id} is marked out of {each.out_of:g}, but is worth {worth:g}")
        if isinstance(each, QuestionMark) and not -ROUNDING <= each.points <= worth + ROUNDING:
            raise CourseError(f"{where}: {each.grade_id} got {each.points:g} of {worth:g} points")
    if not 0 <= marked.keeps <= 1:
        raise CourseError(
            f"{where}: the late policy leaves {marked.keeps:g} of the marks; a share from 0 to 1 is right"
        )
