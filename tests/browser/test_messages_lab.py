"""The message-passing explorer where learners meet it: JupyterLab, with a kernel that is idle, dead, or gone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.harness import artifacts

pytestmark = pytest.mark.browser
STATUS = ".message-passing [role=status]"
NODES = ".mp-nodes button"
SET_UP = f"""
import sys
sys.path.insert(0, {str(artifacts().parent)!r})
from tests.browser.samples_messages import karate, molecule
from course_lib.widgets.message_passing import MessagePassingExplorer
explorer = MessagePassingExplorer.of([molecule(), karate()])
explorer.round = 1
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


def test_mouse_and_keys_move_it_and_no_key_reaches_the_notebook(book: Any) -> None:
    page = book.page
    assert said(book) == described(book)
    page.locator(NODES).nth(9).click()
    assert said(book) == described(book) and "C 9 gets" in said(book)
    cells, active = book.cells(), book.active_cell()
    for key in ("PageDown", "ArrowLeft", *"ba]]", "ArrowDown", "End", *"xdd", "Home", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert said(book) == described(book)
    for focus in (".mp-map canvas", "[type=range]", "[name=head]", "[data-is=toggle]"):
        page.focus(f".message-passing {focus}")
        for key in ("b", "ArrowDown", "a", "x", "ArrowUp"):
            page.keyboard.press(key)
    assert (book.cells(), book.active_cell()) == (cells, active)
    assert said(book) == described(book)
    book.do("explorer.graph, explorer.round, explorer.node = 1, 2, 33")  # and the other way round
    assert said(book) == described(book) and "node 33 gets" in said(book)


def test_it_outlives_its_kernel_and_opens_again_without_one(lab: Any, book: Any) -> None:
    page = book.page
    page.locator(NODES).nth(4).click()
    words = said(book)
    book.command("docmanager:save")
    page.wait_for_timeout(500)
    name = next(path for path in lab.folder.glob("test_it_outlives*.ipynb"))
    again = lab.open(name.name)
    again.lose_kernel()
    again.page.wait_for_selector(STATUS, timeout=60_000)
    assert said(again) == words
    again.page.focus(f"{NODES}[tabindex='0']")
    again.page.keyboard.press("PageDown")
    assert said(again).startswith("Round 2 of 4: C 4 gets")
    again.close()
    page.locator(NODES).nth(7).click()  # the page that was open all the while has lost its kernel too
    page.keyboard.press("PageDown")
    assert said(book).startswith("Round 2 of 4: C 7 gets")
    page.select_option("[name=graph]", "1")
    assert "of 34 nodes" in said(book)
