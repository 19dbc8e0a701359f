"""Buttons in JupyterLab that do what a call does: the next hint, an answer, an option of a quiz.

They are shown only where a person can press them; `display.has_front_end` tells. What a button says appears below it,
in the same words as the call's, and is remembered in the same way.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.feedback import hints
from course_lib.exercises.feedback.display import Page

AUTO = {"width": "auto"}


class Help:
    """A button for the next hint, and one for an answer; the answer asks once more where nothing was tried."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise, self.insist = exercise, False
        self.said = widgets.HTML()
        self.hint = button(f"Hint ({len(exercise.hints)})", lambda: self.say(hints.hint_page(exercise)))
        self.answer = button("Show an answer", self.show_answer)
        asked = [self.hint, self.answer] if exercise.hints else [self.answer]
        self.box = widgets.VBox([widgets.HBox(asked), self.said])

    def show_answer(self) -> None:
        """Show an answer, or say that one try teaches more; the button then insists."""
        tried = hints.was_tried(self.exercise)
        self.say(hints.solution_page(self.exercise, self.insist))
        self.insist = not tried
        self.answer.description = "Show an answer" if tried else "Show it all the same"

    def say(self, page: Page) -> None:
        """Put a page below the buttons."""
        self.said.value = page.html


class Options:
    """A button for each option of a question; `answer` gives the page that says whether it is right."""

    def __init__(self, letters: list[str], answer: Callable[[str], Page]) -> None:
        self.said = widgets.HTML()
        self.buttons = [button(letter, partial(self.choose, letter, answer)) for letter in letters]
        label = widgets.Label("Your answer:")
        self.box = widgets.VBox([widgets.HBox([label, *self.buttons]), self.said])

    def choose(self, letter: str, answer: Callable[[str], Page]) -> None:
        """Answer with one option."""
        self.said.value = answer(letter).html


def button(words: str, act: Callable[[], None]) -> widgets.Button:
    """A button as wide as its words."""
    made = widgets.Button(description=words, layout=AUTO)
    made.on_click(lambda _: act())
    return made


def show_help(exercise: Exercise) -> None:
    """Show the buttons for help below a verdict."""
    _show(Help(exercise).box)


def show_options(letters: list[str], answer: Callable[[str], Page]) -> None:
    """Show a button for each option below a question."""
    _show(Options(letters, answer).box)


def _show(box: widgets.Widget) -> None:
    shown: Any = display
    shown(box)
