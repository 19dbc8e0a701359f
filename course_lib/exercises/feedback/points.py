"""`points`: the value of a grade cell in a homework. Same laws as in the lecture, other inputs, credit law by law."""

import os
from collections.abc import Callable
from typing import Any

from course_lib.exercises.engine.judge import judge_exercise
from course_lib.exercises.engine.registry import Exercise, find
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback.check import page_of
from course_lib.exercises.feedback.display import show

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
    verdict = worst(lambda seed: judge_exercise(exercise, candidate, seed), first_seed())
    earned = earned_by(exercise, verdict)
    kept = f" Laws kept: {'; '.join(verdict.kept)}." if verdict.kept and not verdict.right else ""
    show(page_of(exercise, verdict, f"{earned:g} of {exercise.points:g} points.{kept}"))
    return earned


def worst(judge: Callable[[int], Verdict], seed: int) -> Verdict:
    """Judge with several seeds, as long as everything is right -> the least favourable verdict."""
    verdict = judge(seed)
    for more in range(1, ROUNDS):
        if verdict.right:
            verdict = judge(seed + more)
    return verdict


def earned_by(exercise: Exercise, verdict: Verdict) -> float:
    """What a verdict is worth in points, rounded to two places."""
    return round(exercise.points * verdict.score, 2)
