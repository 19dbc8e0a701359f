"""What a submission is worth in the end: marked points, points given by hand, and the late policy, as one sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from course_lib.errors import CourseError
from course_lib.grading.records import Marked, QuestionMark, WrittenQuestion

Question = QuestionMark | WrittenQuestion
Hand = Mapping[str, tuple[float | None, str]]
"""By a grade cell's id: points given by a person (None: not marked yet) and a comment."""


@dataclass(frozen=True)
class Total:
    """A sum and how it came about."""

    earned: float  # before the late policy
    out_of: float
    keeps: float  # the share that the late policy leaves
    final: float
    waiting: int  # written answers that nobody has marked yet; they count 0 so far


def total(marked: Marked, hand: Hand | None = None) -> Total:
    """Add up one submission. Points given by hand replace those of a question that is marked automatically.

    Sums are decimal and round half up, as people do: 12.5 x 90% is 11.25, and 0.125 is 0.13.
    Raises CourseError for points given to a question that this submission does not have.
    """
    hand = hand or {}
    questions = questions_of(marked)
    known = {each.grade_id for each in questions}
    if lost := [name for name, (points, comment) in hand.items() if name not in known and (points or comment)]:
        raise CourseError(
            f"{marked.student}, {marked.week}: marks by hand for {', '.join(sorted(lost))}, "
            f"but the submission was marked with {', '.join(sorted(known)) or 'no questions'}"
        )
    earned = sum((Decimal(str(points_of(each, hand) or 0)) for each in questions), Decimal(0))
    final = earned * Decimal(str(marked.keeps))
    waiting = sum(each.answered and points_of(each, hand) is None for each in marked.written)
    return Total(_two_places(earned), sum(each.out_of for each in questions), marked.keeps, _two_places(final), waiting)


def questions_of(marked: Marked) -> list[Question]:
    """All questions of a submission, those that a person marks at the end."""
    return [*marked.questions, *marked.written]


def points_of(question: Question, hand: Hand) -> float | None:
    """The points of one question; None for a written one that nobody has marked."""
    given, _ = hand.get(question.grade_id, (None, ""))
    if given is not None:
        return given
    return question.points if isinstance(question, QuestionMark) else None


def number(value: float) -> str:
    """A number of points: at most two places, no zeros behind."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _two_places(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
