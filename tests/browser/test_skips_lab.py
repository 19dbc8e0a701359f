"""The skip-connections explorer where learners meet it: JupyterLab, with a kernel that is idle, dead, or gone."""

from typing import Any

import pytest

from tests.browser.harness import artifacts

pytestmark = pytest.mark.browser
SET_UP = """
from tests.browser.samples_skips import small
from course_lib.widgets.skip_connections import SkipExplorer
explorer = SkipExplorer.of(small())
"""


def switch(page: Any, skip: int, kind: str) -> None:
    page.click(f"[data-do=switch][data-skip='{skip}'][data-kind='{kind}']")


def test_mouse_and_keys_move_it_and_no_key_reaches_the_notebook(book: Any) -> None:
    page = book.page
    page.wait_for_selector("[role=status]:not(:empty)")
    assert book.said() == book.described()
    switch(page, 0, "off")
    assert book.said() == book.described() and "finest first: off, on, on." in book.said()
    cells, active = book.cells(), book.active_cell()
    for focus in (".sk-switch [tabindex='0']", ".sk-tile[tabindex='0']", "[data-is=mask]", "[name=image]",
                  ".sk-channels [tabindex='0']", "[name=predict]", "[data-is=toggle]"):  # fmt: skip
        page.focus(f".skip-connections {focus}")
        for key in ("b", "ArrowRight", "a", "x", "ArrowDown", "d", "d"):
            page.keyboard.press(key)
    assert (book.cells(), book.active_cell()) == (cells, active)
    assert book.said() == book.described()
    book.do("explorer.image, explorer.skips = 1, ['on', 'swapped', 'off']")  # and the other way round
    assert book.said() == book.described() and "on, swapped, off; swapped means features of head 0" in book.said()
    for theme in ("Light", "Dark"):
        book.wear(theme)
        page.locator(".skip-connections").screenshot(path=artifacts() / f"lab-skips-{theme.lower()}.png")
        assert book.ink_is_dark() == (theme == "Light")
    book.wear("Light")


def test_it_outlives_its_kernel_and_opens_again_without_one(lab: Any, book: Any) -> None:
    switch(book.page, 1, "swapped")
    words = book.said()
    again = lab.reopen(book)
    again.page.wait_for_function("words => document.querySelector('[data-is=status]').innerText === words", arg=words)
    switch(again.page, 2, "off")
    assert again.said().startswith("Skips, finest first: on, swapped, off; swapped means features of head 1. Dice:")
    again.page.select_option("[name=image]", "1")
    assert "features of head 0" in again.said()
    again.close()
    switch(book.page, 0, "off")  # the page that was open all the while has lost its kernel too
    assert book.said().startswith("Skips, finest first: off, swapped, on")
