"""Site and slides in Firefox, opened from a file: explorers live, keys work, nothing leaves the machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.site.build import site
from course_lib.site.files import Folder
from course_lib.site.lessons import lesson
from tests.browser.firefox import Firefox, watched
from tests.browser.harness import artifacts
from tests.site.made_up import lecture, place
from tests.site.test_states import EXPLORERS

pytestmark = pytest.mark.browser
LIVE = """(async () => {
  for (const place of document.querySelectorAll(".explorer")) {
    place.scrollIntoView();
    for (let i = 0; i < 100 && !place.matches(".is-live"); i++) await new Promise((done) => setTimeout(done, 100));
  }
  await new Promise((done) => setTimeout(done, 1000)); // one of them unpacks its pictures first
  return document.querySelectorAll(".explorer.is-live").length;
})()"""
MAP = '.attention-explorer canvas[tabindex], .attention-explorer [tabindex="0"][role=img]'
STATUSES = 'JSON.stringify([...document.querySelectorAll(".explorer [role=status]")].map((one) => one.innerText))'


@pytest.fixture(scope="module")
def widgets() -> dict[str, Any]:
    return {kind: make() for kind, make in EXPLORERS.items()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, widgets: dict[str, Any]) -> Path:
    """A site of one made-up lecture with every kind of explorer."""
    folder = Folder(tmp_path_factory.mktemp("firefox-site") / "pages")
    for name, content in site([lesson(place(), lecture(*widgets.values()))]).items():
        folder.put(name, content)
    folder.write()
    return folder.root


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with watched(tmp_path_factory.mktemp("firefox")) as found:
        yield found


def test_explorers_live_and_answer_to_keys(fox: Firefox, root: Path, widgets: dict[str, Any]) -> None:
    fox.open(root / "w07_attention" / "lecture.html")
    assert fox.ask(LIVE) == len(widgets)
    fox.screenshot(artifacts() / "site_firefox.png")
    assert [text.split() for text in json.loads(fox.ask(STATUSES))] == [w.describe().split() for w in widgets.values()]
    fox.ask(f"document.querySelector('{MAP}').focus()")
    fox.press("\ue015")  # arrow down
    state = fox.ask("document.querySelector('.explorer').dataset.state")
    fox.ask("new Promise((done) => setTimeout(done, 300))")
    other = EXPLORERS["attention"]()
    other.row = fox.ask(f"course.model('{state}').then((model) => model.get('row'))")
    assert other.row != widgets["attention"].row
    assert json.loads(fox.ask(STATUSES))[0].split() == other.describe().split()


def test_formulas_and_the_first_page(fox: Firefox, root: Path) -> None:
    fox.open(root / "w07_attention" / "lecture.html")
    assert fox.ask("document.fonts.ready.then(() => document.fonts.check('16px \"Course Math\"'))") is True
    assert fox.ask("document.querySelector('math[display=block] mfrac').getBoundingClientRect().height") > 20
    fox.open(root / "index.html")
    assert fox.ask(LIVE) == 2
    assert fox.ask("document.documentElement.scrollWidth - innerWidth") <= 0
