"""The gradebook, on SQLite and on PostgreSQL: what is recorded, what stays, what is remembered, what is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from course_lib.errors import CourseError
from course_lib.grading.gradebook.gradebook import Gradebook
from course_lib.grading.records import Marked, Student, WrittenQuestion
from tests.grading.databases import server, url  # noqa: F401 (fixtures)
from tests.grading.looking_at_books import raw
from tests.grading.sample_marks import (
    POINTS,
    WEEK,
    WRITTEN,
    hash_of,
    homework_file,
    marked,
    nothing,
    question,
    roster,
    whole_class,
)


@pytest.fixture
def book(url: str) -> Iterator[Gradebook]:  # noqa: F811
    """A gradebook with five students and week 7's homework."""
    with Gradebook(url) as opened:
        opened.students(roster(5))
        opened.prepare(WEEK, homework_file())
        yield opened


def with_nbgrader(book: Gradebook, look: Callable[[Any], Any]) -> Any:
    """What nbgrader's own Gradebook makes of it."""
    from nbgrader.api import Gradebook as TheirGradebook

    with TheirGradebook(str(book.database.url.render_as_string(hide_password=False))) as theirs:
        return look(theirs)


def grades(book: Gradebook, student: str = "s000") -> dict[str, dict[str, Any]]:
    """nbgrader's view of a student's marks, by grade_id."""

    def look(theirs: Any) -> dict[str, dict[str, Any]]:
        [sheet] = theirs.find_submission(WEEK, student).notebooks
        return {grade.name: grade.to_dict() for grade in sheet.grades}

    return dict(with_nbgrader(book, look))


def by_hand(
    book: Gradebook, grade_id: str, points: float | None, extra: float | None = None, student: str = "s000"
) -> None:
    """A mark typed into formgrader: what its handler for PUT /api/grade does."""

    def give(theirs: Any) -> None:
        grade = theirs.find_grade(grade_id, "homework", WEEK, student)
        grade.manual_score, grade.extra_credit = points, extra
        grade.needs_manual_grade = grade.manual_score is None and grade.auto_score is None
        theirs.db.commit()

    with_nbgrader(book, give)


def comment_by_hand(book: Gradebook, cell: str, words: str, student: str = "s000") -> None:
    """A comment typed into formgrader."""

    def give(theirs: Any) -> None:
        theirs.find_comment(cell, "homework", WEEK, student).manual_comment = words
        theirs.db.commit()

    with_nbgrader(book, give)


def comment(book: Gradebook, cell: str, student: str = "s000") -> dict[str, Any]:
    """nbgrader's view of a comment."""
    found = with_nbgrader(book, lambda theirs: theirs.find_comment(cell, "homework", WEEK, student).to_dict())
    return dict(found)


