"""An error in the learner's code, told by their own line and in plain words."""

import builtins
import difflib
import linecache
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

from course_lib.exercises.blank import own_files
from course_lib.exercises.plain import type_name
from course_lib.exercises.remote import RemoteAnswer


def their_frame(error: BaseException, candidate: Any) -> tuple[FrameType, int] | None:
    """The deepest frame that belongs to the candidate's own cell or file, and its line number."""
    files = own_files(candidate)
    theirs = [
        (frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename in files
    ]
    return theirs[-1] if theirs else None


def their_line(error: BaseException, candidate: Any) -> str:
    """`line 3: scores = q @ k`, or "" when the error did not pass through their code."""
    if isinstance(candidate, RemoteAnswer):
        return candidate.line_of(error)
    found = their_frame(error, candidate)
    if found is None:
        return ""
    frame, line = found
    text = linecache.getline(frame.f_code.co_filename, line).strip()
    return f"line {line}: {text}" if text else f"line {line}"


def explain_error(error: BaseException, candidate: Callable[..., Any], said: str) -> str:
    """What went wrong in one or two sentences. `said` is the error's message, already read safely."""
    kind = type(error).__name__
    said = said.strip()
    found = their_frame(error, candidate)
    if isinstance(error, RecursionError):
        return "Your function calls itself again and again until Python gives up (RecursionError)."
    if isinstance(error, SystemExit):
        return "Your function leaves Python (exit or sys.exit). A function gives its result with `return`."
    if isinstance(error, MemoryError) or "allocate memory" in said:
        return "Your function asks for more memory than a check gives it (2 GB). Which tensor is so large?"
    advice = ""
    if isinstance(error, NameError) and found is not None:
        advice = unknown_name(getattr(error, "name", None) or "", found[0])
    if isinstance(error, TypeError) and "not callable" in said and found is not None:
        advice = hidden_builtin(found[0])
    if isinstance(error, TypeError) and "NoneType" in said:
        advice = "Something in that line is None: a function without `return`, or an input that may be left out."
    shown = said if len(said) <= 300 else said[:297] + "..."
    return f"Your function stops with {kind}: {shown or 'no message'}.".replace("..", ".") + (
        f" {advice}" if advice else ""
    )


def unknown_name(name: str, frame: FrameType) -> str:
    """The name that was probably meant."""
    there = [*frame.f_locals, *frame.f_globals, *vars(builtins)]
    near = difflib.get_close_matches(name, there, n=1, cutoff=0.75)
    if near and near[0] != name:
        return f"Did you mean `{near[0]}`?"
    return "Has the cell that defines it been run?"


def hidden_builtin(frame: FrameType) -> str:
    """Is one of Python's own functions covered by a variable of the notebook?"""
    for name in frame.f_code.co_names:
        value = frame.f_globals.get(name)
        if callable(getattr(builtins, name, None)) and name in frame.f_globals and not callable(value):
            return (
                f"`{name}` is a function of Python's own, but this notebook has a variable called `{name}` "
                f"({type_name(value)}) that covers it. `del {name}` brings the function back."
            )
    return ""


def explain_stop(reason: str, seconds: float) -> str:
    """Why a check was broken off."""
    if reason == "time":
        return f"Stopped after {seconds:g} seconds. Is there a loop that never ends, or work that grows too fast?"
    if reason == "output":
        return "Stopped, because your function prints without end. Print less, or print outside the function."
    return "Stopped by KeyboardInterrupt: the stop button, or your own code, asked for it."
