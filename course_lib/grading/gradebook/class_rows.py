"""What the gradebook says of a class: one line a student of the roster, also of those who handed in nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, select

from course_lib.grading.gradebook.week_snapshot import (
    Changes,
    HomeworkCells,
    Row,
    StudentRows,
    homework_cells,
    student_rows,
    tables,
)

ByHand = dict[str, tuple[float | None, str]]  # grade_id -> points (None: not by hand), comment


@dataclass(frozen=True)
class GradebookRow:
    """One student's week. `total` is auto + hand - late, to two places, a half rounded up."""

    student: str
    name: str
    auto: float  # points of the questions that stand as they were marked by the machine
    hand: float  # points given by a person, extra credit among them
    late: float  # points that the late policy takes
    total: float
    out_of: float
    waiting: int  # questions that wait for a person
    missing: bool  # nothing was handed in, or nothing was recorded yet
    problem: str  # why nothing could be marked


def rows(connection: Connection, week: str) -> list[GradebookRow]:
    """A line a student, by id. Raises CourseError where the week was never prepared."""
    cells = homework_cells(connection, week)
    names = _names(connection)
    there = student_rows(connection, cells, names)
    return [_row(who, name, cells, there) for who, name in sorted(names.items())]


def by_hand(connection: Connection, week: str) -> dict[str, ByHand]:
    """Of every student what a person gave: points with any extra credit, and a comment, by question."""
    cells = homework_cells(connection, week)
    there = student_rows(connection, cells, _names(connection))
    found: dict[str, ByHand] = defaultdict(dict)
    for who, grades in there.grades.items():
        for name, (id, _) in cells.graded.items():
            grade, on = grades.get(id), cells.answers.get(cells.comment_on.get(name, ""))
            comment = (there.comments[who].get(on, {}) if on else {}).get("manual_comment") or ""
            given = earned(grade) if grade and _is_by_hand(grade) else None
            if given is not None or comment:
                found[who][name] = (given, comment)
    return dict(found)


def settle(connection: Connection, week: str) -> set[str]:
    """Bring nbgrader's late penalties up to date after marks were given by hand. -> the students it changed for"""
    from nbgrader.api import SubmittedNotebook

    cells, changes = homework_cells(connection, week), Changes()
    there = student_rows(connection, cells, _names(connection), hold=True)
    table: Any = SubmittedNotebook.__table__
    for who, ours in there.ours.items():
        penalty = lost(ours["keeps"], there.grades[who].values())
        changes.set(who, table, there.notebooks[who], late_submission_penalty=penalty)
    changes.write(connection)
    return changes.touched


def lost(keeps: float, grades: Iterable[Row]) -> float | None:
    """The points that the late policy takes, as nbgrader keeps them: None where it takes nothing."""
    taken = float((1 - Decimal(str(keeps))) * sum((Decimal(str(earned(row))) for row in grades), Decimal(0)))
    return taken if taken > 0 else None


def earned(grade: Row) -> float:
    """The points of one question: the mark given by hand where there is one, and any extra credit."""
    mark = grade["auto_score"] if grade["manual_score"] is None else grade["manual_score"]
    return 0.0 if mark is None else float(mark + (grade["extra_credit"] or 0))


def _is_by_hand(grade: Row) -> bool:
    return grade["manual_score"] is not None or bool(grade["extra_credit"])


def _row(who: str, name: str, cells: HomeworkCells, there: StudentRows) -> GradebookRow:
    grades, ours = there.grades[who].values(), there.ours.get(who)
    extra = sum(row["extra_credit"] or 0.0 for row in grades if row["manual_score"] is None and earned(row))
    auto = sum(earned(row) for row in grades if row["manual_score"] is None) - extra
    hand = sum(earned(row) for row in grades if row["manual_score"] is not None) + extra
    late = lost(ours["keeps"], grades) if ours else None
    problem = ours["problem"] if ours else "nothing is recorded for this week yet"
    whole = Decimal(str(round(auto + hand, 9))) - Decimal(str(late or 0.0))
    return GradebookRow(
        who,
        name,
        _two_places(auto),
        _two_places(hand),
        _two_places(late or 0.0),
        _two_places(whole),
        sum(points for _, points in cells.graded.values()),
        sum(row["needs_manual_grade"] for row in grades),
        not ours or not ours["sha256"],
        problem,
    )


def _names(connection: Connection) -> dict[str, str]:
    from nbgrader.api import Student

    (table,) = tables(Student)
    asked = connection.execute(select(table.c.id, table.c.first_name, table.c.last_name))
    return {id: " ".join(part for part in (first, last) if part) for id, first, last in asked}


def _two_places(value: float | Decimal) -> float:
    return float(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
