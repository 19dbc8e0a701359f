"""Every mark that ever stood in the gradebook, and what it was computed from. Lines are added, never changed."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from course_lib.grading.gradebook.schema import MARKS
from course_lib.grading.gradebook.week_snapshot import Changes
from course_lib.grading.records import Marked, QuestionMark, WrittenQuestion

Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One line of the history."""

    time: str
    student: str
    week: str
    grade_id: str
    old: float | None  # None: nothing was there, or a person was to mark it
    new: float | None
    hand: float | None  # the mark given by hand that stood at that time
    why: str
    sha256: str  # of the submission
    course: str
    exercise: str
    seed: int
    libraries: dict[str, str]
    sandbox: str


def stands_on(marked: Marked, question: QuestionMark | WrittenQuestion) -> Row:
    """What a mark was computed from, as it is kept."""
    made = marked.provenance
    version = made.exercises.get(question.exercise, "") if isinstance(question, QuestionMark) else ""
    kept: Row = {"sha256": marked.sha256, "course": made.course, "exercise": version, "seed": str(made.seed)}
    return kept | {"libraries": json.dumps(made.libraries, sort_keys=True), "sandbox": made.sandbox}


def remember(
    changes: Changes,
    marked: Marked,
    question: QuestionMark | WrittenQuestion,
    grade: Row,
    new: float | None,
    last: Row | None,
    asks_again: bool,
) -> None:
    """Add a line where the mark changed, or where the same mark now stands on something else.

    grade        the row as it still is
    last         the newest line about this question
    asks_again   whether a hand mark waits for a person once more
    """
    now = stands_on(marked, question)
    same = last is not None and all(last[name] == value for name, value in now.items())
    if same and grade["auto_score"] == new and not asks_again:
        return
    if asks_again:
        why = "the answer changed after it was marked by hand"
    elif last is None:
        why = "marked for the first time"
    else:
        why = "marked again" if last["sha256"] == marked.sha256 else "handed in again"
    row: Row = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "student": marked.student}
    row |= {"week": marked.week, "grade_id": question.grade_id, "why": why}
    changes.add(
        marked.student, MARKS, row | now | {"old": grade["auto_score"], "new": new, "hand": grade["manual_score"]}
    )


def history(connection: Connection, week: str, student: str | None = None) -> list[Change]:
    """The lines about a week, oldest first; of one student or of all."""
    asked = select(MARKS).where(MARKS.c.week == week).order_by(MARKS.c.id)
    if student is not None:
        asked = asked.where(MARKS.c.student == student)
    rows = [dict(row) for row in connection.execute(asked).mappings()]
    plain = [{key: value for key, value in row.items() if key != "id"} for row in rows]
    return [Change(**row | {"seed": int(row["seed"]), "libraries": json.loads(row["libraries"])}) for row in plain]
