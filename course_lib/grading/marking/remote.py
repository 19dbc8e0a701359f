"""A submission's functions as the marker sees them: each call goes into the sandbox, and plain values come back."""

import inspect
import time
from collections.abc import Callable
from typing import Any

from course_lib.exercises.runner.remote import RemoteAnswer, Stands
from course_lib.exercises.runner.safe_call import Guard, Outcome
from course_lib.exercises.runner.surroundings import OUTPUT_LIMIT
from course_lib.grading.marking.failures import told
from course_lib.grading.marking.session import Lost, Session


class Answer(RemoteAnswer):
    """What a notebook calls by one name: usually a function that answers a question."""

    def __init__(self, session: Session, name: str, forbidden: list[str]) -> None:
        """Look at it. Raises Lost."""
        facts = session.look(name, forbidden)
        self.session = session
        self.is_there = facts.get("there") is True
        self.is_callable = facts.get("callable") is True
        self.is_class = facts.get("class") is True
        self.is_blank = facts.get("blank") is True
        if (signature := as_signature(facts.get("takes"))) is not None:
            self.__signature__ = signature

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.session.call(args, options)

    def line_of(self, error: BaseException) -> str:
        """The line of the student's own cell, from the notebook as it was handed in."""
        cell, line = told(error).at
        code = self.session.code[cell - 1 : cell] if cell > 0 else []
        rows = code[0][0].split("\n")[line - 1 : line] if code and line > 0 else []
        return f"line {line}: {rows[0].strip()[:300]}" if rows else ""

    def stands(self, error: BaseException) -> Stands:
        """What the sandbox says of it."""
        return told(error).stands


class RemoteGuard(Guard):
    """The same allowance as in a notebook, kept by the clock on this side and the walls on the other."""

    def __init__(self, session: Session, seconds: float) -> None:
        super().__init__(seconds)
        self.session = session
        session.output, session.over, session.forbidden = OUTPUT_LIMIT, False, ""

    def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Outcome:
        """Call a function of ours that calls the answer."""
        session, began = self.session, time.monotonic()
        session.allow(self.left)
        session.printed = ""
        value: Any = None
        error: BaseException | None = None
        try:
            value = function(*args, **options)
        except Lost as lost:
            error = lost
        except (Exception, SystemExit) as caught:  # noqa: BLE001 (laws and answers may raise anything; it is the outcome)
            error = caught
        self.left -= (time.monotonic() - began) / session.stretch
        stopped = None
        if session.over or told(error).kind == "output":
            stopped = "output"
        elif isinstance(error, Lost) or self.left <= 0 or told(error).kind == "time":
            stopped = error.why if isinstance(error, Lost) and error.why != "time" else "time"
        return Outcome(value, error, stopped, session.forbidden or None, session.printed)

    def text_of(self, thing: Any) -> str:
        """Errors that come from the sandbox carry plain text."""
        return str(thing)[:500]


def as_signature(takes: Any) -> inspect.Signature | None:
    """The parameters a submission claims for its function; None for nonsense."""
    if type(takes) is not list or len(takes) > 50:
        return None
    try:
        found = [
            inspect.Parameter(name, inspect._ParameterKind(kind), default=None if default is True else inspect._empty)
            for name, kind, default in takes
        ]
        return inspect.Signature(found)
    except (TypeError, ValueError):
        return None
