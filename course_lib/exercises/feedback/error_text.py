"""An error in the learner's code, told by their own line and in plain words."""

import builtins
import difflib
import linecache
import re
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

from torch import Tensor

from course_lib.exercises.engine.value_text import shape
from course_lib.exercises.runner.blank import own_files
from course_lib.exercises.runner.plain_values import type_name
from course_lib.exercises.runner.remote import RemoteAnswer

ABOUT_SHAPES = (
    "must match",
    "cannot be multiplied",
    "size mismatch",
    "broadcast",
    "is invalid for input",
    "Expected size",
)


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
    advice = advise(error, said, found)
    shown = said if len(said) <= 300 else said[:297] + "..."
    return f"Your function stops with {kind}: {shown or 'no message'}.".replace("..", ".") + (
        f" {advice}" if advice else ""
    )


def advise(error: BaseException, said: str, found: tuple[FrameType, int] | None) -> str:
    """A sentence that helps with an error newcomers often meet; "" for the others."""
    if isinstance(error, TypeError) and "NoneType" in said:
        return "Something in that line is None: a function without `return`, or an input that may be left out."
    if "bitwise_xor" in said or ("for ^" in said and isinstance(error, TypeError)):
        return "`^` is no power in Python: `x ** 2` is the square of x."
    if "Boolean value of Tensor" in said:
        return (
            "Python wants one yes or no there and finds many numbers. `if mask is not None:` asks whether there is a "
            "tensor at all; `torch.where` chooses number by number."
        )
    if found is None:
        return ""
    if isinstance(error, NameError):
        return unknown_name(getattr(error, "name", None) or "", found[0])
    if isinstance(error, TypeError) and "not callable" in said:
        return hidden_builtin(found[0])
    if isinstance(error, (RuntimeError, IndexError)) and any(words in said for words in ABOUT_SHAPES):
        return shapes_in(*found)
    return ""


def shapes_in(frame: FrameType, line: int) -> str:
    """The shapes of the tensors that a line names: `There q is (2, 5, 3) and k is (2, 7, 3).`"""
    text = linecache.getline(frame.f_code.co_filename, line)
    names = dict.fromkeys(re.findall(r"[^\W\d]\w*", text))
    known = [(name, frame.f_locals.get(name)) for name in names]
    said = [f"{name} is {shape(value)}" for name, value in known if type(value) is Tensor and value.dim()]
    return f"There {', '.join(said[:-1])}{' and ' * (len(said) > 1)}{said[-1]}." if said else ""


def unknown_name(name: str, frame: FrameType) -> str:
    """The name that was probably meant."""
    there = [*frame.f_locals, *frame.f_globals, *vars(builtins)]
    other_case = [each for each in there if each.lower() == name.lower()]
    near = other_case or difflib.get_close_matches(name, there, n=1, cutoff=0.75)
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
