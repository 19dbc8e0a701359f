"""What a review may ask, as the installed course knows it: its name and its minutes."""

from collections.abc import Iterable

from course_lib.exercises.engine import registry
from course_lib.exercises.feedback import quiz
from course_lib.study.spaced_repetition import Standing

MINUTES_A_QUESTION = 1


def askable(found: Iterable[Standing]) -> list[Standing]:
    """Those that the course still asks, in its weeks; start_here (w00) is only there to try things out."""
    known = {each.id for each in registry.exercises()} | {each.id for each in quiz.questions()}
    return [each for each in found if each.item in known and not each.item.startswith("w00")]


def is_question(item: str) -> bool:
    """A quiz question, or else an exercise."""
    return any(each.id == item for each in quiz.questions(item[:3]))


def title_of(item: str) -> str:
    """What a person calls it: an exercise's title, or the question itself."""
    return f"Question: {quiz.find_question(item).text}" if is_question(item) else registry.find(item).title


def minutes_of(item: str) -> int:
    """What it may take, by the exercise's own estimate."""
    return MINUTES_A_QUESTION if is_question(item) else registry.find(item).minutes
