"""Quizzes: a question, its options, and for every option why it is right or wrong."""

import random
from dataclasses import dataclass, replace
from html import escape

from course_lib.errors import CourseError
from course_lib.exercises.engine import registry
from course_lib.exercises.feedback.display import Page, has_front_end, note, paragraph, show
from course_lib.exercises.tracking import store

HOW = "To answer, write your letter into the cell"  # a page without a kernel leaves this line out


@dataclass(frozen=True)
class Question:
    """One question with one right option; `options` maps a letter to (text, explanation)."""

    id: str
    text: str
    options: dict[str, tuple[str, str]]
    right: str


_questions: dict[str, Question] = {}


def question(this: Question) -> Question:
    """Register a question. Raises CourseError when its right option does not exist or an explanation is missing."""
    if this.right not in this.options or len(this.options) < 2:
        raise CourseError(
            f"question {this.id}: the right option is {this.right!r}, the options are {list(this.options)}"
        )
    if empty := [letter for letter, (text, why) in this.options.items() if not text.strip() or not why.strip()]:
        raise CourseError(f"question {this.id}: option {empty[0]!r} lacks its text or its explanation")
    _questions[this.id] = this
    return this


def questions(week: str = "") -> list[Question]:
    """All questions, or those of one week."""
    registry.load_week(week)
    return [each for each in _questions.values() if each.id.startswith(week)]


def find_question(id: str) -> Question:
    """The question of that id. Raises CourseError with the nearest ids when there is none."""
    if id not in _questions:
        registry.load_week(str(id)[:3])
    if id not in _questions:
        raise CourseError(
            f"there is no question {id!r}; {registry.nearest(str(id), [each.id for each in questions()])}"
        )
    return _questions[id]


def quiz(id: str, chosen: str | None = None, seed: int = 0) -> None:
    """Show a question, `quiz("w07.why_scale")`, or answer it, `quiz("w07.why_scale", "b")`.

    seed  a review's: the options stand in another order, and how it went is remembered with it
    """
    this = shuffled(find_question(id), seed) if seed else find_question(id)
    if chosen is None:
        ask(this, seed)
    else:
        show(answer(this, str(chosen).strip().lower(), seed))


def shuffled(this: Question, seed: int) -> Question:
    """The same question with its options in an order of the seed's own."""
    letters = list(this.options)
    old = letters.copy()
    random.Random(f"{this.id} {seed}").shuffle(old)
    moved = {letter: this.options[before] for letter, before in zip(letters, old, strict=True)}
    return replace(this, options=moved, right=letters[old.index(this.right)])


def ask(this: Question, seed: int = 0) -> None:
    """The question with its options; behind each option, folded, its explanation."""
    again = f", seed={seed}" if seed else ""
    call = f'quiz("{this.id}", "{next(iter(this.options))}"{again})'
    how = f"{HOW}, as in `{call}`, and run it again."
    items = "".join(
        f"<p><strong>{escape(letter)}</strong> {escape(text)}</p><details><summary>What if {escape(letter)}?</summary>"
        f"{paragraph(why)}</details>"
        for letter, (text, why) in this.options.items()
    )
    lines = [this.text, *(f"  {letter}  {text}" for letter, (text, _) in this.options.items()), how]
    show(note("note", paragraph(this.text) + items + paragraph(how), "\n".join(lines)))
    if has_front_end():
        from course_lib.exercises.feedback.buttons import show_options

        show_options(list(this.options), lambda chosen: answer(this, chosen, seed))


def answer(this: Question, chosen: str, seed: int = 0) -> Page:
    """Say whether it is right, why, and remember it, under the letter that the lesson gives the option."""
    if chosen not in this.options:
        words = f"There is no option {chosen!r}; choose one of {', '.join(this.options)}."
        return note("note", paragraph(words), words)
    right = chosen == this.right
    store.record_answer(this.id, original(this, chosen), right)
    if seed:
        store.record_review(this.id, seed, right)
    text, why = this.options[chosen]
    label = "✓ Right." if right else "✗ Not this one."
    after = ([] if right else ["Choose again."]) + store.notes()
    body = paragraph(f"{chosen}: {text}", label) + paragraph(why) + "".join(paragraph(line) for line in after)
    return note("right" if right else "wrong", body, "\n".join([f"{label} {chosen}: {text}", why, *after]))


def original(this: Question, chosen: str) -> str:
    """The letter under which the chosen option was declared."""
    declared = find_question(this.id).options
    return next(letter for letter, option in declared.items() if option == this.options[chosen])
