"""Help in steps: `hint` gives the next one, `solution` the whole answer."""

import ast
import inspect
import sys
import textwrap
from html import escape
from typing import Any

from course_lib.exercises.engine.registry import Exercise, find
from course_lib.exercises.feedback.display import Page, note, paragraph, show
from course_lib.exercises.tracking import store


def hint(id: str) -> None:
    """Show the next hint for an exercise; it is remembered which ones you have seen."""
    show(hint_page(find(id)))


def hint_page(exercise: Exercise) -> Page:
    """The next hint as a page; it counts as seen."""
    if not exercise.hints:
        words = f"There is no hint for {exercise.id}. Read the sentence again: {first_line(exercise)}"
        return note("note", paragraph(words), words)
    seen = store.next_hint(exercise.id)
    count = len(exercise.hints)
    place = min(seen, count - 1)
    label = f"Hint {place + 1} of {count}."
    words = exercise.hints[place]
    after = (
        [f'That was the last hint. After an attempt, solution("{exercise.id}") shows the answer.']
        if seen >= count - 1
        else []
    )
    after += store.notes()
    body = paragraph(words, label) + "".join(paragraph(line) for line in after)
    return note("note", body, "\n".join([f"{label} {words}", *after]))


def solution(id: str, insist: bool = False) -> None:
    """Show an answer to an exercise, once you have tried it or when you insist."""
    show(solution_page(find(id), insist))


def was_tried(exercise: Exercise) -> bool:
    """Has the learner ever tried this exercise?"""
    return bool(store.attempts().get(exercise.id, {}).get("tried", False))


def solution_page(exercise: Exercise, insist: bool = False) -> Page:
    """An answer as a page; before a first try, a sentence that says what to do, unless somebody insists."""
    if not was_tried(exercise) and not insist:
        words = (
            "You have not tried this one yet, and one wrong try teaches more than a right answer read. "
            f'hint("{exercise.id}") gives a first step. '
            f'solution("{exercise.id}", insist=True) shows the answer all the same.'
        )
        return note("note", paragraph(words), words)
    source = "\n".join([*imports_of(exercise), source_of(exercise)])
    label = f"An answer to “{exercise.title}”. Yours may look different, and have another name."
    body = paragraph(label) + f"<pre>{escape(source)}</pre>" + "".join(paragraph(line) for line in store.notes())
    return note("note", body, f"{label}\n\n{source}")


def source_of(exercise: Exercise) -> str:
    """The text of the answer: that of `answer` where the exercise has one, else of the reference."""
    try:
        return textwrap.dedent(inspect.getsource(exercise.answer or exercise.reference)).strip()
    except (OSError, TypeError):
        return f"(the source of {exercise.reference!r} cannot be read here)"


def imports_of(exercise: Exercise) -> list[str]:
    """The imports that the answer needs where it is copied to, and an empty line after them; nothing if it needs none.

    A notebook has imported torch and nn already.
    """
    function = exercise.answer or exercise.reference
    known = getattr(function, "__globals__", None) or vars(inspect.getmodule(function) or object)
    try:
        tree = ast.parse(source_of(exercise))
    except SyntaxError:
        return []
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"torch", "nn", function.__name__}
    lines = [line for name in sorted(used) if name in known for line in import_of(name, known[name], known["__name__"])]
    return [*lines, ""] if lines else []


def import_of(name: str, value: Any, home: str) -> list[str]:
    """The line that makes a name of module `home` known elsewhere."""
    if inspect.ismodule(value):
        above, _, last = value.__name__.rpartition(".")
        short = f"from {above} import {last}" if above else f"import {last}"
        return [short if name == last else f"import {value.__name__} as {name}"]
    where = str(getattr(value, "__module__", home)) if getattr(value, "__name__", "") == name else home
    shorter = [where[:end] for end, letter in enumerate(where) if letter == "."]  # einops before einops.einops
    known = (each for each in shorter if getattr(sys.modules.get(each), name, None) is value)
    return [f"from {next(known, where)} import {name}"]


def first_line(exercise: Exercise) -> str:
    """What the exercise asks, in one line."""
    return (exercise.about.strip().splitlines() or [exercise.title])[0]
