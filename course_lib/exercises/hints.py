"""Help in steps: `hint` gives the next one, `solution` the whole answer."""

import inspect
import textwrap
from html import escape

from course_lib.exercises import ledger
from course_lib.exercises.page import note, paragraph, show
from course_lib.exercises.registry import Exercise, find


def hint(id: str) -> None:
    """Show the next hint for an exercise; it is remembered which ones you have seen."""
    exercise = find(id)
    if not exercise.hints:
        words = f"There is no hint for {exercise.id}. Read the sentence again: {first_line(exercise)}"
        show(note("note", paragraph(words), words))
        return
    seen = ledger.next_hint(exercise.id)
    count = len(exercise.hints)
    place = min(seen, count - 1)
    label = f"Hint {place + 1} of {count}."
    words = exercise.hints[place]
    after = (
        [f'That was the last hint. After an attempt, solution("{exercise.id}") shows the answer.']
        if seen >= count - 1
        else []
    )
    after += ledger.notes()
    body = paragraph(words, label) + "".join(paragraph(line) for line in after)
    show(note("note", body, "\n".join([f"{label} {words}", *after])))


def solution(id: str, insist: bool = False) -> None:
    """Show an answer to an exercise, once you have tried it or when you insist."""
    exercise = find(id)
    tried = ledger.attempts().get(exercise.id, {}).get("tried", False)
    if not tried and not insist:
        words = (
            "You have not tried this one yet, and one wrong try teaches more than a right answer read. "
            f'hint("{exercise.id}") gives a first step. '
            f'solution("{exercise.id}", insist=True) shows the answer all the same.'
        )
        show(note("note", paragraph(words), words))
        return
    source = source_of(exercise)
    label = f"An answer to {exercise.title}. Yours may look different."
    body = paragraph(label) + f"<pre>{escape(source)}</pre>" + "".join(paragraph(line) for line in ledger.notes())
    show(note("note", body, f"{label}\n\n{source}"))


def source_of(exercise: Exercise) -> str:
    """The text of the answer: that of `answer` where the exercise has one, else of the reference."""
    try:
        return textwrap.dedent(inspect.getsource(exercise.answer or exercise.reference)).strip()
    except (OSError, TypeError):
        return f"(the source of {exercise.reference!r} cannot be read here)"


def first_line(exercise: Exercise) -> str:
    """What the exercise asks, in one line."""
    return (exercise.about.strip().splitlines() or [exercise.title])[0]
