"""A verdict as plain text, and the sentences that its page in HTML says, too."""

from collections.abc import Callable

from course_lib.exercises.engine.exercise import Exercise
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.values import value_text

PRINTED_LINES = 8
STOPS = {
    "time": (
        "Stopped after {seconds:g} seconds.",
        "Is there a loop that never ends, or work that grows too fast?",
    ),
    "output": (
        "Stopped, because your function prints without end.",
        "Print less, or print outside the function.",
    ),
    "interrupt": ("Stopped by KeyboardInterrupt: the stop button, or your own code, asked for it.", ""),
}


def message(exercise: Exercise, verdict: Verdict) -> str:
    """Write a verdict as plain text: what is wrong, their line, the smallest example, what was printed."""
    headline, rest = opening(exercise, verdict)
    text = [f"{headline} {rest}" if rest else headline]
    if nudge := nudge_of(exercise, verdict):
        text.append(nudge)
    if verdict.line:
        text.append(f"It happened in {verdict.line}")
    if verdict.inputs:
        text += ["", "With these inputs:"]
        text += [f"  {row}" for name, value in verdict.inputs.items() for row in value_text.describe_input(name, value)]
    if has_pair(verdict):
        pair = [value_text.lines(each, verdict.where, exercise.returns) for each in (verdict.yours, verdict.expected)]
        text += ["", *value_text.beside(*pair)]
    return "\n".join([*text, *printed_lines(verdict.printed)])


def has_pair(verdict: Verdict) -> bool:
    """Are there two results to lay side by side?"""
    return verdict.yours is not None or verdict.expected is not None


def nudge_of(exercise: Exercise, verdict: Verdict) -> str:
    """What to think about next, where the mistake has a name; else ""."""
    return exercise.mistakes[verdict.mistake].nudge if verdict.mistake is not None else ""


def opening(exercise: Exercise, verdict: Verdict) -> tuple[str, str]:
    """Say what was found: a headline, and one or two sentences more."""
    if verdict.mistake is not None:
        cause = exercise.mistakes[verdict.mistake].cause
        said = "" if verdict.numbers_say_it else verdict.reason
        return f"This behaves like a known mistake: {verdict.mistake}.", " ".join(filter(None, (cause, said)))
    return OPENINGS[verdict.kind](exercise, verdict)


def over_a_limit(exercise: Exercise, verdict: Verdict) -> tuple[str, str]:
    """Say which limit ended the check."""
    headline, rest = STOPS.get(verdict.reason, STOPS["interrupt"])
    return headline.format(seconds=verdict.seconds), rest


OPENINGS: dict[str, Callable[[Exercise, Verdict], tuple[str, str]]] = {
    "right": lambda exercise, verdict: (
        "Right.",
        f"{len(exercise.laws)} laws hold on {verdict.trials} sets of random inputs.",
    ),
    "blank": lambda exercise, verdict: (
        "Not attempted yet.",
        "Write your lines into the cell above, run it, then run this one again.",
    ),
    "a class": lambda exercise, verdict: (f"You handed over {verdict.reason}; this exercise asks for a function.", ""),
    "no function": lambda exercise, verdict: (
        f"You handed over {verdict.reason}, not a function.",
        f'Write the function\'s name without brackets: check("{exercise.id}", {exercise.function}).',
    ),
    "over a limit": over_a_limit,
    "forbidden call": lambda exercise, verdict: (
        "Not right yet.",
        f"Your function calls {verdict.reason}, which is what you are asked to write. Say it in your own steps.",
    ),
    "error": lambda exercise, verdict: ("Not right yet.", verdict.reason),
    "broken law": lambda exercise, verdict: (
        "Not right yet.",
        f"The law that breaks first: {verdict.law}. {verdict.reason}",
    ),
}


def printed_lines(printed: str) -> list[str]:
    """Show what the function printed, in a few lines."""
    rows = printed.rstrip().splitlines()
    if not rows:
        return []
    more = [f"  ... and {len(rows) - PRINTED_LINES} more lines"] if len(rows) > PRINTED_LINES else []
    return ["", "Your function printed:", *(f"  {row[:200]}" for row in rows[:PRINTED_LINES]), *more]
