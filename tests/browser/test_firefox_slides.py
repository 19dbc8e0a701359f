"""The slides in Firefox, opened from a file: explorers live and fit, keys work, nothing leaves the machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.site.files import Folder
from course_lib.slides.build import files_of
from course_lib.slides.deck import deck
from course_lib.slides.reveal import reveal_files
from tests.browser.firefox import Firefox, watched
from tests.browser.harness import artifacts
from tests.site.test_states import EXPLORERS
from tests.slides.made_up import made_up

pytestmark = pytest.mark.browser
LIVE = ".stage .explorer.is-live:not([hidden])[data-scale]"
AT = "Reveal.getCurrentSlide().id"
GO = "(({ h, v }) => Reveal.slide(h, v))(Reveal.getIndices(document.getElementById('%s')))"
UNTIL = """(async () => {
  for (let i = 0; i < 100 && !(%s); i++) await new Promise((done) => setTimeout(done, 100));
  return Boolean(%s);
})()"""
ROOM = """(() => {
  const twin = document.querySelector(".stage .explorer:not([hidden])"), live = twin.querySelector(".live");
  return JSON.stringify([live.offsetHeight * twin.dataset.scale - twin.clientHeight, Number(twin.dataset.scale)]);
})()"""
DOWN, PAGE_DOWN = "\ue015", "\ue00f"


@pytest.fixture(scope="module")
def widgets() -> dict[str, Any]:
    return {kind: make() for kind, make in EXPLORERS.items()}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, widgets: dict[str, Any]) -> Path:
    """The made-up deck with every kind of explorer."""
    made, folder = made_up(*widgets.values()), Folder(tmp_path_factory.mktemp("firefox-slides") / "deck")
    for name, content in files_of(made, deck(made), reveal_files()).items():
        folder.put(name, content)
    folder.write()
    return folder.root / "index.html"


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with watched(tmp_path_factory.mktemp("firefox")) as found:
        found.send("browsingContext.setViewport", context=found.window, viewport={"width": 1280, "height": 720})
        yield found


def wait(fox: Firefox, expression: str) -> None:
    assert fox.ask(UNTIL % (expression, expression)), expression


def test_keys_turn_the_slides(fox: Firefox, page: Path) -> None:
    fox.open(page)
    wait(fox, "document.documentElement.dataset.ready === 'yes'")
    fox.press(" ")
    wait(fox, f"{AT} === 'w07-1-idea'")
    fox.press(PAGE_DOWN)
    wait(fox, "document.querySelector('#w07-1-idea .fragment.visible')")
    fox.press(PAGE_DOWN)
    wait(fox, f"{AT} === 'w07-1-hand'")
    fox.press("d")
    wait(fox, "document.documentElement.dataset.theme === 'dark'")
    assert fox.ask("document.fonts.ready.then(() => document.fonts.check('16px \"Course Math\"'))") is True


def test_every_explorer_lives_and_has_its_place(fox: Firefox, page: Path, widgets: dict[str, Any]) -> None:
    fox.open(page)
    wait(fox, "document.documentElement.dataset.ready === 'yes'")
    for number, (kind, widget) in enumerate(widgets.items()):
        fox.ask(GO % f"w07-2-explore{number}")
        wait(fox, f"document.querySelector('{LIVE}')?.querySelector('[role=status]')?.innerText")
        said = fox.ask("document.querySelector('.stage .explorer:not([hidden]) [role=status]').innerText")
        assert said.split() == widget.describe().split(), kind
        fox.ask("new Promise((done) => setTimeout(done, 400))")
        left, scale = json.loads(fox.ask(ROOM))
        assert left <= 1 and scale >= 0.8, kind
        fox.screenshot(artifacts() / f"slides_firefox_{kind}.png")


def test_an_explorer_keeps_its_keys(fox: Firefox, page: Path, widgets: dict[str, Any]) -> None:
    fox.open(page)
    wait(fox, "document.documentElement.dataset.ready === 'yes'")
    fox.ask(GO % "w07-2-explore0")
    wait(fox, f"document.querySelector('{LIVE}')")
    state = fox.ask("document.querySelector('.stage .explorer:not([hidden])').dataset.state")
    row = f"course.model('{state}').then((model) => model.get('row'))"
    fox.ask("document.querySelector('.stage canvas[tabindex]').focus()")
    fox.press(DOWN)
    assert fox.ask(row) == widgets["attention"].row + 1 and fox.ask(AT) == "w07-2-explore0"
