"""Errors of a submission, raised again on the marker's side as what Python knows them by."""

import builtins
from typing import Any, NamedTuple

import torch

from course_lib.exercises.runner.remote import Stands

TORCH = {"OutOfMemoryError": torch.OutOfMemoryError, "LinAlgError": torch.linalg.LinAlgError}  # type: ignore[attr-defined]


class Told(NamedTuple):
    """What a sandbox says of an error besides its type and message."""

    kind: str = ""
    at: tuple[int, int] = (0, 0)  # cell and line, counted from 1
    stands: Stands = ""


def raised(said: dict[str, Any]) -> BaseException:
    """The error of a reply. A reply is not to be trusted: what Python does not know is a RuntimeError."""
    name = said["fails"] if type(said["fails"]) is str else ""
    known = TORCH.get(name, getattr(builtins, name, None) if name.isidentifier() else None)
    words = said["says"][:1000] if type(said.get("says")) is str else ""
    error: BaseException = RuntimeError(words)
    if isinstance(known, type) and issubclass(known, (Exception, SystemExit)):
        try:
            error = known(words)
        except TypeError:  # it wants more than words, like UnicodeDecodeError
            error = RuntimeError(words)
    at, stands = said.get("at"), said.get("stands")
    vars(error)["told"] = Told(
        name[:40],
        (at[0], at[1]) if type(at) is list and [type(each) for each in at] == [int, int] else (0, 0),
        "blank" if stands == "blank" else "leftover" if stands == "leftover" else "",
    )
    return error


def told(error: BaseException | None) -> Told:
    """What is known of an error; nothing for one that did not come from a sandbox."""
    found = vars(error).get("told") if error is not None else None
    return found if isinstance(found, Told) else Told()
