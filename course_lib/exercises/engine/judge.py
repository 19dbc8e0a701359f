"""`judge`: put an answer through its trials and say what was found, without printing and without a trace."""

from collections.abc import Callable, Sequence
from typing import Any

from course_lib.exercises.engine.law import Broken, Law
from course_lib.exercises.engine.mistakes import Behaviour, recognise
from course_lib.exercises.engine.registry import Exercise, find
from course_lib.exercises.engine.scoring import score, sees_its_inputs
from course_lib.exercises.engine.trials import Call, CandidateFailed, Trial, make_trial
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback import verdict_text
from course_lib.exercises.runner import blank, forbidden_calls
from course_lib.exercises.runner.safe_call import Guard, Outcome, allowed_seconds
from course_lib.exercises.runner.surroundings import restored_world

SEARCH = 6  # extra tiny trials in search of a counter-example that can be read with the eye
Make = Callable[[Exercise, int, int, bool], Trial]  # exercise, seed, number, tiny -> a trial
Found = dict[Law, list[Broken | None]]  # for each law one entry a trial


class Stop(Exception):
    """The candidate was stopped inside a law; carries the call's Outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("stopped")
        self.outcome = outcome


def judge(id: str, candidate: Any, seed: int = 0) -> Verdict:
    """Judge an answer to the exercise of that id.

    seed chooses the inputs; a right answer is right and a wrong one wrong for every seed
    -> a Verdict: right, wrong, not attempted or stopped, with the whole feedback as its message
    Raises CourseError for an id that does not exist.
    """
    return judge_exercise(find(id), candidate, seed)


def is_own(exercise: Exercise, candidate: Any) -> bool:
    """Is it the library's own reference, or one of the declared mistakes?"""
    own = [exercise.reference, *(known.function for known in exercise.mistakes.values())]
    return any(candidate is each for each in own)


def judge_exercise(
    exercise: Exercise,
    candidate: Any,
    seed: int = 0,
    watch: bool = True,
    guard: Guard | None = None,
    make: Make = make_trial,
) -> Verdict:
    """The same for an Exercise at hand.

    watch  False lets forbidden calls pass (for tests of the exercise itself)
    guard  how the candidate is called; a grader brings its own
    make   where trials come from: a grader with many answers to the same exercise keeps them
    """
    if (refusal := verdict_text.not_a_function(exercise, candidate)) is not None:
        return refusal
    if blank.is_blank(candidate):
        return verdict_text.not_attempted(exercise)
    with restored_world():
        trials = [make(exercise, seed, number, number == 0) for number in range(exercise.trials + 1)]
        if guard is None:
            guard = Guard(allowed_seconds(exercise.seconds), forbidden_for(exercise, candidate) if watch else None)
        try:
            return verdict_on(exercise, candidate, guard, trials, lambda number: make(exercise, seed, number, True))
        except Stop as stop:
            return verdict_text.stopped(exercise, candidate, guard, stop.outcome)


def forbidden_for(exercise: Exercise, candidate: Any) -> forbidden_calls.Forbidden | None:
    """What this candidate may not call; None when there is nothing to watch for."""
    if is_own(exercise, candidate):
        return None
    reference = None if exercise.open_book else exercise.reference
    return forbidden_calls.Forbidden(exercise.forbid, reference) if exercise.forbid or reference else None


def verdict_on(
    exercise: Exercise, candidate: Callable[..., Any], guard: Guard, trials: list[Trial], more: Callable[[int], Trial]
) -> Verdict:
    """Run all trials, test all laws, recognise known mistakes, tell the story. more(number) makes a tiny trial."""
    calls = []
    for trial in trials:
        call = Call(trial, guard, candidate).run()
        if call.outcome.forbidden:
            return verdict_text.forbidden(exercise, call)
        if call.outcome.stopped:
            raise Stop(call.outcome)
        if blank.still_blank(call.outcome.error, candidate):
            return verdict_text.not_attempted(exercise)
        calls.append(call)
    found: Found = {each: [] for each in exercise.laws}
    failed = next((call for call in calls if call.outcome.error is not None), None)
    for call in calls:
        for each, broken in test_laws(exercise, call).items():
            found[each].append(broken)
    if failed is None and not any(any(entries) for entries in found.values()):
        return verdict_text.right(exercise, calls)
    did, should = [call.behaviour for call in calls], [Behaviour(trial.expected) for trial in trials]
    name = recognise(did, should, lambda wrong: [trial.behaviour(wrong) for trial in trials], exercise.mistakes)
    if failed is not None:
        return verdict_text.failed(exercise, failed, name)
    law = next(each for each, entries in found.items() if any(entries))
    if name is not None:  # the mistake has a name: show it where it is easiest to see, whichever law that breaks
        first = next(i for i in range(len(calls)) if any(entries[i] for entries in found.values()))
        law = next(each for each, entries in found.items() if entries[first])
    call, broken = smallest(exercise, law, calls, found[law], guard, candidate, more)
    marks = score(exercise, found, sees_its_inputs(calls))
    return verdict_text.wrong(exercise, call, law, broken, name, marks, found)


def test_laws(exercise: Exercise, call: Call) -> dict[Law, Broken | None]:
    """Every law on one call. Behind a broken gate nothing can be measured, so it counts as broken too."""
    result: dict[Law, Broken | None] = {}
    shut: Broken | None = None
    if call.outcome.error is not None:
        shut = Broken("Your function gives no result.")
    for law in exercise.laws:
        result[law] = shut or test_law(law, call)
        if law.weight == 0 and result[law] is not None:
            shut = shut or result[law]
    return result


def test_law(law: Law, call: Call) -> Broken | None:
    """One law on one call. A candidate that fails when called again breaks the law; a stopped one ends the check."""
    try:
        return law.test(call)
    except CandidateFailed as failure:
        if failure.outcome.stopped or failure.outcome.forbidden:
            raise Stop(failure.outcome) from None
        said = verdict_text.error_words(call, failure.outcome.error)
        return Broken(f"Called again with other inputs: {said}")
    except (RuntimeError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        return Broken(f"This law could not be measured on your result ({type(error).__name__}: {error}).")


def smallest(
    exercise: Exercise,
    law: Law,
    calls: Sequence[Call],
    entries: Sequence[Broken | None],
    guard: Guard,
    candidate: Callable[..., Any],
    more: Callable[[int], Trial],
) -> tuple[Call, Broken]:
    """The counter-example that is easiest to read: a tiny trial if one can be found that breaks the same law."""
    shown = next((call, broken) for call, broken in zip(calls, entries, strict=True) if broken is not None)
    if shown[0].trial.tiny:
        return shown
    for number in range(100, 100 + SEARCH):
        call = Call(more(number), guard, candidate).run()
        if call.outcome.stopped or call.outcome.forbidden or call.outcome.error is not None:
            break
        if (broken := test_laws(exercise, call).get(law)) is not None:
            return call, broken
    return shown
