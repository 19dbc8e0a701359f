"""Has the learner begun? A function that is still as the notebook gave it is not wrong, only not attempted."""

import ast
import dis
import inspect
import linecache
import re
import textwrap
from collections.abc import Callable
from tokenize import TokenError
from types import CodeType, TracebackType
from typing import Any

from course_lib.exercises.runner.remote import RemoteAnswer

IDLE = {  # steps of bytecode that do nothing; only for a function whose text is not to be had
    "RESUME",
    "NOP",
    "CACHE",
    "COPY_FREE_VARS",
    "MAKE_CELL",
    "PUSH_NULL",
    "PRECALL",
    "CALL",
    "POP_TOP",
    "LOAD_CONST",
    "RETURN_VALUE",
    "RETURN_CONST",
    "LOAD_GLOBAL",
    "RAISE_VARARGS",
    "LOAD_COMMON_CONSTANT",
    "NOT_TAKEN",
}


def code_of(candidate: Any) -> CodeType | None:
    """The code of a function, method or callable object."""
    for thing in (candidate, getattr(candidate, "__func__", None), vars(type(candidate)).get("__call__")):
        if (code := getattr(thing, "__code__", None)) is not None:
            return code if isinstance(code, CodeType) else None
    return None


def is_blank(candidate: Callable[..., Any]) -> bool:
    """Is the body nothing but a docstring, `pass`, `...`, `return None` or `raise NotImplementedError`?"""
    if isinstance(candidate, RemoteAnswer):
        return candidate.is_blank
    code = code_of(candidate)
    if isinstance(candidate, type) or code is None or code.co_flags & inspect.CO_GENERATOR:
        return False
    body = body_of(code)
    return blank_bytecode(code) if body is None else all(says_nothing(each) for each in body)


def body_of(code: CodeType) -> list[ast.stmt] | None:
    """The statements of a function as they were written; None where its text is not to be had, or is another one's.

    The lines come from `linecache`, not from `inspect.getsource`: that asks every loaded module for its `__file__`, and
    the marker's sandbox holds modules that answer with anything.
    """
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    try:
        [made] = ast.parse(textwrap.dedent("".join(inspect.getblock(lines)))).body
    except (SyntaxError, ValueError, TokenError):  # no text, a lambda in the middle of a line, a stale line
        return None
    fits = isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef) and made.name == code.co_name
    return made.body if fits and isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef) else None


def says_nothing(statement: ast.stmt) -> bool:
    """A docstring, `...`, `pass`, `return`, `return None` or `raise NotImplementedError`."""
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Return):
        return statement.value is None or (isinstance(statement.value, ast.Constant) and statement.value.value is None)
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False


def blank_bytecode(code: CodeType) -> bool:
    """The same question to a function whose text is lost, such as one that `exec` made."""
    steps = list(dis.get_instructions(code))
    if any(step.opname not in IDLE for step in steps):
        return False
    if any(step.opname == "LOAD_GLOBAL" and step.argval != "NotImplementedError" for step in steps):
        return False
    if any(step.opname == "RAISE_VARARGS" for step in steps):
        return any(step.argval == "NotImplementedError" or "NotImplementedError" in step.argrepr for step in steps)
    returned = [
        step.argval
        for i, step in enumerate(steps)
        if step.opname == "RETURN_CONST"
        or (step.opname.startswith("LOAD_CONST") and i + 1 < len(steps) and steps[i + 1].opname == "RETURN_VALUE")
    ]
    return bool(returned) and all(value is None for value in returned)


def still_blank(error: BaseException | None, candidate: Callable[..., Any]) -> bool:
    """Did it stop at a `raise NotImplementedError` that the notebook left in the learner's own code?"""
    if isinstance(candidate, RemoteAnswer):
        return error is not None and candidate.stands(error) == "blank"
    if (last := raised_by_hand(error, candidate)) is None:
        return False
    return not leftover(last.tb_frame.f_code, last.tb_lineno)


def left_behind(error: BaseException | None, candidate: Callable[..., Any]) -> bool:
    """Is the learner's work done above, and only the notebook's `raise NotImplementedError()` was not deleted?"""
    if isinstance(candidate, RemoteAnswer):
        return error is not None and candidate.stands(error) == "leftover"
    last = raised_by_hand(error, candidate)
    return last is not None and leftover(last.tb_frame.f_code, last.tb_lineno)


def raised_by_hand(error: BaseException | None, candidate: Any) -> TracebackType | None:
    """Where a `raise NotImplementedError` in the learner's own code stopped it; None for torch's own, as of `x ^ 2`."""
    if type(error) is not NotImplementedError or error.__traceback__ is None:
        return None
    last = innermost(error.__traceback__)
    code = last.tb_frame.f_code
    steps = {step.offset: step.opname for step in dis.get_instructions(code)}
    ours = code.co_filename in own_files(candidate) and steps.get(last.tb_lasti) == "RAISE_VARARGS"
    return last if ours else None


def innermost(trace: TracebackType) -> TracebackType:
    """The last frame of a traceback: where the error was raised."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace


def own_files(candidate: Any) -> set[str]:
    """The files (cells) a candidate is written in."""
    if isinstance(candidate, RemoteAnswer):
        return set()
    if isinstance(candidate, type):
        return {code.co_filename for member in vars(candidate).values() if (code := code_of(member)) is not None}
    code = code_of(candidate)
    return {code.co_filename} if code else set()


def leftover(code: CodeType, line: int) -> bool:
    """Do other statements stand between `# YOUR CODE HERE` and the raise? Without the mark no one can tell."""
    before = [linecache.getline(code.co_filename, n).strip() for n in range(code.co_firstlineno, line)]
    marks = [n for n, text in enumerate(before) if re.match(r"#\s*YOUR CODE HERE", text, re.IGNORECASE)]
    if marks:
        return any(text and not text.startswith("#") for text in before[marks[-1] + 1 :])
    return False
