"""What a notebook's own calls mean while it is marked: `check` hands back what it gets, and nothing is told."""

import importlib
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import torch

from course_lib.exercises.runner import forbidden_calls
from course_lib.grading.inside import absent

OWN = "the library's own answer"
called: list[str] = []  # what may not be called and was, since someone last looked
gone: set[str] = set()  # what was taken away already, perhaps by the warm parent


def check(id: Any, candidate: Any = None, seed: Any = 0) -> Any:
    """Hand back the answer as it is."""
    return id if callable(id) and isinstance(candidate, str) else candidate


def nothing(*args: Any, **options: Any) -> None:
    """Say nothing, in place of points, hint, solution, quiz, progress and start."""


def points(id: Any = None, candidate: Any = None) -> float:
    """Marks are given elsewhere."""
    return 0.0


def stand_in() -> None:
    """Put them where notebooks import them from, for good: this process marks and does nothing else."""
    names: dict[str, Callable[..., Any]] = {
        "check": check,
        "points": points,
        **dict.fromkeys(("hint", "solution", "quiz", "progress", "start"), nothing),
    }
    for name in ("course_lib", "course_lib.exercises"):
        vars(importlib.import_module(name)).update(names)
    for name in ("set_num_threads", "set_num_interop_threads"):  # there are no threads here, and OpenMP dies of it
        setattr(torch, name, nothing)
    face = types.ModuleType("IPython")
    vars(face).update(get_ipython=nothing, display=nothing)
    shown = types.ModuleType("IPython.display")
    shown.__getattr__ = lambda name: nothing  # type: ignore[method-assign]
    sys.modules |= {"IPython": face, "IPython.display": shown}


def take_away(references: Iterable[str]) -> None:
    """Empty the library's own answers: whoever calls one is noticed, and there is nothing to call, read or copy.

    references: `course_lib.layers.masks:banded`; `scipy.*` for a whole library
    """
    references = [each for each in references if each not in gone]
    gone.update(references)
    libraries = [each.removesuffix(".*") for each in references if each.endswith(".*")]
    if libraries:
        absent.take_out(libraries, refuse)
    for where in [each for each in references if not each.endswith(".*")]:
        module, _, name = where.partition(":")
        thing: Any = importlib.import_module(module)
        for word in name.split("."):
            thing = getattr(thing, word)
        for function in [thing] if isinstance(thing, types.FunctionType) else own_functions(thing):
            empty(function)


def own_functions(kind: Any) -> list[types.FunctionType]:
    """The methods a class defines."""
    return [each for each in vars(kind).values() if isinstance(each, types.FunctionType)]


def empty(function: types.FunctionType) -> None:
    """Leave a name and take its work. Raises ValueError for a function with a closure, whose code cannot be changed."""
    if function.__closure__:
        raise ValueError(f"{function.__qualname__} is made by another function; an exercise's reference is a plain one")
    function.__globals__["_taken_away"] = refuse
    function.__code__ = taken.__code__.replace(co_name=function.__name__)
    function.__defaults__ = function.__kwdefaults__ = None


def taken(*args: Any, **options: Any) -> Any:
    """The body of every function that was emptied; its name is looked up in that function's own module."""
    return _taken_away()  # type: ignore[name-defined]  # noqa: F821


def refuse(name: str = OWN) -> NoReturn:
    """Remember the call, and end it."""
    called.append(name)
    raise forbidden_calls.ForbiddenCall(name)
