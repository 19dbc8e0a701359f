"""In JupyterLab: help, quizzes and guesses by button and by keyboard, and a diagram whose parts take the focus."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from course_lib.exercises.engine.registry import find
from tests.browser.harness import artifacts
from tests.browser.lab import PATH

pytestmark = pytest.mark.browser
CELLS = [
    PATH + "import os, tempfile\nfrom pathlib import Path\n"
    "os.environ['COURSE_HOME'] = tempfile.mkdtemp(dir=Path.cwd())  # a second try begins anew\n"
    "from course_lib import check, outcome, predict, quiz\n"
    "from course_lib.viz.diagram.multi_head_attention import MULTI_HEAD_ATTENTION as machine",
    "def mix(scores, values):\n    raise NotImplementedError()\nmix = check('w07.mix', mix)",
    "quiz('w07.why_scale')",
    "predict('w07.3')",
    "predict('w07.1')",
    "machine.lit('scores', 'mask')",
    "outcome('w07.3', 0.95)",
]


@pytest.fixture
def book(lab: Any) -> Iterator[Any]:
    lab.write("help.ipynb", CELLS)
    found = lab.open("help.ipynb")
    found.run_all()
    found.page.wait_for_selector(".course-diagram", timeout=60_000)
    found.page.wait_for_selector(".course-draw", timeout=60_000)
    yield found
    assert found.offences == []
    found.close()


def press(page: Any, name: str) -> None:
    """Press a button as somebody without a mouse does."""
    page.get_by_role("button", name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


def shows(page: Any, pattern: str) -> None:
    """Wait until an output below a cell says this. (The same words may lie hidden elsewhere on JupyterLab's page.)"""
    page.locator(".jp-OutputArea").filter(has_text=re.compile(pattern)).first.wait_for()


def test_everything_is_done_with_the_keyboard_and_remembered(book: Any, lab: Any) -> None:
    page = book.page
    press(page, f"Hint ({len(find('w07.mix').hints)})")
    shows(page, r"Hint 1 of")
    press(page, "Show an answer")
    shows(page, r"You have not tried this one yet")
    press(page, "b")
    shows(page, r"✓ Right|✗ Not this one")
    page.locator(".jp-OutputArea input[type=text]").first.focus()
    page.keyboard.type("0.9")
    press(page, "Keep my guess")
    shows(page, r"Written down: 0.9")
    page.locator(".course-draw [role=slider]").first.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowUp")
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Keep my guess", exact=True).nth(1).focus()
    page.keyboard.press("Enter")
    shows(page, r"Written down: from 8 to 5")
    part = page.locator(".course-diagram .part[tabindex]").first
    part.focus()
    assert page.evaluate("document.activeElement.dataset.part") == "scores"
    assert part.locator(".told").evaluate("(node) => getComputedStyle(node).visibility") == "visible"
    page.screenshot(path=artifacts() / "help-lab.png", full_page=True)


def test_it_is_read_in_both_themes(book: Any) -> None:
    for theme in ("Light", "Dark"):
        book.wear(theme)
        ink = book.page.locator(".course-diagram text").first.evaluate("(node) => getComputedStyle(node).fill")
        back = book.page.evaluate("getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor")
        light = [sum(map(int, value[value.index("(") + 1 : -1].split(", ")[:3])) for value in (ink, back)]
        assert abs(light[0] - light[1]) > 400, (theme, ink, back)
        book.page.locator(".course-diagram").scroll_into_view_if_needed()
        book.page.screenshot(path=artifacts() / f"help-lab-{theme.lower()}.png")
