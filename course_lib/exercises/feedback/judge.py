"""`judge`: the engine's verdict with its message, for programs and tests; `check` shows the same to a learner."""

from dataclasses import replace
from typing import Any

from course_lib.exercises.engine.exercise import Exercise
from course_lib.exercises.engine.judge import judge_exercise
from course_lib.exercises.engine.registry import find
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback.text import message


def judge(id: str, candidate: Any, seed: int = 0) -> Verdict:
    """Judge an answer to the exercise of that id, without printing and without a trace.

    seed chooses the inputs; a right answer is right and a wrong one wrong for every seed
    -> a Verdict: right, wrong, not attempted or stopped, with the whole feedback as its message
    Raises CourseError for an id that does not exist.
    """
    exercise = find(id)
    return with_message(exercise, judge_exercise(exercise, candidate, seed))


def with_message(exercise: Exercise, verdict: Verdict) -> Verdict:
    """Add the message: everything a learner reads about this verdict, as plain text."""
    return replace(verdict, message=message(exercise, verdict))
