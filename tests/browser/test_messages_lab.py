"""The message-passing explorer where learners meet it: JupyterLab, with a kernel that is idle, dead, or gone."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser
NODES = ".mp-nodes button"
SET_UP = """
from tests.browser.samples_messages import karate, molecule
from course_lib.widgets.message_passing import MessagePassingExplorer
explorer = MessagePassingExplorer.of([molecule(), karate()])
explorer.round = 1
"""


def test_mouse_and_keys_move_it_and_no_key_reaches_the_notebook(book: Any) -> None:
    page = book.page
    assert book.said() == book.described()
    page.locator(NODES).nth(9).click()
    assert book.said() == book.described() and "C 9 gets" in book.said()
    cells, active = book.cells(), book.active_cell()
    for key in ("PageDown", "ArrowLeft", *"ba]]", "ArrowDown", "End", *"xdd", "Home", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert book.said() == book.described()
    for focus in (".mp-map canvas", "[type=range]", "[name=head]", "[data-is=toggle]"):
        page.focus(f".message-passing {focus}")
        for key in ("b", "ArrowDown", "a", "x", "ArrowUp"):
            page.keyboard.press(key)
    assert (book.cells(), book.active_cell()) == (cells, active)
    assert book.said() == book.described()
    book.do("explorer.graph, explorer.round, explorer.node = 1, 2, 33")  # and the other way round
    assert book.said() == book.described() and "node 33 gets" in book.said()


def test_it_outlives_its_kernel_and_opens_again_without_one(lab: Any, book: Any) -> None:
    page = book.page
    page.locator(NODES).nth(4).click()
    words = book.said()
    again = lab.reopen(book)
    assert again.said() == words
    again.page.focus(f"{NODES}[tabindex='0']")
    again.page.keyboard.press("PageDown")
    assert again.said().startswith("Round 2 of 4: C 4 gets")
    again.close()
    page.locator(NODES).nth(7).click()  # the page that was open all the while has lost its kernel too
    page.keyboard.press("PageDown")
    assert book.said().startswith("Round 2 of 4: C 7 gets")
    page.select_option("[name=graph]", "1")
    assert "of 34 nodes" in book.said()
