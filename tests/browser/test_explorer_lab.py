"""The attention explorer where learners meet it: JupyterLab, with a kernel that is idle, busy, dead, or gone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.harness import artifacts

pytestmark = pytest.mark.browser
STATUS = ".attention-explorer [role=status]"
SET_UP = f"""
import sys
sys.path.insert(0, {str(artifacts().parent)!r})
from tests.browser.samples import letters, text
from course_lib.widgets.attention import AttentionExplorer
explorer = AttentionExplorer.of(text(), ask=letters)
"""


@pytest.fixture
def book(lab: Any, request: Any) -> Iterator[Any]:
    """A notebook with one explorer, run from top to bottom."""
    name = f"{request.node.name}.ipynb"
    lab.write(name, [SET_UP, "explorer", "after = 1"])
    found = lab.open(name)
    found.run_all()
    found.page.wait_for_selector(STATUS)
    found.page.wait_for_timeout(300)
    yield found
    found.close()


def said(book: Any) -> str:
    book.page.wait_for_timeout(400)
    return book.page.inner_text(STATUS)


def described(book: Any) -> str:
    return book.do("print(explorer.describe())").strip()


def hover(book: Any, row: int, column: int, click: bool = False) -> None:
    canvas = book.page.locator(".ae-map canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + (column + 0.5) * box["width"] / 17, box["y"] + (row + 0.5) * box["height"] / 17
    (book.page.mouse.click if click else book.page.mouse.move)(x, y)


def test_mouse_and_keys_move_it_and_python_hears(book: Any) -> None:
    assert said(book) == described(book)
    hover(book, 9, 4, click=True)
    assert said(book) == described(book) and "(9) asks" in said(book) and "Selected: “dog” (4)" in said(book)
    cells, active = book.cells(), book.active_cell()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "PageDown", *"]]ba", "ArrowUp", *"mm", "Home", "End", *"xdd"):
        book.page.keyboard.press(key)
    assert said(book) == described(book)
    assert book.do("print(explorer.layer, explorer.head, explorer.row, explorer.column)") == "1 2 16 3\n"
    assert (book.cells(), book.active_cell()) == (cells, active)  # no key reached the notebook
    book.page.focus(".ae-heads [tabindex='0']")
    for key in ("b", "ArrowDown", "ArrowLeft", "a"):
        book.page.keyboard.press(key)
    book.page.focus("[type=range]")
    for key in ("b", "ArrowLeft", "ArrowDown"):
        book.page.keyboard.press(key)
    assert (book.cells(), book.active_cell()) == (cells, active)
    assert said(book) == described(book)
    book.do("explorer.row, explorer.head = 2, 0")  # and the other way round
    assert said(book) == described(book) and "(2) asks" in said(book)


def test_the_page_equals_numpy(book: Any) -> None:
    for row, column in [(0, 0), (5, 3), (12, 7), (14, 14)]:
        hover(book, row, column)
        words = said(book)
        weight = float(book.do(f"print(float(explorer.attention.weights[0, 0, {row}, {column}]))"))
        shown = float(words.rsplit("answers ", 1)[1].removesuffix("%.")) / 100
        assert abs(shown - weight) < (0.0051 if weight >= 0.0095 else 0.00051)


def test_your_own_text(book: Any) -> None:
    book.page.fill(".attention-explorer [type=text]", "onion")
    book.page.press(".attention-explorer [type=text]", "Enter")
    book.page.wait_for_function("document.querySelectorAll('.ae-asking button').length === 5")
    assert said(book) == described(book)


def test_a_busy_kernel_and_a_dead_one(book: Any) -> None:
    book.start("import time; time.sleep(4)")
    book.wait_for_kernel("busy")
    hover(book, 7, 2)
    assert "(7) asks" in said(book)
    book.page.fill(".attention-explorer [type=text]", "onion")
    book.page.press(".attention-explorer [type=text]", "Enter")
    book.page.wait_for_timeout(700)
    assert book.page.inner_text(".ae-note").startswith("waiting for the kernel")
    book.page.wait_for_function("document.querySelectorAll('.ae-asking button').length === 5", timeout=15_000)
    assert book.page.inner_text(".ae-note") == ""
    book.start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    # the server notices within a few seconds, and says so in a dialog that lies over the page
    book.page.wait_for_selector(".jp-Dialog .jp-mod-accept", timeout=30_000).click()
    book.page.wait_for_selector(".jp-Dialog", state="detached")
    for row, column in ((3, 1), (4, 4)):
        book.page.locator(".ae-map canvas").scroll_into_view_if_needed()
        box = book.page.locator(".ae-map canvas").bounding_box()
        book.page.mouse.move(box["x"] + (column + 0.5) * box["width"] / 5, box["y"] + (row + 0.5) * box["height"] / 5)
        assert f"({row}) asks" in said(book)
    book.page.focus(".ae-map canvas")
    book.page.keyboard.press("ArrowUp")
    assert "(3) asks" in said(book)


def test_saved_and_opened_again_it_works_without_a_kernel(lab: Any, book: Any) -> None:
    hover(book, 11, 5, click=True)
    words = said(book)
    book.command("docmanager:save")
    book.page.wait_for_timeout(500)
    name = next(path for path in lab.folder.glob("test_saved*.ipynb"))
    saved = json.loads(name.read_text())
    states = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert any("weights" in json.dumps(list(state["state"])) or "data" in state["state"] for state in states.values())
    book.do("import os")
    again = lab.open(name.name)
    again.lose_kernel()
    again.page.wait_for_selector(STATUS, timeout=20_000)
    assert said(again) == words
    again.page.focus(".ae-map canvas")
    again.page.keyboard.press("ArrowDown")
    assert "(12) asks" in said(again)
    again.close()


def test_pictures_in_both_themes(book: Any) -> None:
    page = book.page
    hover(book, 9, 5, click=True)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        change = f"window.jupyterapp.commands.execute('apputils:change-theme', {{ theme: '{theme}' }})"
        page.evaluate(f"async () => {{ await {change}; }}")
        page.wait_for_timeout(1200)
        page.locator(".attention-explorer").scroll_into_view_if_needed()
        page.screenshot(path=artifacts() / f"lab-{theme.split()[1].lower()}.png")
        ink = page.evaluate("getComputedStyle(document.querySelector('.attention-explorer')).color")
        dark_ink = sum(float(part) for part in ink.split("(")[1].rstrip(")").split(",")[:3]) < 384
        assert dark_ink == theme.endswith("Light")
