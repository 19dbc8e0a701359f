"""Findings: from what a trial brought to the facts of a verdict. No sentence for a learner is put together here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor

from course_lib.exercises.engine.exercise import Exercise
from course_lib.exercises.engine.gates import GATES, part_name
from course_lib.exercises.engine.law import Broken, Law
from course_lib.exercises.engine.trials import Call, WrongParameters
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.runner import blank, error_text
from course_lib.exercises.runner.plain_values import type_name
from course_lib.exercises.runner.remote import RemoteAnswer
from course_lib.exercises.runner.safe_call import Guard, Outcome
from course_lib.exercises.values import value_text
from course_lib.exercises.values.compare import parts, same

RUNS = "runs to its end"
ALLOWED = "uses nothing that is the answer"
LOOK_ALIKE = {gate.name for gate in GATES}  # what breaks these need not show in the numbers


def not_a_function(exercise: Exercise, candidate: Any) -> Verdict | None:
    """Refuse something that cannot be called; None for what can."""
    wants_class = isinstance(exercise.reference, type)
    is_class = candidate.is_class if isinstance(candidate, RemoteAnswer) else isinstance(candidate, type)
    if is_class and not wants_class and exercise.use is None:
        what = "a class" if isinstance(candidate, RemoteAnswer) else type_name(candidate)
        return Verdict(exercise.id, "wrong", law=RUNS, kind="a class", reason=what)
    if callable(candidate):
        return None
    return Verdict(exercise.id, "wrong", law=RUNS, kind="no function", reason=type_name(candidate))


def not_attempted(exercise: Exercise) -> Verdict:
    """Find a blank."""
    return Verdict(exercise.id, "not attempted", kind="blank")


def right(exercise: Exercise, calls: Sequence[Call]) -> Verdict:
    """Find that an answer keeps every law."""
    kept = tuple(law.name for law in exercise.laws)
    printed = calls[0].outcome.printed
    return Verdict(exercise.id, "right", score=1.0, kind="right", trials=len(calls), kept=kept, printed=printed)


def stopped(exercise: Exercise, candidate: Any, guard: Guard, outcome: Outcome) -> Verdict:
    """Find that a candidate ran out of time or output, or called what it may not while a law was tested."""
    line = error_text.their_line(outcome.error, candidate) if outcome.error else ""
    if outcome.forbidden:
        return refused(exercise, outcome.forbidden, line)
    return Verdict(
        exercise.id,
        "stopped",
        kind="over a limit",
        reason=outcome.stopped or "time",
        seconds=guard.seconds,
        line=line,
        printed=outcome.printed,
    )


def forbidden(exercise: Exercise, call: Call) -> Verdict:
    """Find that an answer called what it should have built."""
    error = call.outcome.error
    line = error_text.their_line(error, call.candidate) if error else ""
    return refused(exercise, call.outcome.forbidden or "", line)


def refused(exercise: Exercise, name: str, line: str) -> Verdict:
    """The same, with the name of what was called and the line that called it."""
    return Verdict(exercise.id, "wrong", law=ALLOWED, kind="forbidden call", reason=name, line=line)


def error_words(call: Call, error: BaseException | None) -> str:
    """Explain an error of the learner's code in one or two sentences."""
    if error is None:
        return "Your function gives no result."
    if blank.left_behind(error, call.candidate):
        return (
            "The line `raise NotImplementedError()` still stands below your own lines. Delete it; it ends the function."
        )
    if type(error) is WrongParameters:
        said = str(error)
        return f"{said[0].upper()}{said[1:]}. Keep the parameters the notebook gave it."
    return error_text.explain_error(error, call.candidate, call.guard.text_of(error))


def failed(exercise: Exercise, call: Call, mistake: str | None) -> Verdict:
    """Find that a candidate raised."""
    error = call.outcome.error
    return Verdict(
        exercise.id,
        "wrong",
        law=RUNS,
        kind="error",
        reason=error_words(call, error),
        mistake=mistake,
        line=error_text.their_line(error, call.candidate) if error else "",
        printed=call.outcome.printed,
        inputs=call.inputs,
        broken=tuple(law.name for law in exercise.laws),
    )


def wrong(
    exercise: Exercise,
    call: Call,
    law: Law,
    broken: Broken,
    mistake: str | None,
    score: float,
    found: Mapping[Law, Sequence[Broken | None]],
) -> Verdict:
    """Find that a candidate gave results which break a law."""
    kept = tuple(each.name for each, entries in found.items() if not any(entries))
    evidence = broken
    if mistake is not None and not same(call.yours, call.expected) and other_numbers(broken, call):
        evidence = Broken(broken.message)  # a mistake that has a name is shown best by the plain result
    verdict = Verdict(
        exercise.id,
        "wrong",
        law=law.name,
        reason=broken.message,
        mistake=mistake,
        score=min(score, 0.99),
        numbers_say_it=not other_numbers(evidence, call),
        kept=kept,
        broken=tuple(each.name for each in found if each.name not in kept),
        printed=call.outcome.printed,
        inputs=call.inputs,
    )
    yours, expected = evidence.yours, evidence.expected
    if yours is None and expected is None:
        yours, expected = call.yours, call.expected
    name = part_of(call, yours)
    pair = [{name: each} if name else each for each in (yours, expected)]
    blocks = [value_text.lines(each, evidence.where, exercise.returns) for each in pair]
    if law.name in LOOK_ALIKE and blocks[0] == blocks[1]:
        return verdict  # two equal columns would say that nothing is wrong
    return replace(verdict, yours=pair[0], expected=pair[1], where=evidence.where)


def part_of(call: Call, shown: Any) -> str:
    """Name the shown numbers, where they are one of several results: `weights`; "" for the rest."""
    if not isinstance(call.yours, tuple) or not isinstance(shown, Tensor):
        return ""
    return next((part_name(call, key) for key, mine in parts(call.yours) if mine is shown), "")


def other_numbers(details: Broken, call: Call) -> bool:
    """Did the law bring numbers of its own, for example from inputs it changed?"""
    own = [call.yours, *(part for _, part in parts(call.yours))]
    return details.yours is not None and not any(details.yours is each for each in own)
