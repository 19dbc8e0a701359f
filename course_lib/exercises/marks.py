"""`points`: the value of a grade cell in a homework. Same laws as in the lecture, other inputs, credit law by law."""

import os
from typing import Any

from course_lib.exercises.face import page_of
from course_lib.exercises.judging import judge_exercise
from course_lib.exercises.page import show
from course_lib.exercises.registry import find

FIRST_SEED = 1009  # not the one `check` uses; a course that grades sets its own
ROUNDS = 2


def first_seed() -> int:
    """COURSE_GRADING_SEED, or the one built in."""
    return int(os.environ.get("COURSE_GRADING_SEED", FIRST_SEED))


def points(id: str, candidate: Any) -> float:
    """Judge an answer with fresh inputs, show the feedback, and give its points.

    -> between 0 and the exercise's points, rounded to two places; 0.0 for what is blank, borrowed, broken or too slow
    Never raises for a wrong answer and writes nothing to stderr. Raises CourseError for an id that does not exist.
    """
    exercise = find(id)
    if candidate is exercise.reference:
        print(f"0 of {exercise.points:g} points: this is the library's own version, not an answer.")
        return 0.0
    verdict = judge_exercise(exercise, candidate, first_seed())
    for more in range(1, ROUNDS):
        other = judge_exercise(exercise, candidate, first_seed() + more) if verdict.right else verdict
        verdict = min(verdict, other, key=lambda each: each.score)
    earned = round(exercise.points * verdict.score, 2)
    kept = f" Laws kept: {'; '.join(verdict.kept)}." if verdict.kept and not verdict.right else ""
    show(page_of(exercise, verdict, f"{earned:g} of {exercise.points:g} points.{kept}"))
    return earned
