"""The attention explorer where learners meet it: JupyterLab, with a kernel that is idle, busy, dead, or gone."""

import json
from typing import Any

import pytest

from tests.browser.harness import artifacts

pytestmark = pytest.mark.browser
SET_UP = """
from tests.browser.samples import letters, text
from course_lib.widgets.attention import AttentionExplorer
explorer = AttentionExplorer.of(text(), ask=letters)
"""


def hover(book: Any, row: int, column: int, click: bool = False) -> None:
    canvas = book.page.locator(".ae-map canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + (column + 0.5) * box["width"] / 17, box["y"] + (row + 0.5) * box["height"] / 17
    (book.page.mouse.click if click else book.page.mouse.move)(x, y)


def test_mouse_and_keys_move_it_and_python_hears(book: Any) -> None:
    assert book.said() == book.described()
    hover(book, 9, 4, click=True)
    assert book.said() == book.described() and "(9) asks" in book.said() and "Selected: “dog” (4)" in book.said()
    cells, active = book.cells(), book.active_cell()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "PageDown", *"]]ba", "ArrowUp", *"mm", "Home", "End", *"xdd"):
        book.page.keyboard.press(key)
    assert book.said() == book.described()
    assert book.do("print(explorer.layer, explorer.head, explorer.row, explorer.column)") == "1 2 16 3\n"
    assert (book.cells(), book.active_cell()) == (cells, active)  # no key reached the notebook
    book.page.focus(".ae-heads [tabindex='0']")
    for key in ("b", "ArrowDown", "ArrowLeft", "a"):
        book.page.keyboard.press(key)
    book.page.focus("[type=range]")
    for key in ("b", "ArrowLeft", "ArrowDown"):
        book.page.keyboard.press(key)
    assert (book.cells(), book.active_cell()) == (cells, active)
    assert book.said() == book.described()
    book.do("explorer.row, explorer.head = 2, 0")  # and the other way round
    assert book.said() == book.described() and "(2) asks" in book.said()


def test_the_page_equals_numpy(book: Any) -> None:
    for row, column in [(0, 0), (5, 3), (12, 7), (14, 14)]:
        hover(book, row, column)
        words = book.said()
        weight = float(book.do(f"print(float(explorer.attention.weights[0, 0, {row}, {column}]))"))
        shown = float(words.rsplit("answers ", 1)[1].removesuffix("%.")) / 100
        assert abs(shown - weight) < (0.0051 if weight >= 0.0095 else 0.00051)


def test_your_own_text(book: Any) -> None:
    book.page.fill(".attention-explorer [type=text]", "onion")
    book.page.press(".attention-explorer [type=text]", "Enter")
    book.page.wait_for_function("document.querySelectorAll('.ae-target button').length === 5")
    assert book.said() == book.described()


def test_a_busy_kernel_and_a_dead_one(book: Any) -> None:
    book.start("import time; time.sleep(4)")
    book.wait_for_kernel("busy")
    hover(book, 7, 2)
    assert "(7) asks" in book.said()
    book.page.fill(".attention-explorer [type=text]", "onion")
    book.page.press(".attention-explorer [type=text]", "Enter")
    book.page.wait_for_timeout(700)
    assert book.page.inner_text("[data-is=note]").startswith("waiting for the kernel")
    book.page.wait_for_function("document.querySelectorAll('.ae-target button').length === 5", timeout=15_000)
    assert book.page.inner_text("[data-is=note]") == "answered by the kernel"
    book.start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    # the server notices within a few seconds, and says so in a dialog that lies over the page
    book.page.wait_for_selector(".jp-Dialog .jp-mod-accept", timeout=30_000).click()
    book.page.wait_for_selector(".jp-Dialog", state="detached")
    for row, column in ((3, 1), (4, 4)):
        book.page.locator(".ae-map canvas").scroll_into_view_if_needed()
        box = book.page.locator(".ae-map canvas").bounding_box()
        book.page.mouse.move(box["x"] + (column + 0.5) * box["width"] / 5, box["y"] + (row + 0.5) * box["height"] / 5)
        assert f"({row}) asks" in book.said()
    book.page.focus(".ae-map canvas")
    book.page.keyboard.press("ArrowUp")
    assert "(3) asks" in book.said()


def test_saved_and_opened_again_it_works_without_a_kernel(lab: Any, book: Any) -> None:
    hover(book, 11, 5, click=True)
    words = book.said()
    again = lab.reopen(book)
    saved = json.loads((lab.folder / book.name).read_text())
    states = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert any("weights" in json.dumps(list(state["state"])) or "data" in state["state"] for state in states.values())
    assert again.said() == words
    again.page.focus(".ae-map canvas")
    again.page.keyboard.press("ArrowDown")
    assert "(12) asks" in again.said()
    again.close()


def test_pictures_in_both_themes(book: Any) -> None:
    hover(book, 9, 5, click=True)
    for theme in ("Light", "Dark"):
        book.wear(theme)
        book.page.locator(".attention-explorer").scroll_into_view_if_needed()
        book.page.screenshot(path=artifacts() / f"lab-{theme.lower()}.png")
        assert book.ink_is_dark() == (theme == "Light")
