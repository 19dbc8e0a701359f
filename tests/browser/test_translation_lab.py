"""The translation explorer where learners meet it: JupyterLab, with a kernel that is idle, dead, or gone."""

from typing import Any

import pytest

from tests.browser.harness import artifacts
from tests.browser.lab import STATUS

pytestmark = pytest.mark.browser
SET_UP = """
from tests.browser.samples_translation import word, words
from course_lib.widgets.translation import TranslationExplorer
explorer = TranslationExplorer.of(words(), ask=word)
explorer.example = 1
"""


def test_it_moves_python_hears_and_a_dead_kernel_stops_nothing(book: Any) -> None:
    page = book.page
    assert book.said() == book.described()
    page.focus(".te-map canvas")  # its cell is the active one from here on
    cells, active = book.cells(), book.active_cell()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "PageUp", *"]]ba", "x", "d", "d"):
        page.keyboard.press(key)
    page.focus(".te-field [tabindex='0']")
    for key in ("ArrowRight", "b", "ArrowDown", "a"):
        page.keyboard.press(key)
    for target in ("[type=range]", "select", "[data-is=next]", "[role=switch]"):
        page.focus(f".translation-explorer {target}")
        for key in ("b", "m", "x"):
            page.keyboard.press(key)
    assert book.said() == book.described()
    assert book.do("print(explorer.example, explorer.layer, explorer.head, explorer.step)") == "1 0 1 3\n"
    assert (book.cells(), book.active_cell()) == (cells, active)  # no key reached the notebook
    book.do("explorer.predict = True")  # and the other way round
    assert book.said() == book.described() and "what comes next?" in book.said()
    page.click(".te-next button >> nth=0")
    assert book.said() == book.described() and "Your guess" in book.said()
    book.do("explorer.predict = False")
    page.fill(".translation-explorer [type=text]", "owl")
    page.press(".translation-explorer [type=text]", "Enter")
    page.wait_for_function("document.querySelectorAll('.te-source button').length === 3")
    assert book.said() == book.described()
    book.start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    page.wait_for_selector(".jp-Dialog .jp-mod-accept", timeout=30_000).click()
    page.wait_for_selector(".jp-Dialog", state="detached")
    page.click("text=Next")
    assert book.said().startswith("Step 2 of ")
    page.select_option(".translation-explorer select", label="physics")
    page.focus(".te-map canvas")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert book.said().startswith("Step 5 of 7, after “F IH Z IH”")
    page.fill(".translation-explorer [type=text]", "cat")
    page.press(".translation-explorer [type=text]", "Enter")
    page.wait_for_timeout(700)
    assert page.inner_text(".ce-ask [data-is=note]").startswith("waiting for the kernel")


def test_saved_and_opened_again_it_works_without_a_kernel(lab: Any, book: Any) -> None:
    for _ in range(3):
        book.page.click("text=Next")
    words = book.said()
    again = lab.reopen(book)
    again.page.wait_for_function(
        "([where, words]) => document.querySelector(where).innerText === words", arg=[STATUS, words]
    )
    assert again.said() == words and words.startswith("Step 4 of 7")
    again.page.click("text=greedy path")
    again.page.wait_for_timeout(700)
    assert "on the greedy path" in again.said() and again.said() != words
    again.page.select_option(".translation-explorer select", label="knight")
    again.page.wait_for_timeout(700)
    assert again.said().startswith("Step 1 of 4, at the start: “N”")
    again.close()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_pictures_in_both_themes(book: Any, theme: str) -> None:
    book.wear(theme)
    book.page.locator(".translation-explorer").screenshot(path=artifacts() / f"lab-translation-{theme.lower()}.png")
    assert book.ink_is_dark() == (theme == "Light")
    book.wear("Light")
