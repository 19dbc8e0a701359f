"""Known mistakes: small wrong answers, recognised by what they do and not by how they are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.exercises.engine.compare import same


@dataclass(frozen=True)
class Mistake:
    """A wrong answer people really give, and what to tell them. It may itself raise an error."""

    function: Callable[..., Any]
    nudge: str
    cause: str = ""  # one sentence, where the mistake's name does not say it all


def mistake(function: Callable[..., Any], nudge: str, cause: str = "") -> Mistake:
    """Declare a known mistake: the wrong function, and a nudge that does not give the answer away."""
    return Mistake(function, nudge, cause)


@dataclass(frozen=True)
class Behaviour:
    """What a function did in one trial."""

    result: Any  # plain
    error: type[BaseException] | None = None
    touched: bool = False  # did it modify its inputs?


def alike(one: Behaviour, other: Behaviour) -> bool:
    """Same error, or the same numbers; and the same treatment of the inputs."""
    if one.error is not None or other.error is not None:
        return one.error is other.error
    return one.touched == other.touched and same(one.result, other.result)


def recognise(
    did: Sequence[Behaviour],
    should: Sequence[Behaviour],
    behave: Callable[[Callable[..., Any]], Sequence[Behaviour]],
    known: dict[str, Mistake],
) -> str | None:
    """The first known mistake that does the same in every trial and is wrong in at least one; None if there is none."""
    for name, each in known.items():
        wrongs = behave(each.function)
        if all(alike(a, b) for a, b in zip(did, wrongs, strict=True)) and not all(
            alike(a, b) for a, b in zip(wrongs, should, strict=True)
        ):
            return name
    return None
