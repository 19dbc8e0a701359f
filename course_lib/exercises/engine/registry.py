"""The list of exercises: how one is declared, and how it is found by its id.

Week modules (`w07.py`, `w07_more.py`) are loaded when an exercise of that week is first asked for.
"""

import difflib
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

from course_lib.errors import CourseError
from course_lib.exercises.engine.exercise import Exercise

__all__ = ["Exercise", "catalogue", "exercise", "exercises", "find", "following", "load_week", "nearest"]

ID = re.compile(r"(w\d\d)\.[a-z][a-z0-9_]*")


_known: dict[str, Exercise] = {}


def exercise(
    id: str,
    *,
    title: str,
    points: float,
    minutes: int,
    difficulty: int,
    importance: int,
    notebook: str = "lecture",
    section: str = "",
    function: str = "",
    forbid: list[str] | tuple[str, ...] = (),
    seconds: float | None = None,
    trials: int = 2,
    open_book: bool = False,
) -> Callable[[type], Exercise]:
    """Turn a class into an Exercise and remember it under its id.

    function: what the notebook calls the answer, where that is not the end of the id.
    The class holds `reference`, `inputs(self, draw)`, `laws`, `mistakes`, `hints`; where needed also `returns`,
    `gates`, `use(self, candidate, **inputs)` and `answer`.
    Raises CourseError when something is missing or the id is taken.
    """
    from course_lib.exercises.engine.gates import GATES

    def declare(cls: type) -> Exercise:
        if not ID.fullmatch(id):
            raise CourseError(f"exercise id {id!r}: it should look like 'w07.attend'")
        for needed in ("reference", "inputs", "laws"):
            if needed not in vars(cls):
                raise CourseError(f"exercise {id}: its class {cls.__name__} lacks `{needed}`")
        own: dict[str, Any] = {
            name: value.__func__ if isinstance(value, staticmethod) else value for name, value in vars(cls).items()
        }
        gates = list(own.get("gates", GATES))
        laws = [*gates, *(law for law in own["laws"] if law.name not in {gate.name for gate in gates})]
        this = cls()
        made = Exercise(
            id=id,
            title=title,
            about=cls.__doc__ or "",
            notebook=notebook,
            section=section,
            function=function or id.split(".")[1],
            points=points,
            minutes=minutes,
            difficulty=difficulty,
            importance=importance,
            reference=own["reference"],
            inputs=this.inputs,
            laws=tuple(laws),
            mistakes=dict(own.get("mistakes", {})),
            hints=tuple(own.get("hints", ())),
            forbid=tuple(forbid),
            returns=tuple(own.get("returns", ())),
            seconds=seconds,
            trials=trials,
            open_book=open_book,
            use=getattr(this, "use", None),
            answer=own.get("answer"),
        )
        old = _known.get(id)
        if old is not None and old.inputs.__qualname__ != made.inputs.__qualname__:
            raise CourseError(f"exercise id {id!r} is declared twice; give one of them another name")
        _known[id] = made
        return made

    return declare


def week_modules() -> list[str]:
    """Names of the week modules in this package, in order."""
    package = importlib.import_module("course_lib.exercises")
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if re.match(r"w\d\d", found.name))


def load_week(week: str) -> None:
    """Import every module of one week; "" loads them all. Questions register the same way."""
    for name in week_modules():
        if name.startswith(week):
            importlib.import_module(f"course_lib.exercises.{name}")


def find(id: str) -> Exercise:
    """The exercise of that id. Raises CourseError with the nearest ids when there is none."""
    if not isinstance(id, str):
        raise CourseError(f'an exercise is asked for by its id, for example check("w07.attend", attend); got {id!r}')
    if id not in _known and ID.fullmatch(id):
        load_week(id[:3])
    if id in _known:
        return _known[id]
    raise CourseError(f"there is no exercise {id!r}; {nearest(id, [each.id for each in exercises()])}")


def nearest(id: str, ids: list[str]) -> str:
    """A sentence that names the ids most like the one asked for."""
    near = difflib.get_close_matches(id, ids, n=3, cutoff=0.4) or [each for each in ids if each[:3] == id[:3]] or ids
    return f"did you mean {' or '.join(near[:5])}?" if near else "none is registered yet"


def exercises(week: str = "") -> list[Exercise]:
    """Every exercise in the order of declaration, week by week; of one week when it is named."""
    load_week(week)
    return sorted((each for each in _known.values() if each.id.startswith(week)), key=lambda each: each.week)


def catalogue() -> list[dict[str, Any]]:
    """What `course exercises --json` prints."""
    return [each.facts() for each in exercises()]


def following(this: Exercise) -> Iterator[Exercise]:
    """The exercises after this one in the same notebook."""
    same = [each for each in exercises(this.week) if each.notebook == this.notebook]
    yield from same[[each.id for each in same].index(this.id) + 1 :]
