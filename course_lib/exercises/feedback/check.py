"""`check`: what a learner calls. `judge` with a face: it shows the verdict, remembers it, and lets the lesson go on."""

from collections.abc import Callable
from html import escape
from typing import Any

from course_lib.errors import CourseError
from course_lib.exercises.engine.judge import judge_exercise
from course_lib.exercises.engine.registry import Exercise, find, following
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback import evidence, text
from course_lib.exercises.feedback.display import Page, has_front_end, note, paragraph, show
from course_lib.exercises.tracking import store

MISSING: Any = object()
SYMBOLS = {"right": "✓", "wrong": "✗", "not attempted": "○", "stopped": "■"}
REMEMBERED = "You still have it. `course review --list` in a terminal says when it is asked again."
STANDS_IN = "From here on this notebook uses the course's version in place of yours."


def check(id: str, candidate: Any = MISSING, seed: int = 0) -> Callable[..., Any]:
    """Check your answer to an exercise: `attend = check("w07.attend", attend)`.

    seed chooses the inputs; a review brings a new one each time, and how it went is remembered with it
    -> your function when it is right; otherwise the library's, so that the rest of the lesson runs
    Raises CourseError for an id that does not exist.
    """
    if callable(id) and isinstance(candidate, str):
        id, candidate = candidate, id  # the two in the other order are clear enough
    exercise = find(id)
    if candidate is MISSING:
        raise CourseError(f'check("{exercise.id}", {exercise.function}) needs your function as its second argument')
    if candidate is exercise.reference:
        show(borrowed(exercise))
        return exercise.reference
    verdict = judge_exercise(exercise, candidate, seed)
    store.record_attempt(exercise.id, verdict.status, verdict.score, verdict.mistake)
    if seed and verdict.status != "not attempted":
        store.record_review(exercise.id, seed, verdict.right)
    show(page_of(exercise, verdict, REMEMBERED if seed and verdict.right else ""))
    if not verdict.right and has_front_end():
        from course_lib.exercises.feedback.buttons import show_help

        show_help(exercise)
    return candidate if verdict.right else exercise.reference


def lend(*ids: str) -> Any:
    """The library's own versions, for a notebook that builds on exercises it does not ask: one, or several."""
    own = tuple(find(id).reference for id in ids)
    return own[0] if len(own) == 1 else own


def borrowed(exercise: Exercise) -> Page:
    """The cell was run twice, and the name now holds the course's version."""
    words = (
        "This is the course's version, which stands in for yours. To check your own, run the cell that defines it, "
        "then this one. If that cell ends in an error, there is no function of yours yet: mend the error first."
    )
    return note("not attempted", paragraph(words), words)


def page_of(exercise: Exercise, verdict: Verdict, last: str = "") -> Page:
    """A verdict as HTML and as plain text. `last` replaces the closing line."""
    closing = [last] if last else closing_lines(exercise, verdict)
    closing += store.notes()
    symbol = SYMBOLS[verdict.status]
    headline, rest = text.opening(exercise, verdict)
    body = [paragraph(rest, f"{symbol} {headline}")]
    if nudge := text.nudge_of(exercise, verdict):
        body.append(paragraph(nudge))
    if verdict.line:
        body.append(f"<p>It happened in</p><pre>{escape(verdict.line)}</pre>")
    if verdict.inputs:
        body.append(evidence.inputs(verdict.inputs))
    if text.has_pair(verdict):
        body.append(evidence.pair(verdict.yours, verdict.expected, verdict.where, exercise.returns))
    if printed := text.printed_lines(verdict.printed):
        body.append(f"<pre>{escape(chr(10).join(printed).strip())}</pre>")
    body += [paragraph(line) for line in closing]
    return note(verdict.status, "".join(body), "\n".join([f"{symbol} {text.message(exercise, verdict)}", *closing]))


def closing_lines(exercise: Exercise, verdict: Verdict) -> list[str]:
    """What is next, or what stands in."""
    if verdict.right:
        later = next(following(exercise), None)
        if later is None:
            return []
        word = "question" if later.notebook == "homework" else "section"
        return [f"Next: {later.title}{f' ({word} {later.section})' if later.section else ''}."]
    return [STANDS_IN, *([f'Stuck? Run `hint("{exercise.id}")` in a new cell.'] if exercise.hints else [])]
