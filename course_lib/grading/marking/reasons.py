"""Reasons for marks, in words of ours alone: nothing a submission printed or said can carry hidden inputs outside."""

import builtins
from collections.abc import Iterator
from typing import Any

from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback.message_parts import ALLOWED, RUNS
from course_lib.exercises.runner.safe_call import allowed_seconds
from course_lib.grading.inside.stand_ins import OWN
from course_lib.grading.marking.failures import TORCH
from course_lib.grading.marking.remote import Answer
from course_lib.grading.marking.session import Session

MOST = 5  # remarks


def reason_of(exercise: Exercise, verdict: Verdict, answer: Answer, session: Session) -> str:
    """Why a question earned what it earned."""
    if verdict.right:
        return f"All {len(exercise.laws)} laws hold."
    if not answer.is_callable:
        return "The name holds something that is no function."
    if verdict.status == "not attempted":
        return "Not attempted: the function is as it was handed out."
    if session.lost is not None and session.lost.why == "protocol":
        return "Stopped: the answer interfered with its marking."
    if session.lost is not None and session.lost.why == "crash":
        return "Stopped: the answer brought Python down (out of memory, a crash, or an exit)."
    if verdict.status == "stopped":
        seconds = allowed_seconds(exercise.seconds)
        return "Stopped: it prints without end." if session.over else f"Stopped after {seconds:g} seconds."
    if verdict.law == ALLOWED:
        known = session.forbidden == OWN or session.forbidden in exercise.forbid
        name = session.forbidden if known else "something it may not call"
        return f"It calls {name}, which is what you are asked to write."
    if verdict.mistake is not None:
        return f"It behaves like a known mistake: {verdict.mistake}."
    if verdict.law == RUNS:
        return "The function stops with an error." if verdict.line else "The function cannot be called as asked."
    return f"The first law that does not hold: {verdict.law}."


def remarks_on(troubles: list[dict[str, Any]], code: list[tuple[str, bool]]) -> Iterator[str]:
    """What the author of a notebook should know about cells of their own that did not run."""
    told = 0
    for each in troubles:
        cell, kind, name, line = (each.get(part) for part in ("cell", "kind", "name", "line"))
        if type(cell) is not int or not 0 <= cell < len(code) or type(kind) is not str or not code[cell][1]:
            continue
        told += 1
        if told > MOST:
            yield "More cells did not run to their end."
            return
        what = {"time": "was stopped: time is up", "output": "was stopped: it prints too much"}.get(kind)
        at = f" in line {line}" if type(line) is int and 0 < line < 10_000 else ""
        unknown = f": nothing is called `{name[:60]}`" if type(name) is str and name[:60].isidentifier() else ""
        yield f"Code cell {cell + 1} {what or f'stops with {known(kind)}{at}{unknown}'}."
        if unknown:
            yield "Cells that train or draw are not run for marking; an answer should not need what they make."


def known(kind: str) -> str:
    """An error by its name, if it is one that Python or torch have: a forged reply may hold any words."""
    found = TORCH.get(kind) or getattr(builtins, kind, None)
    return kind if isinstance(found, type) and issubclass(found, BaseException) else "an error"
