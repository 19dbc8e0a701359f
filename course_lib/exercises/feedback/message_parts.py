"""The parts of a message put together: what is wrong, their line, the smallest example, what was printed."""

from typing import Any

from torch import Tensor

from course_lib.exercises.engine import value_text
from course_lib.exercises.engine.compare import parts, same
from course_lib.exercises.engine.gates import GATES, part_name
from course_lib.exercises.engine.law import Broken
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.trials import Call
from course_lib.exercises.engine.verdict import Status, Verdict

RUNS = "runs to its end"
ALLOWED = "uses nothing that is the answer"
PRINTED_LINES = 8
LOOK_ALIKE = {gate.name for gate in GATES}  # what breaks these need not show in the numbers


def complete(
    exercise: Exercise,
    status: Status,
    words: str,
    *,
    call: Call | None = None,
    details: Broken | None = None,
    printed: str = "",
    law: str | None = None,
    mistake: str | None = None,
    line: str = "",
    **more: Any,
) -> Verdict:
    """A verdict with its whole message. `details` brings the numbers; without it there are none to compare."""
    nudge = exercise.mistakes[mistake].nudge if mistake is not None else ""
    if mistake is not None and call is not None and details is not None and not same(call.yours, call.expected):
        details = (
            details if not other_numbers(details, call) else Broken(details.message)
        )  # the plain result says it best
    if status == "wrong":
        words = opening(exercise, words, law, mistake, unseen=details is None or other_numbers(details, call))
    text = [words, *([nudge] if nudge else []), *([f"It happened in {line}"] if line else [])]
    inputs = call.inputs if call is not None else {}
    if inputs:
        text += ["", "With these inputs:"]
        text += [f"  {row}" for name, value in inputs.items() for row in value_text.describe_input(name, value)]
    yours = expected = where = None
    if call is not None and details is not None:
        yours, expected, where = details.yours, details.expected, details.where
        if yours is None and expected is None:
            yours, expected = call.yours, call.expected
        name = part_of(call, yours)
        pair = [{name: each} if name else each for each in (yours, expected)]
        blocks = [value_text.lines(each, where, exercise.returns) for each in pair]
        if law in LOOK_ALIKE and blocks[0] == blocks[1]:
            yours = expected = where = None  # two equal columns would say that nothing is wrong
        else:
            yours, expected = pair
            text += ["", *value_text.beside(*blocks)]
    shown = printed_lines(printed or (call.outcome.printed if call is not None else ""))
    return Verdict(
        exercise.id,
        status,
        "\n".join([*text, *shown]),
        mistake=mistake,
        law=law,
        words=words,
        nudge=nudge,
        line=line,
        printed="\n".join(shown),
        inputs=inputs,
        yours=yours,
        expected=expected,
        where=where,
        **more,
    )


def part_of(call: Call, shown: Any) -> str:
    """What the shown numbers are called, where they are one of several results: `weights`; "" for the rest."""
    if not isinstance(call.yours, tuple) or not isinstance(shown, Tensor):
        return ""
    return next((part_name(call, key) for key, mine in parts(call.yours) if mine is shown), "")


def other_numbers(details: Broken, call: Call | None) -> bool:
    """Did the law bring numbers of its own, for example from inputs it changed?"""
    own = [] if call is None else [call.yours, *(part for _, part in parts(call.yours))]
    return details.yours is not None and not any(details.yours is each for each in own)


def opening(exercise: Exercise, words: str, law: str | None, mistake: str | None, unseen: bool) -> str:
    """The first sentences: the known mistake by its name, else the first broken law.

    unseen: the numbers below do not show what broke by themselves, so it is said in words, too.
    """
    if mistake is not None:
        cause = exercise.mistakes[mistake].cause
        return " ".join(
            part for part in (f"This behaves like a known mistake: {mistake}.", cause, words * unseen) if part
        )
    if law in (None, RUNS, ALLOWED):
        return f"Not right yet. {words}"
    return f"Not right yet. The law that breaks first: {law}. {words}"


def printed_lines(printed: str) -> list[str]:
    """What the function printed, in a few lines."""
    rows = printed.rstrip().splitlines()
    if not rows:
        return []
    more = [f"  ... and {len(rows) - PRINTED_LINES} more lines"] if len(rows) > PRINTED_LINES else []
    return ["", "Your function printed:", *(f"  {row[:200]}" for row in rows[:PRINTED_LINES]), *more]
