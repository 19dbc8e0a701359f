"""Verdicts in words: short, plain, to the learner."""

from collections.abc import Mapping, Sequence
from typing import Any

from course_lib.exercises.engine.law import Broken, Law
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.trials import Call, WrongParameters
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback import error_text
from course_lib.exercises.feedback.message_parts import ALLOWED, RUNS, complete, printed_lines
from course_lib.exercises.runner import blank
from course_lib.exercises.runner.plain_values import type_name
from course_lib.exercises.runner.remote import RemoteAnswer
from course_lib.exercises.runner.safe_call import Guard, Outcome


def not_a_function(exercise: Exercise, candidate: Any) -> Verdict | None:
    """A refusal for something that cannot be called; None for what can."""
    wants_class = isinstance(exercise.reference, type)
    name = exercise.id.split(".")[1]
    is_class = candidate.is_class if isinstance(candidate, RemoteAnswer) else isinstance(candidate, type)
    if is_class and not wants_class and exercise.use is None:
        what = "a class" if isinstance(candidate, RemoteAnswer) else type_name(candidate)
        words = f"You handed over {what}; this exercise asks for a function."
    elif callable(candidate):
        return None
    else:
        words = (
            f"You handed over {type_name(candidate)}, not a function. Write the function's name without brackets: "
            f'check("{exercise.id}", {name}).'
        )
    return Verdict(exercise.id, "wrong", words, words=words, law=RUNS)


def not_attempted(exercise: Exercise) -> Verdict:
    """The verdict on a blank."""
    words = "Not attempted yet. Write your lines into the cell above, run it, then run this one again."
    return Verdict(exercise.id, "not attempted", words, words=words)


def right(exercise: Exercise, calls: Sequence[Call]) -> Verdict:
    """The verdict on an answer that keeps every law."""
    words = f"Right. {len(exercise.laws)} laws hold on {len(calls)} sets of random inputs."
    printed = printed_lines(calls[0].outcome.printed)
    return Verdict(
        exercise.id,
        "right",
        "\n".join([words, *printed]),
        1.0,
        words=words,
        printed="\n".join(printed),
        kept=tuple(law.name for law in exercise.laws),
    )


def stopped(exercise: Exercise, candidate: Any, guard: Guard, outcome: Outcome) -> Verdict:
    """A candidate that ran out of time or output, or called what it may not while a law was tested."""
    line = error_text.their_line(outcome.error, candidate) if outcome.error else ""
    if outcome.forbidden:
        return refused(exercise, outcome.forbidden, line)
    words = error_text.explain_stop(outcome.stopped or "time", guard.seconds)
    return complete(exercise, "stopped", words, line=line, printed=outcome.printed)


def forbidden(exercise: Exercise, call: Call) -> Verdict:
    """The verdict on an answer that called what it should have built."""
    error = call.outcome.error
    return refused(
        exercise, call.outcome.forbidden or "", error_text.their_line(error, call.candidate) if error else ""
    )


def refused(exercise: Exercise, name: str, line: str) -> Verdict:
    """The same, with the name of what was called and the line that called it."""
    words = f"Your function calls {name}, which is what you are asked to write. Say it in your own steps."
    return complete(exercise, "wrong", words, law=ALLOWED, line=line)


def error_words(call: Call, error: BaseException | None) -> str:
    """An error as one or two sentences."""
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
    """A candidate that raised."""
    error = call.outcome.error
    line = error_text.their_line(error, call.candidate) if error else ""
    lost = tuple(law.name for law in exercise.laws)
    return complete(
        exercise, "wrong", error_words(call, error), call=call, law=RUNS, line=line, mistake=mistake, broken=lost
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
    """A candidate that gave results, and they break a law."""
    kept = tuple(each.name for each, entries in found.items() if not any(entries))
    lost = tuple(each.name for each in found if each.name not in kept)
    return complete(
        exercise,
        "wrong",
        broken.message,
        call=call,
        details=broken,
        law=law.name,
        mistake=mistake,
        score=min(score, 0.99),
        kept=kept,
        broken=lost,
    )
