"""The pages that grading writes, in a real browser: nothing leaves, nothing fails, all can be read and reached."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.grading.reports.class_report import class_report
from course_lib.grading.reports.feedback import feedback_page
from course_lib.grading.similarity.pairs import find_similar
from tests.browser.harness import artifacts
from tests.grading.marks_made_up import ANNA, BEN, HAND, marks, missing
from tests.grading.similar_class import GIVEN, RELEASED, make_class

pytestmark = pytest.mark.browser

UNREADABLE = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((v) => v / 255)
    .map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "none";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  let read = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility()) continue;
    const style = getComputedStyle(node), back = behind(node);
    const colour = node.closest("svg") ? style.fill : style.color;
    const [low, high] = [light(colour), light(back)].sort((a, b) => a - b);
    read += 1;
    if (back === "none" || (high + .05) / (low + .05) < 4.5)
      found.push(`${walker.currentNode.textContent}: ${colour} on ${back}`);
  }
  return read > 10 ? found : ["the walk saw nothing"];
}"""


def report() -> str:
    cells, _ = make_class(30, 2, seed=1)
    return class_report([marks(), missing()], [ANNA, BEN], pairs=find_similar(cells, [*RELEASED, *GIVEN]))


PAGES = {
    "feedback": lambda: feedback_page(marks(), ANNA, HAND),
    "missing": lambda: feedback_page(missing(), BEN),
    "report": report,
}


@pytest.fixture
def shown(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open one of PAGES from a file; afterwards nothing may have failed, been refused or asked for."""
    contexts: list[Any] = []
    offences: list[str] = []

    def show(name: str, scheme: str = "light", width: int = 900) -> Any:
        file = tmp_path / f"{name}.html"
        file.write_text(PAGES[name](), encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.on("console", lambda said: offences.append(said.text))  # a style the policy refuses is reported here
        page.on("pageerror", lambda error: offences.append(str(error)))
        page.on("request", lambda asked: offences.append(asked.url) if asked.url != file.as_uri() else None)
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert offences == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_word_can_be_read(shown: Callable[..., Any], name: str, scheme: str) -> None:
    page = shown(name, scheme)
    page.eval_on_selector_all("details", "all => all.forEach((each) => { each.open = true })")
    assert page.evaluate(UNREADABLE) == []
    back = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert back == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(17, 17, 17)")
    page.screenshot(path=artifacts() / f"grading-{name}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_needs_no_sideways_scrolling(shown: Callable[..., Any], name: str) -> None:
    page = shown(name, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.screenshot(path=artifacts() / f"grading-{name}-phone.png", full_page=True)


def test_the_points_fit_a_phone(shown: Callable[..., Any]) -> None:
    page = shown("feedback", width=360)
    assert page.eval_on_selector(".frame", "frame => frame.scrollWidth <= frame.clientWidth")


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(shown: Callable[..., Any]) -> None:
    page = shown("feedback")
    page.keyboard.press("Tab")
    link = page.evaluate("document.activeElement.textContent")
    assert link == "To the content"
    box = page.locator(".skip").bounding_box()
    assert box and box["x"] >= 0 and box["y"] >= 0
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Points for each question"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_paper_is_white_and_loses_nothing(shown: Callable[..., Any]) -> None:
    page = shown("feedback", "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(UNREADABLE) == []
    assert not page.locator(".skip").is_visible() and page.locator("article").count() == 5


def test_a_screen_reader_gets_names_and_landmarks(shown: Callable[..., Any]) -> None:
    said = shown("feedback").locator("body").aria_snapshot()
    for part in ("banner", "main", "contentinfo", 'heading "Question by question" [level=2]',
                 'article "A band · 3 of 3 points"',
                 'columnheader "Points"', 'rowheader "A bias for distance"'):  # fmt: skip
        assert part in said, said
    assert 'img "Bars: 1 submissions' in shown("report").locator("body").aria_snapshot()
