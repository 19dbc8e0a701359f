"""The progress board in JupyterLab: links that open the right notebook at the right cell, and ink that can be read."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.places import checkout
from tests.browser.harness import artifacts
from tests.browser.lab import CURRENT, PATH

pytestmark = pytest.mark.browser
LESSON, MINE = "w07_attention/lecture.ipynb", "w07_attention/mine.ipynb"
SET_UP = """
import os
from pathlib import Path
os.environ["COURSE_HOME"] = str(Path.cwd().parent)
from course_lib import progress
from course_lib.exercises.tracking import store
store.record_attempt("w07.mix", "right", 1.0, None)
store.record_attempt("w07.additive", "wrong", 0.5, None)
store.record_answer("w07.why_scale", "b", True)
"""
IN_VIEW = f"""(text) => {{
    const cell = {CURRENT}.content.widgets.find((cell) => cell.model.sharedModel.getSource().includes(text));
    const box = cell.node.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight;
}}"""
CONTRAST = """() => {
    const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const light = (text) => rgb(text).map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const board = document.querySelector(".course-board");
    const back = light(getComputedStyle(board).backgroundColor);
    const ratio = (node) => {
        const ink = light(getComputedStyle(node).color);
        return (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05);
    };
    return Math.min(...[...board.querySelectorAll("a, p, td, th, caption, summary")].map(ratio));
}"""


@pytest.fixture
def book(lab: Any) -> Iterator[Any]:
    """A learner's own notebook in a week's folder, with the board in it, in the whole of JupyterLab."""
    folder = lab.folder / "w07_attention"
    folder.mkdir(exist_ok=True)
    shutil.copy(Path(checkout()) / "lectures" / LESSON, folder / "lecture.ipynb")
    lab.write(MINE, [PATH + SET_UP, "progress()"])
    found = lab.open(MINE)
    found.page.goto(f"{lab.url}/lab/tree/{MINE}?reset")
    found.page.wait_for_function(f"{CURRENT}?.context?.isReady === true", timeout=60_000)
    found.wait_for_kernel()
    found.run_all()
    found.page.wait_for_selector(".course-board", timeout=60_000)
    yield found
    found.close()


def test_the_board_opens_the_next_exercise_where_it_is_checked(book: Any) -> None:
    """JupyterLab forgets where in a notebook a link leads while it opens it; once it is open, it goes there."""
    page = book.page
    text = page.inner_text(".course-board")
    assert "Next: Additive scores (w07.additive), about 10 minutes: section 7.3" in text
    assert "You were last at: Additive scores" in text
    assert "1 of 3 questions answered, 1 of them right" in text
    for _ in range(2):
        page.locator(".jp-NotebookPanel:visible .course-board a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(f"{CURRENT}?.context?.path === '{LESSON}' && {CURRENT}.context.isReady", timeout=30_000)
        page.wait_for_timeout(500)
        if not page.evaluate(IN_VIEW, 'check("w07.additive"'):
            page.evaluate(f"() => {{ window.jupyterapp.commands.execute('docmanager:open', {{ path: '{MINE}' }}); }}")
            page.wait_for_function(f"{CURRENT}?.context?.path === '{MINE}'")
    assert page.evaluate(IN_VIEW, 'check("w07.additive"')


def test_it_reads_well_in_both_themes_and_unfolds_by_keyboard(book: Any) -> None:
    page = book.page
    summary = page.locator(".course-board summary", has_text="Week 7")
    assert not page.locator(".course-board details[open]").count()
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".course-board details[open] td", has_text="section 7.3").count() == 2
    look = "(cell) => getComputedStyle(cell).textAlign"
    assert page.locator(".course-board details[open] td", has_text="section 7.3").first.evaluate(look) == "left"
    for theme in ("Light", "Dark"):
        book.wear(theme)
        page.screenshot(path=str(artifacts() / f"progress-{theme.lower()}.png"))
        assert page.evaluate(CONTRAST) >= 4.5, theme
    book.wear("Light")
