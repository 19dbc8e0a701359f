"""Mark a class: what is known from before is taken over, the rest is marked, and all is written down as it comes.

Whatever interrupts this, what was marked stays marked: run it again, and it goes on from there.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from course_lib.errors import CourseError
from course_lib.grading.class_files import clear_leftovers
from course_lib.grading.classroom import Classroom
from course_lib.grading.gradebook.gradebook import Gradebook
from course_lib.grading.marking.assignment import Assignment, load_assignment
from course_lib.grading.marking.cache import Cache
from course_lib.grading.marking.provenance import key_of, provenance_of
from course_lib.grading.marking.question_marks import DOWN, placed, unmarked
from course_lib.grading.marking.worker import Job, Task
from course_lib.grading.records import Marked, Provenance, Submission

BATCH, KNOWN_BATCH = 50, 1000  # submissions that are entered into the book together
Run = Callable[[Job, list[Task]], Iterator[Marked]]


@dataclass(frozen=True)
class Graded:
    """What one run of the grader did."""

    week: str
    marks: tuple[Marked, ...]  # every student, in the order of the class
    new: int  # submissions that were marked in this run
    changed: int  # rows of the book that are different now
    seconds: float


def grade(
    classroom: Classroom,
    week: str,
    run: Run,
    book: str = "",
    trusted: bool = False,
    again: bool = False,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Graded:
    """Mark what a class handed in for a week, and enter it into the gradebook.

    run    who marks: `on_this_machine(workers)` or `on_a_cluster(address)` of course_lib.grading.marking.runs
    book   the gradebook's address; default: gradebook.db in the class folder
    again  mark afresh also what was marked before
    tell   told after each submission how many of how many are done
    Raises CourseError when there can be no sandbox or no book, or nothing was collected.
    """
    began = time.monotonic()
    with classroom.locked(f"marking {week}"):
        assignment, rows = load_assignment(week), classroom.submissions(week)
        job = Job(week, classroom.seed, trusted)
        provenance = provenance_of(assignment, job.seed, job.kind)
        clear_leftovers(classroom.week(week).results)
        with open_gradebook(classroom, assignment, book) as written, Cache(classroom.root / "marks.db") as cache:
            keys = {each.student: key_of(each.sha256, week, provenance) for each in rows if not each.problem}
            known = {} if again else cache.find(keys.values())
            tasks = list(tasks_of(classroom, rows, keys, known))
            clerk = Clerk(classroom, written, rows, keys, assignment, provenance)
            clerk.enter_all(known)
            for done, marked in enumerate(run(job, tasks) if tasks else (), 1):
                key = keys[marked.student]
                if marked.problem != DOWN:
                    cache.keep([(key, marked)])
                clerk.enter(key, marked)
                tell(done, len(tasks))
            clerk.finish()
    return Graded(week, tuple(clerk.in_order()), len(tasks), clerk.changed, time.monotonic() - began)


def open_gradebook(classroom: Classroom, assignment: Assignment, address: str) -> Gradebook:
    """The gradebook, with the class and the week's questions in it."""
    book = Gradebook(address or f"sqlite:///{classroom.root / 'gradebook.db'}")
    try:
        book.students(classroom.students())
        book.prepare(assignment.week, assignment.path)
    except BaseException:
        book.database.close()
        raise
    return book


def tasks_of(
    classroom: Classroom, rows: Iterable[Submission], keys: dict[str, str], known: dict[str, Marked]
) -> Iterator[Task]:
    """What is still to be marked; equal submissions once. Raises CourseError for a kept file that changed."""
    seen = set(known)
    for row in rows:
        if row.student in keys and keys[row.student] not in seen:
            seen.add(keys[row.student])
            yield Task(row.student, row.sha256, content(classroom, row))


def content(classroom: Classroom, row: Submission) -> bytes:
    """What was handed in, byte by byte."""
    import hashlib

    file = classroom.root / row.file
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(f"{row.student}'s submission cannot be read ({error}); collect it again") from error
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise CourseError(f"{file} is not what was collected any more; collect {row.student}'s submission again")
    return data


class Clerk:
    """Writes marks down as they come: a file a student, and the gradebook in batches."""

    def __init__(
        self,
        classroom: Classroom,
        book: Gradebook,
        rows: list[Submission],
        keys: dict[str, str],
        assignment: Assignment,
        provenance: Provenance,
    ) -> None:
        self.classroom, self.book, self.rows = classroom, book, rows
        self.changed = 0
        self.marks = {each.student: unmarked(assignment, each, provenance) for each in rows if each.problem}
        self.by_key: dict[str, list[Submission]] = {}
        for each in rows:
            if each.student in keys:
                self.by_key.setdefault(keys[each.student], []).append(each)
        self.waiting = list(self.marks.values())

    def enter_all(self, known: dict[str, Marked]) -> None:
        """Marks from before: mostly they are in the book already, so they go there in large batches."""
        for key, marked in known.items():
            self.place(key, marked)
        self.finish(KNOWN_BATCH)

    def enter(self, key: str, marked: Marked) -> None:
        """New marks of a submission."""
        self.place(key, marked)
        if len(self.waiting) >= BATCH:
            self.finish()

    def place(self, key: str, marked: Marked) -> None:
        """The marks of a submission are those of everyone who handed in the same."""
        for row in self.by_key[key]:
            self.marks[row.student] = placed(marked, row)
            self.waiting.append(self.marks[row.student])

    def finish(self, batch: int = BATCH) -> None:
        """Write down what waits."""
        for each in self.waiting:
            self.classroom.keep(each)
        self.changed += self.book.record(self.waiting, batch)
        self.waiting = []

    def in_order(self) -> list[Marked]:
        """Every student's marks, in the order of the class."""
        return [self.marks[each.student] for each in self.rows]
