"""Declare a prediction, and find it again: its id, what is guessed, and what a guess may be."""

import re
from dataclasses import dataclass

from course_lib.errors import CourseError
from course_lib.exercises.engine import registry
from course_lib.exercises.predictions.kinds import Kind

ID = re.compile(r"w\d\d\.\d+[a-z]?")


@dataclass(frozen=True)
class Prediction:
    """One prediction: `w07.6` stands in section 7.6, `about` says what is guessed; the lecture asks the question."""

    id: str
    about: str
    kind: Kind


_known: dict[str, Prediction] = {}


def prediction(id: str, about: str, kind: Kind) -> Prediction:
    """Register a prediction. Raises CourseError for an id that does not name a section, or one that is taken."""
    made = Prediction(id, about, kind)
    if not ID.fullmatch(id):
        raise CourseError(f"a prediction is called by its section, such as w07.6 or w07.6b, not {id!r}")
    if _known.get(id, made) != made:
        raise CourseError(f"prediction {id!r} is declared twice; give one of them another letter")
    _known[id] = made
    return made


def predictions(week: str = "") -> list[Prediction]:
    """All predictions, or those of one week, in the order of declaration."""
    registry.load_week(week)
    return [each for each in _known.values() if each.id.startswith(week)]


def find_prediction(id: str) -> Prediction:
    """Find the prediction of that id. Raises CourseError with the nearest ids when there is none."""
    if not isinstance(id, str):
        raise CourseError(f'a prediction is asked for by its id, for example predict("w07.6", 4); got {id!r}')
    if id not in _known and ID.fullmatch(id):
        registry.load_week(id[:3])
    if id not in _known:
        near = registry.nearest(id, [each.id for each in predictions()])
        raise CourseError(f"there is no prediction {id!r}; {near}")
    return _known[id]
