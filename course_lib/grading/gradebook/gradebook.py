"""The gradebook of a class: nbgrader's own, so that its formgrader opens it; written in batches.

    with Gradebook("sqlite:///gradebook.db") as book:
        book.students(roster)
        book.prepare("w07", assignment.path)
        book.record(marks)

Each batch is written whole or not at all: a crash, a Ctrl-C or a full disk loses the batch in hand, and recording the
same marks again completes the rest. Marks that stand already are not written again.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from course_lib.grading.gradebook import assignment as book_prepare
from course_lib.grading.gradebook import cells as book_cells
from course_lib.grading.gradebook import class_rows as book_rows
from course_lib.grading.gradebook import current_marks as book_standing
from course_lib.grading.gradebook import enter_marks as book_record
from course_lib.grading.gradebook import history as book_history
from course_lib.grading.gradebook import students as book_students
from course_lib.grading.gradebook.class_rows import ByHand, GradebookRow
from course_lib.grading.gradebook.database import Database
from course_lib.grading.gradebook.history import Change
from course_lib.grading.gradebook.validate import check_marks, check_students
from course_lib.grading.gradebook.week_snapshot import homework_cells
from course_lib.grading.records import Marked, Student

BATCH = 50  # submissions a transaction


class Gradebook:
    """An open gradebook."""

    def __init__(self, url: str, patience: float = 60, say: Callable[[str], None] = print) -> None:
        """Open a gradebook, and make it where there is none.

        url        `sqlite:///gradebook.db` or `postgresql://teacher@host/grades`
        patience   seconds to wait while another program writes
        say        takes the line that tells of the wait
        Raises CourseError for what is no gradebook, cannot be reached, or belongs to another nbgrader.
        """
        self.database = Database(url, patience, say)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()

    def prepare(self, week: str, homework: Path) -> None:
        """Enter a week's homework, the notebook that was handed out, as `nbgrader generate_assignment` would.

        Again after a change of points or wording: the rows follow. Raises CourseError when a question is gone that
        has marks, and for a notebook that is no homework.
        """
        notebook = book_cells.handed_out(homework)
        self.database.write(lambda connection: book_prepare.prepare(connection, week, notebook))

    def students(self, roster: Iterable[Student]) -> None:
        """Enter the students, or bring their names up to date. Nobody is ever taken out: marks hang on them."""
        listed = list(roster)
        check_students(listed)
        self.database.write(lambda connection: book_students.enter(connection, listed))

    def record(self, marks: Iterable[Marked], batch: int = BATCH) -> int:
        """Enter marks. Marks, comments and credit given by hand stay as they are.

        -> how many submissions changed anything; 0 when all of it was there already
        Raises CourseError before anything is written when a student, a week or a question is unknown.
        """
        listed = list(marks)
        weeks = sorted({marked.week for marked in listed})
        new = {week: self._new(week, [marked for marked in listed if marked.week == week]) for week in weeks}
        for week, marked in new.items():
            if marked:
                self.database.read(_checking(week, marked))
        changed = 0
        for week, marked in new.items():
            for part in _batches(marked, batch):
                changed += len(self.database.write(_recording(week, part)))
        return changed

    def _new(self, week: str, marks: list[Marked]) -> list[Marked]:
        """Without those that stand in the book already."""
        stands = self.database.read(lambda connection: book_standing.standing(connection, week, marks))
        return [marked for marked in marks if marked.student not in stands]

    def rows(self, week: str) -> list[GradebookRow]:
        """One line a student, for an export."""
        return self.database.read(lambda connection: book_rows.rows(connection, week))

    def by_hand(self, week: str) -> dict[str, ByHand]:
        """Of each student the points and comments that a person gave, by question."""
        return self.database.read(lambda connection: book_rows.by_hand(connection, week))

    def settle(self, week: str) -> int:
        """Count the late policy again after marks were given by hand. -> how many students it changed for

        `rows` is always right; this is for nbgrader's own pages and exports, which keep the penalty as a number.
        """
        return len(self.database.write(lambda connection: book_rows.settle(connection, week)))

    def history(self, week: str, student: str | None = None) -> list[Change]:
        """Every mark that was ever recorded for a week, oldest first, with what it was computed from."""
        return self.database.read(lambda connection: book_history.history(connection, week, student))


def _checking(week: str, marks: list[Marked]) -> Callable[[Any], None]:
    return lambda connection: check_marks(connection, homework_cells(connection, week), marks)


def _recording(week: str, part: list[Marked]) -> Callable[[Any], set[str]]:
    def work(connection: Any) -> set[str]:
        changed = book_record.record(connection, week, part)
        book_standing.stamp(connection, week, part)
        return changed

    return work


def _batches(marks: list[Marked], size: int) -> Iterator[list[Marked]]:
    """At most `size` at a time, and no student twice in one: the second set of marks builds on the first."""
    part: dict[str, Marked] = {}
    for marked in marks:
        if len(part) == size or marked.student in part:
            yield list(part.values())
            part = {}
        part[marked.student] = marked
    if part:
        yield list(part.values())
