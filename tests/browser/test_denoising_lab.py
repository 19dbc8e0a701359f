"""The denoising explorer where learners meet it: JupyterLab, with a kernel that is idle, dead, or gone."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser
DOORS = "[data-is=taking] .dn-doors button"
READY = ".denoising[aria-busy=false]"
SET_UP = """
from tests.browser.samples_denoising import colours, digits
from course_lib.widgets.denoising import DenoisingExplorer
explorer = DenoisingExplorer.of([digits(), colours()])
explorer.t = 40
"""


def test_mouse_and_keys_move_it_and_no_key_reaches_the_notebook(book: Any) -> None:
    page = book.page
    page.wait_for_selector(READY)
    assert book.said() == book.described()
    page.locator(DOORS).nth(9).click()
    assert book.said() == book.described() and "picture 9" in book.said()
    cells, active = book.cells(), book.active_cell()
    for key in ("PageDown", "ArrowLeft", *"ba", "ArrowDown", "End", *"xdd", "Home", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert book.said() == book.described()
    for focus in ("[type=range]", "[name=left]", "[data-is=toggle]", "[data-is=play]"):
        page.focus(f".denoising {focus}")
        for key in ("b", "ArrowDown", "a", "x", "ArrowUp"):
            page.keyboard.press(key)
    assert (book.cells(), book.active_cell()) == (cells, active)
    assert book.said() == book.described()
    book.do("explorer.bundle, explorer.t, explorer.sample = 1, 20, 5")  # and the other way round
    page.wait_for_selector(READY)
    assert book.said() == book.described() and "picture 5" in book.said()


def test_it_outlives_its_kernel_and_opens_again_without_one(lab: Any, book: Any) -> None:
    page = book.page
    page.wait_for_selector(READY)
    page.locator(DOORS).nth(4).click()
    words = book.said()
    again = lab.reopen(book)
    again.page.wait_for_selector(READY)
    assert again.said() == words
    again.page.focus(f"{DOORS}[tabindex='0']")
    again.page.keyboard.press("PageDown")
    assert again.said().startswith("t = 36 of 100") and "picture 4" in again.said()
    again.close()
    page.locator(DOORS).nth(7).click()  # the page that was open all the while has lost its kernel too
    page.keyboard.press("PageDown")
    assert "picture 7" in book.said()
    page.select_option("[name=bundle]", "1")
    page.wait_for_selector(READY)
    assert "of 40" in book.said()
