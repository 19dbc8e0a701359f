"""Enter marks: what the marking found, without touching what a person wrote.

A mark or comment given by hand stays. When the answer below a hand mark changes, the question waits for a person again,
and the history keeps the mark that stood: a written answer has changed when its text has; a marked question, which any
cell above may change, when another notebook was handed in.
"""

import json
from typing import Any

from sqlalchemy import Connection

from course_lib.grading.gradebook.class_rows import lost
from course_lib.grading.gradebook.history import remember
from course_lib.grading.gradebook.schema import SUBMISSIONS
from course_lib.grading.gradebook.validate import check_marks, handed_in_at
from course_lib.grading.gradebook.week_snapshot import (
    Changes,
    HomeworkCells,
    Row,
    StudentRows,
    homework_cells,
    student_rows,
    tables,
)
from course_lib.grading.records import Marked, QuestionMark, WrittenQuestion
from course_lib.grading.reports.totals import questions_of

NO_ANSWER = "No answer was given here."


def record(connection: Connection, week: str, batch: list[Marked]) -> set[str]:
    """Enter the marks of one week's submissions, one a student. -> the students whose rows changed

    Raises CourseError, before anything is written, for marks that do not fit the homework.
    """
    from nbgrader.api import SubmittedNotebook

    cells, changes = homework_cells(connection, week), Changes()
    check_marks(connection, cells, batch)
    there = student_rows(connection, cells, [marked.student for marked in batch], hold=True)
    for marked in batch:
        _submission(marked, cells, there, changes)
        before = there.ours.get(marked.student)
        for question in questions_of(marked):
            _mark(marked, question, cells, there, changes, before)
        _comments(marked, cells, there, changes)
        taken = lost(marked.keeps, there.grades[marked.student].values())
        sheets: Any = SubmittedNotebook.__table__
        changes.set(marked.student, sheets, there.notebooks[marked.student], late_submission_penalty=taken)
        _ours(marked, before, changes)
    changes.write(connection)
    return changes.touched


def _mark(
    marked: Marked,
    question: QuestionMark | WrittenQuestion,
    cells: HomeworkCells,
    there: StudentRows,
    changes: Changes,
    before: Row | None,
) -> None:
    from nbgrader.api import Grade

    grade = there.grades[marked.student][cells.graded[question.grade_id][0]]
    by_hand = grade["manual_score"] is not None
    asks_again = by_hand and before is not None and _has_changed(marked, question, before)
    if isinstance(question, QuestionMark):
        new: float | None = float(question.points)
    else:
        new = None if question.answered else 0.0
    last = there.last[marked.student].get(question.grade_id)
    remember(changes, marked, question, grade, new, last, asks_again)
    waits = asks_again or grade["needs_manual_grade"] if by_hand else new is None
    changes.set(marked.student, Grade.__table__, grade, auto_score=new, needs_manual_grade=waits)


def _has_changed(marked: Marked, question: QuestionMark | WrittenQuestion, before: Row) -> bool:
    known = json.loads(before["answers"]).get(question.grade_id)
    if isinstance(question, WrittenQuestion) and question.sha256 and known:
        return bool(known != question.sha256)
    return bool(before["sha256"] != marked.sha256)


def _submission(marked: Marked, cells: HomeworkCells, there: StudentRows, changes: Changes) -> None:
    """The rows that nbgrader makes when it takes a submission: one each, and one a mark and an answer."""
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook, new_uuid

    handed, sheets, grades, comments = tables(SubmittedAssignment, SubmittedNotebook, Grade, Comment)
    who, when = marked.student, handed_in_at(marked)
    if who not in there.assignments:
        row = {"id": new_uuid(), "assignment_id": cells.assignment, "student_id": who, "timestamp": when}
        there.assignments[who] = changes.add(who, handed, row)
    changes.set(who, handed, there.assignments[who], timestamp=when)
    if who not in there.notebooks:
        row = {"id": new_uuid(), "notebook_id": cells.notebook, "assignment_id": there.assignments[who]["id"]}
        there.notebooks[who] = changes.add(who, sheets, row | {"flagged": False, "late_submission_penalty": None})
    notebook = {"notebook_id": there.notebooks[who]["id"]}
    for id, _ in cells.graded.values():
        if id not in there.grades[who]:
            row = {"id": new_uuid(), "cell_id": id, "auto_score": None, "manual_score": None, "extra_credit": None}
            there.grades[who][id] = changes.add(who, grades, row | notebook | {"needs_manual_grade": True})
    for id in cells.answers.values():
        if id not in there.comments[who]:
            row = {"id": new_uuid(), "cell_id": id, "auto_comment": None, "manual_comment": None}
            there.comments[who][id] = changes.add(who, comments, row | notebook)


def _comments(marked: Marked, cells: HomeworkCells, there: StudentRows, changes: Changes) -> None:
    from nbgrader.api import Comment

    said: dict[str, list[str]] = {name: [] for name in cells.answers}
    for question in marked.questions:
        if on := cells.comment_on.get(question.grade_id):
            said[on] += [part for part in (question.reason, question.nudge) if part]
    for written in marked.written:
        if not written.answered and written.grade_id in said:
            said[written.grade_id].append(marked.problem or NO_ANSWER)
    for name, parts in said.items():
        comment = there.comments[marked.student][cells.answers[name]]
        text = plain(" ".join(dict.fromkeys(parts))) or None
        changes.set(marked.student, Comment.__table__, comment, auto_comment=text)


def _ours(marked: Marked, before: Row | None, changes: Changes) -> None:
    answers = {written.grade_id: written.sha256 for written in marked.written}
    values: Row = {"sha256": marked.sha256, "keeps": float(marked.keeps), "days_late": float(marked.days_late)}
    values |= {"problem": plain(marked.problem), "remarks": plain("\n".join(marked.remarks))}
    values["answers"] = json.dumps(answers, sort_keys=True)
    if before is None:
        changes.add(marked.student, SUBMISSIONS, {"student": marked.student, "week": marked.week} | values)
    else:
        changes.set(marked.student, SUBMISSIONS, before, ("student", "week"), **values)


def plain(text: str) -> str:
    """Text that every database takes: no half characters, no zero bytes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
