"""Buttons for help and quizzes: they say and remember what the calls do, and stand only where a person can press."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch

from course_lib.authoring.run import execute
from course_lib.exercises import check, hint, quiz, solution
from course_lib.exercises.engine.registry import find
from course_lib.exercises.feedback import buttons, display
from course_lib.exercises.feedback.quiz import answer, find_question
from course_lib.exercises.tracking import store
from tests.exercises.toys import no_mask


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is displayed, with a front end that is made up."""
    found: list[Any] = []
    for module in ("check", "quiz"):
        monkeypatch.setattr(f"course_lib.exercises.feedback.{module}.has_front_end", lambda: True)
    monkeypatch.setattr(buttons, "display", found.append)
    return found


def said_by(call: Any, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    call()
    return capsys.readouterr().out


def test_hints_and_answers_by_button_are_those_of_the_calls(capsys: pytest.CaptureFixture[str]) -> None:
    exercise = find("w99.share")
    help = buttons.Help(exercise)
    help.hint.click()
    assert "Hint 1 of" in help.said.value and exercise.hints[0][:20] in help.said.value
    assert "Hint 2 of" in said_by(lambda: hint("w99.share"), capsys), "the button's hint was counted"
    help.answer.click()
    assert "You have not tried this one yet" in help.said.value and help.answer.description == "Show it all the same"
    assert "You have not tried this one yet" in said_by(lambda: solution("w99.share"), capsys)
    help.answer.click()
    assert "An answer to" in help.said.value and "def share" in help.said.value


def test_after_a_try_the_answer_comes_at_once() -> None:
    store.record_attempt("w99.share", "wrong", 0.0, None)
    help = buttons.Help(find("w99.share"))
    help.answer.click()
    assert "An answer to" in help.said.value


def test_a_quiz_by_button_is_answered_and_remembered() -> None:
    this = find_question("w07.why_scale")
    box = buttons.Options(list(this.options), lambda chosen: answer(this, chosen))
    wrong = next(letter for letter in this.options if letter != this.right)
    by_letter = {each.description: each for each in box.buttons}
    by_letter[wrong].click()
    assert "✗ Not this one." in box.said.value and store.answers() == {"w07.why_scale": False}
    by_letter[this.right].click()
    assert "✓ Right." in box.said.value and store.answers() == {"w07.why_scale": True}


def test_a_wrong_answer_and_a_question_bring_buttons_a_right_one_none(shown: list[Any]) -> None:
    check("w99.share", no_mask)
    quiz("w07.why_scale")
    assert len(shown) == 2
    check("w99.share", lambda scores, mask: scores.masked_fill(~mask, -torch.inf).softmax(-1))
    quiz("w07.why_scale", "a")
    assert len(shown) == 2


def test_without_a_front_end_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Any] = []
    monkeypatch.setattr(buttons, "display", found.append)
    check("w99.share", no_mask)
    quiz("w07.why_scale")
    assert found == []


CELLS = (
    "from course_lib import check, predict, quiz\nfrom course_lib.exercises.feedback import display",
    'check("w07.mix", None)\nquiz("w07.why_scale")\npredict("w07.3")',
    "print(display.has_front_end())",
)


@pytest.mark.parametrize(("session", "there"), [(None, False), ("lecture.ipynb", True)])
def test_a_kernel_knows_whether_somebody_is_there(
    session: str | None, there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs notebooks for the course gets no widget, also from inside a notebook that somebody looks at."""
    monkeypatch.setenv("JPY_SESSION_NAME", "outer.ipynb")
    first = "import os\nos.environ.pop('JPY_SESSION_NAME', None)"
    first = f"{first}\nos.environ['JPY_SESSION_NAME'] = {session!r}" if session else "pass"
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in (first, *CELLS)])
    error, _ = execute(made, tmp_path)
    assert error is None
    assert made.cells[-1].outputs[0].text == f"{there}\n"
    kinds = [kind for output in made.cells[2].outputs for kind in output.get("data", {})]
    assert ("application/vnd.jupyter.widget-view+json" in kinds) is there
    assert kinds.count("text/html") == (2 if there else 3)


def test_what_a_page_says_is_announced() -> None:
    assert 'role="status"' in display.note("note", "<p>x</p>", "x").html
