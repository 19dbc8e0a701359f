"""What students of a demo class write for each question: right answers, known mistakes, blanks, broken cells."""

import json
from dataclasses import dataclass
from pathlib import Path

from course_lib.authoring.places import checkout
from course_lib.errors import CourseError
from course_lib.grading.demo.source import standalone
from course_lib.grading.marking.assignment import Assignment, Question, load_assignment
from course_lib.grading.untrusted_notebook import read_notebook

WRITTEN = "I looked at two of them, and what I saw surprised me: neither does what I first thought."


@dataclass(frozen=True)
class Expected:
    """What one answer must get. `points` is None where a known mistake keeps some laws: its verdict says how many."""

    status: str
    points: float | None
    mistake: str = ""


@dataclass(frozen=True)
class Answer:
    """The text of an answer's cell, and what it must get. The text is None where the cell was deleted."""

    text: str | None
    expected: Expected


class Answers:
    """The answers to one week's homework."""

    def __init__(self, week: str, root: Path | None = None) -> None:
        """Raises CourseError outside a source checkout, where there are no solutions."""
        self.assignment: Assignment = load_assignment(week)
        path = self.assignment.path
        self.released = json.loads(path.read_bytes())
        solved = read_notebook((checkout(root) / "solutions" / path.parent.name / path.name).read_bytes())
        self.solved = {cell.grade_id: cell.source for cell in solved if cell.grade_id}
        self.known: dict[str, list[Answer]] = {}
        self.left_out: list[str] = []  # known mistakes that cannot be written out
        for question in self.assignment.questions:
            self.known[question.name] = list(self._mistakes(question))

    def _mistakes(self, question: Question) -> list[Answer]:
        made = []
        for name, known in question.exercise.mistakes.items():
            try:
                made.append(Answer(standalone(known.function, question.name), Expected("wrong", None, name)))
            except CourseError:
                self.left_out.append(f"{question.exercise.id}: {name}")
        return made

    @property
    def names(self) -> list[str]:
        """What the answers are called, in order."""
        return [each.name for each in self.assignment.questions]

    def question(self, name: str) -> Question:
        """The question that asks for this name."""
        return next(each for each in self.assignment.questions if each.name == name)

    def cell_of(self, name: str) -> str:
        """The id of the cell that an answer stands in: `w07-1-answer` beside `w07-1-points`."""
        return self.question(name).grade_id.replace("points", "answer")

    def right(self, name: str) -> Answer:
        """The course's own solution."""
        return Answer(self.solved[self.cell_of(name)], Expected("right", self.question(name).exercise.points))

    def blank(self, name: str) -> Answer:
        """The cell as it was handed out."""
        given = next(cell for cell in self.released["cells"] if _id_of(cell) == self.cell_of(name))
        return Answer("".join(given["source"]), Expected("not attempted", 0.0))

    def mistake(self, name: str, number: int) -> Answer:
        """A known mistake; the numbers go round. A question without any is left blank."""
        known = self.known[name]
        return known[number % len(known)] if known else self.blank(name)

    def unreadable(self, name: str) -> Answer:
        """A bracket was never closed."""
        text = self.right(name).text or ""
        return Answer(text.rstrip() + "\n    print((1, 2\n", Expected("not attempted", 0.0))

    def crashing(self, name: str) -> Answer:
        """It stops half way, with an error that none of our mistakes makes."""
        text = f"def {name}(*args, **options):\n    half = list(args)\n    raise UnicodeError('half done', half)\n"
        return Answer(text, Expected("wrong", 0.0))

    def deleted(self, name: str) -> Answer:
        """The cell is gone."""
        return Answer(None, Expected("not attempted", 0.0))


def _id_of(cell: dict[str, object]) -> str:
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return str(mark.get("grade_id", "")) if isinstance(mark, dict) else ""
