"""The line of an answer where its error happened, as inputs show it that everybody may know.

Which line stops can depend on the inputs, so the line of a call with hidden inputs would tell what they were. Therefore
the line that students see comes from another process, which never met a hidden input, and from the inputs of `check`.
"""

from collections.abc import Sequence
from dataclasses import replace

from course_lib.exercises.engine.judge import Make, judge_exercise
from course_lib.grading.marking.assignment import Question
from course_lib.grading.marking.remote import Answer, RemoteGuard
from course_lib.grading.marking.session import Lost, Session
from course_lib.grading.records import QuestionMark

PUBLIC = 0  # the seed of `check` in a notebook
SECONDS = 0.5  # enough to find the line of an endless loop


def with_public_lines(
    marks: Sequence[QuestionMark], questions: Sequence[Question], session: Session, make: Make
) -> list[QuestionMark]:
    """The same marks with lines from this session, in which the cells have just been run and nothing else."""
    return [
        replace(mark, line=public_line(question, session, make)) if mark.line else mark
        for mark, question in zip(marks, questions, strict=True)
    ]


def public_line(question: Question, session: Session, make: Make) -> str:
    """Where the answer stops with inputs that may be known; "" when it does not stop with them."""
    try:
        answer = Answer(session, question.name, list(question.exercise.forbid))
    except Lost:
        return ""
    if not answer.is_callable:
        return ""
    return judge_exercise(question.exercise, answer, PUBLIC, guard=RemoteGuard(session, SECONDS), make=make).line
