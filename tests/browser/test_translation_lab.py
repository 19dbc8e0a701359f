"""The translation explorer where learners meet it: JupyterLab, with a kernel that is idle, dead, or gone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.harness import artifacts

pytestmark = pytest.mark.browser
STATUS = ".translation-explorer [role=status]"
SET_UP = f"""
import sys
sys.path.insert(0, {str(artifacts().parent)!r})
from tests.browser.samples_translation import word, words
from course_lib.widgets.translation import TranslationExplorer
explorer = TranslationExplorer.of(words(), ask=word)
explorer.example = 1
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


def test_it_moves_python_hears_and_a_dead_kernel_stops_nothing(book: Any) -> None:
    page = book.page
    assert said(book) == described(book)
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
    assert said(book) == described(book)
    assert book.do("print(explorer.example, explorer.layer, explorer.head, explorer.step)") == "1 0 1 3\n"
    assert (book.cells(), book.active_cell()) == (cells, active)  # no key reached the notebook
    book.do("explorer.predict = True")  # and the other way round
    assert said(book) == described(book) and "what comes next?" in said(book)
    page.click(".te-next button >> nth=0")
    assert said(book) == described(book) and "Your guess" in said(book)
    book.do("explorer.predict = False")
    page.fill(".translation-explorer [type=text]", "owl")
    page.press(".translation-explorer [type=text]", "Enter")
    page.wait_for_function("document.querySelectorAll('.te-source button').length === 3")
    assert said(book) == described(book)
    book.start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    page.wait_for_selector(".jp-Dialog .jp-mod-accept", timeout=30_000).click()
    page.wait_for_selector(".jp-Dialog", state="detached")
    page.click("text=Next")
    assert said(book).startswith("Step 2 of ")
    page.select_option(".translation-explorer select", label="physics")
    page.focus(".te-map canvas")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert said(book).startswith("Step 5 of 7, after “F IH Z IH”")
    page.fill(".translation-explorer [type=text]", "cat")
    page.press(".translation-explorer [type=text]", "Enter")
    page.wait_for_timeout(700)
    assert page.inner_text(".te-ask [data-is=note]").startswith("waiting for the kernel")


def test_saved_and_opened_again_it_works_without_a_kernel(lab: Any, book: Any) -> None:
    for _ in range(3):
        book.page.click("text=Next")
    words = said(book)
    book.command("docmanager:save")
    book.page.wait_for_timeout(500)
    name = next(path for path in lab.folder.glob("test_saved*.ipynb"))
    again = lab.open(name.name)
    again.lose_kernel()
    again.page.wait_for_selector(STATUS, timeout=20_000)
    again.page.wait_for_function(
        "([where, words]) => document.querySelector(where).innerText === words", arg=[STATUS, words]
    )
    assert said(again) == words and words.startswith("Step 4 of 7")
    again.page.click("text=greedy path")
    again.page.wait_for_timeout(700)
    assert "on the greedy path" in said(again) and said(again) != words
    again.page.select_option(".translation-explorer select", label="knight")
    again.page.wait_for_timeout(700)
    assert said(again).startswith("Step 1 of 4, at the start: “N”")
    again.close()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_pictures_in_both_themes(book: Any, theme: str) -> None:
    page = book.page
    change = f"window.jupyterapp.commands.execute('apputils:change-theme', {{ theme: '{theme}' }})"
    page.evaluate(f"async () => {{ await {change}; }}")
    page.wait_for_timeout(1200)
    page.locator(".translation-explorer").screenshot(
        path=artifacts() / f"lab-translation-{theme.split()[1].lower()}.png"
    )
    ink = page.evaluate("getComputedStyle(document.querySelector('.translation-explorer')).color")
    assert (sum(float(part) for part in ink.split("(")[1].rstrip(")").split(",")[:3]) < 384) == theme.endswith("Light")
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Light' })")