def test_nbgrader_reads_every_mark(book: Gradebook) -> None:
    assert book.record([marked("s000", (1, 0.25, 0.5, 0))]) == 1
    found = grades(book)
    assert {name: found[name]["auto_score"] for name in POINTS} == {
        "w07-1-points": 3.0,
        "w07-2-points": 1.25,
        "w07-3-points": 2.0,
        "w07-4-points": 0.0,
    }
    assert {found[name]["max_score"] for name in POINTS} == {3.0, 5.0, 4.0}
    assert not any(found[name]["needs_manual_grade"] for name in POINTS)
    assert (found[WRITTEN]["auto_score"], found[WRITTEN]["needs_manual_grade"]) == (None, True)
    assert comment(book, "w07-1-answer")["auto_comment"] == "All laws hold."
    assert comment(book, "w07-2-answer")["auto_comment"] == "The rows do not sum to 1. Which axis holds the answers?"
    total = with_nbgrader(book, lambda theirs: theirs.find_submission(WEEK, "s000").to_dict())
    assert (total["score"], total["max_score"], total["code_score"]) == (6.25, 20.0, 6.25)
    assert total["timestamp"] == "2026-11-21T12:00:00" and total["needs_manual_grade"]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_the_same_rows_as_nbgrader_would_make(book: Gradebook) -> None:
    book.record([marked("s000")])
    with_nbgrader(book, lambda theirs: theirs.add_submission(WEEK, "s001"))

    def cells(theirs: Any, student: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        [sheet] = theirs.find_submission(WEEK, student).notebooks
        marks = sorted((grade.cell.name, grade.cell.type) for grade in sheet.grades)
        return marks, sorted((found.cell.name, found.cell.type) for found in sheet.comments)

    ours, theirs = (with_nbgrader(book, lambda gradebook, who=who: cells(gradebook, who)) for who in ("s000", "s001"))
    assert ours == theirs and len(ours[0]) == 5 and len(ours[1]) == 5
    assert book.record([marked("s001")]) == 1  # rows that nbgrader made are filled in
    assert grades(book, "s001")["w07-2-points"]["auto_score"] == 5.0


def test_an_unanswered_question_gets_nothing_and_waits_for_nobody(book: Gradebook) -> None:
    book.record([marked("s000", answer=None)])
    found = grades(book)[WRITTEN]
    assert (found["auto_score"], found["needs_manual_grade"]) == (0.0, False)
    assert comment(book, WRITTEN)["auto_comment"] == "No answer was given here."
    book.record([marked("s000", answer="Late, but here.")])
    found = grades(book)[WRITTEN]
    assert (found["auto_score"], found["needs_manual_grade"]) == (None, True)
    assert comment(book, WRITTEN)["auto_comment"] is None


def test_recording_twice_writes_nothing(book: Gradebook, url: str) -> None:  # noqa: F811
    marks = whole_class(5)
    assert book.record(marks) == 5
    by_hand(book, WRITTEN, 3.0)
    by_hand(book, "w07-1-points", 2.0, extra=0.5)
    book.record(marks)  # the late policy counts marks by hand too
    before = raw(url)
    assert book.record(marks) == 0
    assert book.settle(WEEK) == 0
    book.students(roster(5))
    book.prepare(WEEK, homework_file())
    assert raw(url) == before


def test_what_a_person_gave_survives_every_change(book: Gradebook) -> None:
    first = marked("s000", (0, 0, 1, 1))
    book.record([first])
    by_hand(book, WRITTEN, 3.5)
    by_hand(book, "w07-1-points", 2.0, extra=0.5)
    comment_by_hand(book, "w07-1-answer", "The idea is right.")
    better = tuple(question(each.grade_id, 1, each.exercise) for each in first.questions)
    again = replace(first, questions=better, provenance=replace(first.provenance, course="0.2.0"))
    book.record([again])
    found = grades(book)
    assert found["w07-1-points"]["manual_score"] == 2.0 and found["w07-1-points"]["extra_credit"] == 0.5
    assert found["w07-1-points"]["auto_score"] == 3.0  # the machine's mark moved on below it
    assert found[WRITTEN]["manual_score"] == 3.5
    assert not any(each["needs_manual_grade"] for each in found.values())  # the same submission: nothing to look at
    assert comment(book, "w07-1-answer")["manual_comment"] == "The idea is right."
    assert book.by_hand(WEEK)["s000"] == {"w07-1-points": (2.5, "The idea is right."), WRITTEN: (3.5, "")}


def test_a_changed_answer_waits_for_a_person_again(book: Gradebook) -> None:
    first = marked("s000")
    book.record([first])
    by_hand(book, WRITTEN, 3.5)
    same_words = replace(first, sha256=hash_of("another cell changed"))
    book.record([same_words])
    assert not grades(book)[WRITTEN]["needs_manual_grade"]
    [written] = first.written
    changed = replace(same_words, sha256=hash_of("more"), written=(replace(written, sha256=hash_of("other words")),))
    book.record([changed])
    found = grades(book)[WRITTEN]
    assert found["needs_manual_grade"] and found["manual_score"] == 3.5
    last = book.history(WEEK, "s000")[-1]
    assert (last.grade_id, last.hand, last.why) == (WRITTEN, 3.5, "the answer changed after it was marked by hand")
    assert book.record([changed]) == 0
    assert grades(book)[WRITTEN]["needs_manual_grade"]  # until somebody looks
    by_hand(book, WRITTEN, 1.0)
    assert book.record([changed]) == 0
    assert not grades(book)[WRITTEN]["needs_manual_grade"]


def test_a_hand_mark_on_code_waits_when_the_notebook_changed(book: Gradebook) -> None:
    book.record([marked("s000", (0, 1, 1, 1))])
    by_hand(book, "w07-1-points", 2.0)
    book.record([marked("s000", (0, 0, 1, 1))])
    found = grades(book)
    assert found["w07-1-points"]["needs_manual_grade"] and found["w07-1-points"]["manual_score"] == 2.0
    assert not found["w07-2-points"]["needs_manual_grade"]


def test_the_history_tells_what_every_mark_stood_on(book: Gradebook) -> None:
    first = marked("s000", (0, 1, 1, 1))
    book.record([first])
    assert len(book.history(WEEK)) == 5
    newer = replace(first.provenance, seed=7, exercises=first.provenance.exercises | {"w07.banded": "new"})
    book.record([replace(first, provenance=newer)])
    regraded = book.history(WEEK)[5:]
    assert [change.why for change in regraded] == ["marked again"] * 5
    assert {(change.old, change.new) for change in regraded if change.grade_id == "w07-1-points"} == {(0.0, 0.0)}
    book.record([marked("s000", (1, 1, 1, 1))])
    lines = [change for change in book.history(WEEK, "s000") if change.grade_id == "w07-1-points"]
    assert [(line.old, line.new, line.why) for line in lines] == [
        (None, 0.0, "marked for the first time"),
        (0.0, 0.0, "marked again"),
        (0.0, 3.0, "handed in again"),
    ]
    assert [line.seed for line in lines] == [2**70 + 1, 7, 2**70 + 1]
    assert lines[1].exercise == "new" and lines[0].sha256 == first.sha256 != lines[2].sha256
    assert lines[0].libraries == {"python": "3.11.2", "torch": "2.13.0"}
    assert lines[0].sandbox == "bubblewrap + namespaces + seccomp" and lines[0].course == "0.1.0"
    times = [datetime.fromisoformat(line.time) for line in lines]
    assert all(early <= late for early, late in pairwise(times))
    assert book.history(WEEK, "s001") == []


def test_a_mark_that_another_program_changed_is_put_right_and_remembered(book: Gradebook) -> None:
    book.record([marked("s000")])

    def spoil(theirs: Any) -> None:
        theirs.find_grade("w07-1-points", "homework", WEEK, "s000").auto_score = 101.0
        theirs.db.commit()

    with_nbgrader(book, spoil)
    assert book.record([marked("s000")]) == 1
    assert grades(book)["w07-1-points"]["auto_score"] == 3.0
    last = book.history(WEEK)[-1]
    assert (last.old, last.new, last.why) == (101.0, 3.0, "marked again")


def test_the_late_policy_in_rows_and_in_nbgrader(book: Gradebook) -> None:
    late = replace(marked("s000", (1, 0.5, 0, 0)), days_late=1.2, keeps=0.9)
    book.record([late, marked("s001")])

    def penalty(theirs: Any, student: str = "s000") -> float | None:
        [sheet] = theirs.find_submission(WEEK, student).notebooks
        return sheet.late_submission_penalty

    assert with_nbgrader(book, penalty) == 0.55
    assert with_nbgrader(book, lambda theirs: penalty(theirs, "s001")) is None
    by_hand(book, WRITTEN, 4.0)
    [row, *_] = book.rows(WEEK)
    assert (row.auto, row.hand, row.late, row.total) == (5.5, 4.0, 0.95, 8.55)
    assert with_nbgrader(book, penalty) == 0.55  # nbgrader keeps a number
    assert book.settle(WEEK) == 1
    assert with_nbgrader(book, penalty) == 0.95
    book.record([replace(late, keeps=1.0)])
    assert with_nbgrader(book, penalty) is None


def test_rows_have_every_student_of_the_roster(book: Gradebook) -> None:
    book.record([marked("s000"), marked("s001", answer=None), nothing("s002")])
    by_hand(book, WRITTEN, 2.5)
    by_hand(book, "w07-1-points", None, extra=1.0)
    rows = {row.student: row for row in book.rows(WEEK)}
    assert list(rows) == ["s000", "s001", "s002", "s003", "s004"]
    first = rows["s000"]
    assert (first.auto, first.hand, first.total, first.out_of, first.waiting) == (16.0, 3.5, 19.5, 20.0, 0)
    assert first.name == "Ada 0 Lovelace" and not first.missing
    assert (rows["s001"].total, rows["s001"].waiting) == (16.0, 0)
    missing = rows["s002"]
    assert missing.missing and (missing.total, missing.waiting, missing.problem) == (0.0, 0, "nothing was handed in")
    assert rows["s003"].missing and rows["s003"].problem == "nothing is recorded for this week yet"
    assert comment(book, WRITTEN, "s002")["auto_comment"] == "nothing was handed in"


def test_odd_text_goes_in_and_comes_out(book: Gradebook) -> None:
    first = marked("s000")
    odd = replace(first.questions[0], reason="\ud83d half, zero \0 and \U0001f600 <script>")
    book.record([replace(first, questions=(odd, *first.questions[1:]), remarks=("a\0b",), problem="c\udc00")])
    assert comment(book, "w07-1-answer")["auto_comment"] == "? half, zero ? and \U0001f600 <script>"


def test_names_are_split_and_cannot_write_into_a_page(book: Gradebook) -> None:
    book.students([Student("x1", "Noether, Emmy"), Student("x2", "Plato"), Student("x3", "<b>Eve</b> O'Neil")])
    found = {row.student: row.name for row in book.rows(WEEK)}
    assert (found["x1"], found["x2"], found["x3"]) == ("Emmy Noether", "Plato", "‹b›Eve‹/b› O'Neil")
    book.students([Student("x2", "Aristotle")])
    assert {row.student: row.name for row in book.rows(WEEK)}["x2"] == "Aristotle"


@pytest.mark.parametrize("id", ["", "../x", ".hidden", "a/b", "a\\b", "<i>", 'a"b', "a\0", "x" * 129, "a b&c"])
def test_ids_that_cannot_name_a_folder_are_refused(id: str, tmp_path: Path) -> None:
    with Gradebook(f"sqlite:///{tmp_path / 'g.db'}") as one, pytest.raises(CourseError, match="cannot name a folder"):
        one.students([Student(id)])


def other(first: Marked, **changes: Any) -> Marked:
    """The same marks with something wrong in the first question."""
    return replace(first, questions=(replace(first.questions[0], **changes), *first.questions[1:]))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (marked("nobody"), "'nobody' is not in the gradebook"),
        (replace(marked("s001"), week="w08"), "no homework of 'w08'; there are: w07"),
        (other(marked("s001"), points=3.5), "w07-1-points got 3.5 of 3 points"),
        (other(marked("s001"), points=float("nan")), "w07-1-points got nan of 3 points"),
        (other(marked("s001"), out_of=5.0), "marked out of 5, but is worth 3"),
        (other(marked("s001"), grade_id="w07-9-points"), "look at w07-1-points, w07-9-points"),
        (replace(marked("s001"), written=()), f"look at {WRITTEN}"),
        (replace(marked("s001"), written=marked("s001").written * 2), f"look at {WRITTEN}"),
        (replace(marked("s001"), keeps=1.1), "leaves 1.1 of the marks"),
        (replace(marked("s001"), when="yesterday"), "'yesterday' is no time with a zone"),
        (replace(marked("s001"), when="2026-11-21T12:00:00"), "is no time with a zone"),
    ],
)
def test_marks_that_do_not_fit_are_refused_before_anything_is_written(wrong: Marked, says: str, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'g.db'}"
    with Gradebook(address) as one:
        one.students(roster(3))
        one.prepare(WEEK, homework_file())
        before = raw(address)
        with pytest.raises(CourseError, match=says):
            one.record([marked("s000"), wrong, marked("s002")], batch=1)
        assert raw(address) == before


def test_one_student_twice_in_a_list_is_two_submissions(book: Gradebook) -> None:
    assert book.record([marked("s000", (0, 0, 0, 0)), marked("s000")]) == 2
    assert grades(book)["w07-1-points"]["auto_score"] == 3.0
    assert [line.new for line in book.history(WEEK, "s000") if line.grade_id == "w07-1-points"] == [0.0, 3.0]


def test_written_questions_without_a_hash_follow_the_submission(book: Gradebook) -> None:
    first = replace(marked("s000"), written=(WrittenQuestion(WRITTEN, "Words", 4.0, True),))
    book.record([first])
    by_hand(book, WRITTEN, 2.0)
    book.record([replace(first, sha256=hash_of("new upload"))])
    assert grades(book)[WRITTEN]["needs_manual_grade"]
