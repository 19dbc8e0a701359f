"""Mark one submission: its cells run in a sandbox, the laws are tested outside, and every question gets a reason."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from course_lib.errors import CourseError
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.trials import Trial, make_trial
from course_lib.grading.marking.ahead import Again
from course_lib.grading.marking.assignment import Assignment, Question
from course_lib.grading.marking.judge import Judge
from course_lib.grading.marking.notebook import Cell, read_notebook
from course_lib.grading.marking.pace import stretch
from course_lib.grading.marking.public_lines import with_public_lines
from course_lib.grading.marking.question_marks import mark_of, no_marks, unmarked
from course_lib.grading.marking.reasons import remarks_on
from course_lib.grading.marking.remote import Answer
from course_lib.grading.marking.session import Lost, Session
from course_lib.grading.protocol.connection import Line
from course_lib.grading.records import Marked, Provenance, QuestionMark, Submission

CELLS_SECONDS = 10.0  # for all cells of a submission together
QUICK = 0.5  # seconds: cells that take longer are not run a second time only because somebody was asked ahead


class Room(Protocol):
    """Where one submission lives: a job of a sandbox."""

    socket: Any

    def kill(self) -> object:
        """End it."""


class Memory:
    """Trials that were drawn before: the same for every submission, so the reference is asked once."""

    def __init__(self) -> None:
        self.trials: dict[tuple[str, int, int, bool], Trial] = {}

    def __call__(self, exercise: Exercise, seed: int, number: int, tiny: bool) -> Trial:
        """The trial of that number."""
        key = (exercise.id, seed, number, tiny)
        if key not in self.trials:
            self.trials[key] = make_trial(exercise, seed, number, tiny)
        return self.trials[key]


class Marker:
    """Marks submissions to one assignment, one after the other.

    room  opens a sandbox with a fresh process: room() -> Room
    """

    def __init__(self, assignment: Assignment, room: Callable[[], Room], provenance: Provenance) -> None:
        self.assignment, self.room, self.provenance = assignment, room, provenance
        self.trials = Memory()
        self.judge = Judge(provenance.seed, self.trials)

    def mark(self, student: str, sha256: str, data: bytes) -> Marked:
        """The marks of a submission. Never raises for what a submission does."""
        began = time.monotonic()
        try:
            cells = read_notebook(data)
        except CourseError as error:
            nothing = Submission(student, self.assignment.week, sha256=sha256, problem=str(error))
            return unmarked(self.assignment, nothing, self.provenance)
        questions, remarks = self.questions(cells)
        if any(each.line for each in questions):
            questions = self.without_hidden_lines(cells, questions)
        return Marked(
            student=student,
            week=self.assignment.week,
            sha256=sha256,
            questions=tuple(questions),
            written=self.assignment.written_in(cells),
            provenance=self.provenance,
            remarks=tuple(remarks),
            seconds=round(time.monotonic() - began, 3),
        )

    def without_hidden_lines(self, cells: list[Cell], marks: list[QuestionMark]) -> list[QuestionMark]:
        """The same with lines of code that tell nothing of the hidden inputs."""
        room = self.room()
        session = Session(Line(room.socket))
        try:
            session.run(self.assignment.to_run(cells), CELLS_SECONDS, self.assignment.withheld)
            return with_public_lines(marks, self.assignment.questions, session, self.trials)
        except Lost:
            return [replace(each, line="") for each in marks]
        finally:
            room.kill()

    def questions(self, cells: list[Cell]) -> tuple[list[QuestionMark], list[str]]:
        """Every question in turn. One that brings its sandbox down costs the next ones nothing: they get a new one.

        What was asked ahead in vain is asked one by one in a new one, too.
        """
        marks, remarks = list[QuestionMark](), list[str]()
        code = self.assignment.to_run(cells)
        left = list(self.assignment.questions)
        singly: Question | None = None
        while left:
            room = self.room()
            session, began = Session(Line(room.socket)), len(left)
            ran, start = False, time.monotonic()
            try:
                troubles = session.run(code, CELLS_SECONDS, self.assignment.withheld)
                ran = True
                remarks = remarks or list(remarks_on(troubles, code))
                ahead = time.monotonic() - start < QUICK * stretch()
                for mark in self.in_session(session, left, lambda question: ahead and question is not singly):  # noqa: B023
                    marks.append(mark)
                    left.pop(0)
            except Again:
                singly = left[0]
            except Lost as lost:  # cells that end Python cost everything; an answer that does so when looked at, itself
                gone = [] if len(left) < began else left[:1] if ran else left[:]
                marks += [no_marks(each, lost_words(lost, ran), "stopped") for each in gone]
                del left[: len(gone)]
            finally:
                room.kill()
        return marks, remarks

    def in_session(
        self, session: Session, questions: list[Question], may_ask_ahead: Callable[[Question], bool]
    ) -> Iterator[QuestionMark]:
        """Marks in order, up to and including the question that ends the session. Raises Again, Lost."""
        for question in list(questions):
            exercise = question.exercise
            answer = Answer(session, question.name, list(exercise.forbid))
            if not answer.is_there:
                yield no_marks(question, f"The notebook defines no `{question.name}`.", "not attempted")
                continue
            verdict = self.judge.verdict(exercise, session, answer, ahead=may_ask_ahead(question))
            yield mark_of(question, verdict, answer, session)
            if session.lost is not None:
                return


def lost_words(lost: Lost, ran: bool = False) -> str:
    """Why a sandbox was lost while the cells ran; or, when they had run, while an answer was looked at."""
    if ran:
        return {
            "time": "Stopped: it took too long to find out how the answer is called.",
            "crash": "Stopped: finding out how the answer is called brought Python down.",
        }.get(lost.why, "Stopped: the answer interfered with its marking.")
    return {
        "time": f"The cells did not come to an end within {CELLS_SECONDS:g} seconds.",
        "crash": "Running the cells brought Python down (out of memory, a crash, or an exit).",
    }.get(lost.why, "The notebook interfered with its marking.")
