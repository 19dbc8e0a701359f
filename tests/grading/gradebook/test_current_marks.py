"""Marks that stand are not looked at row by row; and whatever else wrote into the book is noticed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, text

from course_lib.grading.gradebook.gradebook import Gradebook
from tests.grading.databases import server, url  # noqa: F401 (fixtures)
from tests.grading.looking_at_books import TABLES, contents
from tests.grading.sample_marks import WEEK, homework_file, marked, roster, whole_class

SIZE = 30


@pytest.fixture
def book(url: str) -> Any:  # noqa: F811
    """A class that was recorded."""
    with Gradebook(url) as found:
        found.students(roster(SIZE))
        found.prepare(WEEK, homework_file())
        found.record(whole_class(SIZE))
        yield found


def statements(book: Gradebook, work: Callable[[], Any]) -> list[str]:
    """What the database was asked meanwhile."""
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(book.database.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(book.database.engine, "before_cursor_execute", note)
    return said


def test_a_class_that_stands_costs_a_few_questions_however_large(book: Gradebook) -> None:
    asked = statements(book, lambda: book.record(whole_class(SIZE), batch=1))
    assert len(asked) < 12 and not any(line.startswith(("INSERT", "UPDATE", "DELETE")) for line in asked)
    one = [replace(each, remarks=("a new remark",)) if each.student == "s004" else each for each in whole_class(SIZE)]
    assert book.record(one) == 1
    assert book.record(one) == 0


def visible(book: Gradebook) -> dict[str, list[tuple[Any, ...]]]:
    """What nbgrader shows, and what it stands on; not the history, which tells of every change."""
    shown = [table for table in TABLES if table != "course_marks"]
    return contents(book.database.url.render_as_string(hide_password=False), shown)


@pytest.mark.parametrize(
    "meddling",
    [
        "UPDATE grade SET auto_score = 1.5 WHERE auto_score = 3",
        "UPDATE grade SET auto_score = NULL",
        "UPDATE submitted_notebook SET late_submission_penalty = 2",
        "UPDATE submitted_assignment SET timestamp = NULL",
        "UPDATE comment SET auto_comment = NULL",
        "UPDATE grade SET auto_score = 1 WHERE auto_score = -1",  # nothing at all
        "DELETE FROM comment",
        "DELETE FROM grade",
    ],
)
def test_what_another_program_wrote_is_put_right(book: Gradebook, meddling: str) -> None:
    before = visible(book)
    with book.database.engine.begin() as connection:
        changed = connection.execute(text(meddling)).rowcount
    assert (book.record(whole_class(SIZE)) > 0) == (changed > 0)
    assert visible(book) == before


def test_a_mark_given_by_hand_is_counted_once_more_and_then_stands(book: Gradebook) -> None:
    late = [replace(each, keeps=0.5) for each in whole_class(SIZE)]
    book.record(late)
    with book.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE grade SET manual_score = 2, needs_manual_grade = false WHERE auto_score IS NULL")
        )
    assert book.record(late) > 0  # the late policy takes its share of the hand marks, too
    asked = statements(book, lambda: book.record(late))
    assert not any(line.startswith(("INSERT", "UPDATE", "DELETE")) for line in asked)
    by_hand = [row for row in book.rows(WEEK) if row.hand]
    assert by_hand and all(abs(row.late - (row.auto + row.hand) / 2) < 0.01 for row in by_hand)


def test_of_two_sets_of_marks_the_last_counts_also_when_it_stood_before(book: Gradebook) -> None:
    stands, other = marked("s000"), marked("s000", (0, 0, 0, 0))
    book.record([stands])
    book.record([other, stands])
    assert next(row for row in book.rows(WEEK) if row.student == "s000").auto == 16.0
    book.record([stands, other])
    assert next(row for row in book.rows(WEEK) if row.student == "s000").auto == 0.0


def test_marks_are_looked_at_again_when_the_homework_was_prepared_anew(book: Gradebook) -> None:
    with book.database.engine.begin() as connection:
        connection.execute(text("UPDATE course_cells SET comment_on = ''"))
    asked = statements(book, lambda: book.record(whole_class(SIZE)))
    assert any(line.startswith("UPDATE comment") for line in asked)
