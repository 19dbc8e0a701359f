"""`predict` and `outcome`: what a learner calls. One writes a guess down, the other shows it beside what came out."""

from html import escape
from typing import Any

from course_lib.errors import CourseError
from course_lib.exercises.feedback.display import Page, has_front_end, note, paragraph, show
from course_lib.exercises.predictions.declare import Prediction, find_prediction
from course_lib.exercises.predictions.guesses import keep, reading, said_again
from course_lib.exercises.predictions.kinds import Value
from course_lib.exercises.tracking import store

HOW = "To guess, write it into the cell"  # a page without a kernel leaves this line out
MISSING: Any = object()
NONE = "no guess was written down"
LATE = "(You wrote it after it had come out.)"


def predict(id: str, guess: Any = MISSING) -> None:
    """Write a guess down, `predict("w07.6", 4)`; without a guess, show the field for it, or the one that stands.

    A guess is a number, several in a tuple, a letter, a list in your order, or a curve `{-6: 6.5, 6: 2}`. One that
    cannot be a guess is named in a sentence, and the lesson goes on.
    Raises CourseError when there is no such prediction.
    """
    this = find_prediction(id)
    if guess is not MISSING and guess is not None and guess is not ...:
        try:
            show(kept_page(this, keep(this, guess)))
        except CourseError as error:
            words = f"{error}. Nothing was written down."
            show(note("note", paragraph(words), words))
        return
    if has_front_end():
        from course_lib.exercises.predictions.form import show_form

        show_form(this)
        return
    show(ask_page(this))


def outcome(id: str, value: Any) -> None:
    """Show what came out beside the guess: `outcome("w07.6", 6.5)`. Without a guess it shows what came out.

    Raises CourseError that names the value when it cannot be what came out.
    """
    this = find_prediction(id)
    came = reading(this, value, "what came out")
    guess, late = store.guess_of(id)
    store.record_prediction(id, "outcome", came)
    show(outcome_page(this, guess, came, late))


def ask_page(this: Prediction) -> Page:
    """How a guess is written, and the one that stands."""
    stands = said_again(this, store.guess_of(this.id)[0])
    options = getattr(this.kind, "options", {})
    lines = [f"Your guess: {this.about}.", *(f"  {letter}  {text}" for letter, text in options.items())]
    how = f'{HOW}, as in `predict("{this.id}", {this.kind.example()})`, and run it again.'
    has = f"Written down: {this.kind.text(stands)}." if stands is not None else ""
    body = paragraph(f"{this.about}.", "Your guess:")
    body += "".join(f"<p><strong>{escape(letter)}</strong> {escape(text)}</p>" for letter, text in options.items())
    body += (paragraph(has) if has else "") + paragraph(how)
    return note("note", body, "\n".join([*lines, *([has] if has else []), how]))


def kept_page(this: Prediction, value: Value) -> Page:
    """The guess is written down."""
    words = [f"Written down: {this.kind.text(value)}.", *store.notes()]
    return note("note", "".join(paragraph(line) for line in words), "\n".join(words))


def outcome_page(this: Prediction, guess: Any, came: Value, late: bool) -> Page:
    """Both, side by side; slides put the room's guess into the place of the learner's."""
    mine = said_again(this, guess)
    yours = NONE if mine is None else this.kind.text(mine)
    result = this.kind.text(came)
    after = [*([LATE] if late and mine is not None else []), *store.notes()]
    about = this.about[0].upper() + this.about[1:]
    rows = (
        f'<tr><th scope="row">Your guess</th><td data-guess="{escape(this.id)}">{escape(yours)}</td></tr>'
        f'<tr><th scope="row">What came out</th><td>{escape(result)}</td></tr>'
    )
    table = f"<table><caption>{escape(about)}</caption><tbody>{rows}</tbody></table>"
    body = table + this.kind.picture(mine, came) + "".join(paragraph(line) for line in after)
    lines = [about, f"  your guess:    {yours}", f"  what came out: {result}", *after]
    return note("note", body, "\n".join(lines))
