"""A guess on its way into the progress file and out of it: checked, written down, and read again."""

from typing import Any

from course_lib.errors import CourseError
from course_lib.exercises.predictions.declare import Prediction
from course_lib.exercises.predictions.kinds import Value
from course_lib.exercises.tracking import store


def keep(this: Prediction, guess: Any) -> Value:
    """Check a guess and write it down. Raises CourseError that names it when it cannot be one."""
    value = reading(this, guess, "your guess")
    store.record_prediction(this.id, "guess", value)
    return value


def reading(this: Prediction, value: Any, what: str) -> Value:
    """The value in plain form. Raises CourseError that says which value of which prediction is wrong, and why."""
    try:
        return this.kind.read(value)
    except CourseError as error:
        raise CourseError(f"{this.id}, {what}: {error}") from error


def said_again(this: Prediction, value: Any) -> Value | None:
    """A stored value, if it still fits: a prediction may be declared otherwise in a later version of the course."""
    try:
        return None if value is None else this.kind.read(value)
    except CourseError:
        return None
