"""The students of a class as nbgrader keeps them: an id, a first and a last name, an address."""

from typing import Any

from sqlalchemy import Connection, select

from course_lib.grading.gradebook.week_snapshot import Changes, Row
from course_lib.grading.records import Student

WIDEST = 128  # letters that nbgrader's columns take
SAFE = str.maketrans({"<": "‹", ">": "›", "\0": None})  # formgrader writes names into its pages as they are


def enter(connection: Connection, students: list[Student]) -> None:
    """Add the students who are new, and change what changed of the others."""
    from nbgrader.api import Student as Known

    table: Any = Known.__table__
    there = {row["id"]: dict(row) for row in connection.execute(select(table)).mappings()}
    changes = Changes()
    for student in students:
        values = _row(student)
        if student.id in there:
            changes.set(student.id, table, there[student.id], **values)
        else:
            there[student.id] = changes.add(student.id, table, values | {"id": student.id, "lms_user_id": None})
    changes.write(connection)


def _row(student: Student) -> Row:
    first, last = names(student.name)
    return {"first_name": first, "last_name": last, "email": _short(student.email)}


def names(name: str) -> tuple[str | None, str | None]:
    """First and last name of `Ada Lovelace` and of `Lovelace, Ada`; one word alone is a last name."""
    if "," in name:
        last, _, first = name.partition(",")
    else:
        first, _, last = name.strip().rpartition(" ")
    return _short(first), _short(last)


def _short(text: str) -> str | None:
    return text.encode("utf-8", "replace").decode().translate(SAFE).strip()[:WIDEST] or None
