"""A deck as a teacher meets it: opened from a file on a projector, in a real Chromium, without kernel and network."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.build import read
from course_lib.authoring.places import checkout, notebooks
from course_lib.site.files import Folder
from course_lib.site.lessons import Lesson, lesson
from course_lib.slides.build import files_of
from course_lib.slides.deck import deck
from course_lib.slides.reveal import reveal_files
from tests.browser.axe import violations
from tests.browser.harness import artifacts
from tests.browser.pages import Open, visiting
from tests.site.test_states import EXPLORERS
from tests.slides.made_up import made_up

pytestmark = pytest.mark.browser
LECTURES = [each for each in notebooks(checkout() / "solutions") if each.kind == "lecture"]
LEAST_TYPE = 28  # pixels on a slide of 1280 x 720
SPILLS = """async () => {
  const found = [], room = (node) => [node.scrollWidth - node.clientWidth, node.scrollHeight - node.clientHeight];
  const two = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const slide of document.querySelectorAll(".slides > section > section")) {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, 99);
    await two();
    const say = (what) => found.push(`${slide.id}: ${what}`);
    const body = slide.querySelector(".body"), frame = slide.querySelector(".sheet").getBoundingClientRect();
    for (const node of [body, ...slide.querySelectorAll(".formula, .timer, .facts, h1, h2:not(.running)")])
      if (Math.max(...room(node)) > 1) say(`${node.className || node.tagName} spills by ${room(node)}`);
    for (const node of body.querySelectorAll("*:not(math *, svg *)")) {
      const box = node.getBoundingClientRect();
      if (box.width && (box.right > frame.right + 1 || box.bottom > frame.bottom + 1)) say(`${node.tagName} leaves`);
    }
    const type = parseFloat(getComputedStyle(body).fontSize);
    if (type < LEAST) say(`type of ${type} pixels`);
    for (const fold of body.querySelectorAll("details")) {
      fold.open = true;
      await two();
      if (Math.max(...room(body)) > 1) say(`${fold.innerText.slice(0, 30)} spills when it is unfolded`);
      fold.open = false;
    }
    if (!body.innerText.trim() && !body.querySelector("img")) say("an empty slide");
  }
  return found;
}""".replace("LEAST", str(LEAST_TYPE))

LEAST_LABEL = 13.9  # pixels of the smallest word in an explorer on a slide of 1280 x 720; 14, less rounding
LABELS = """() => {
  const twin = document.querySelector(".stage .explorer:not([hidden])"), found = [];
  for (const node of twin.querySelectorAll("*")) {
    const words = [...node.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
    const box = node.getBoundingClientRect();
    if (!words.length || box.width < 2 || !node.checkVisibility({ visibilityProperty: true })) continue;
    const drawn = node.closest("svg") && node.getScreenCTM?.();
    const times = drawn ? Math.hypot(drawn.a, drawn.b) : twin.dataset.scale * Reveal.getScale();
    found.push([parseFloat(getComputedStyle(node).fontSize) * times, node.textContent.trim().slice(0, 20)]);
  }
  return found.sort((one, other) => one[0] - other[0]);
}"""
SPILT = """() => {
  const twin = document.querySelector(".stage .explorer:not([hidden])"), live = twin.querySelector(":scope > .live");
  return [live.offsetHeight * twin.dataset.scale - twin.clientHeight, live.scrollWidth - live.clientWidth];
}"""


@pytest.fixture(scope="module")
def widgets() -> dict[str, Any]:
    """One explorer of every kind, as Python has it."""
    return {kind: make() for kind, make in EXPLORERS.items()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, widgets: dict[str, Any]) -> Path:
    """The made-up deck in `made`, and every lecture, with the outputs that its notebook keeps, below its week."""
    top = tmp_path_factory.mktemp("slides")
    write(made_up(*widgets.values()), top / "made")
    for place in LECTURES:
        write(lesson(place, read(place)), top / str(place.week))
    return top


def write(made: Lesson, where: Path) -> None:
    folder = Folder(where)
    for name, content in files_of(made, deck(made), reveal_files()).items():
        folder.put(name, content)
    folder.write()


@pytest.fixture
def show(browser: Any, root: Path) -> Iterator[Callable[..., Any]]:
    """Open a deck at a slide: `show("made", "w07-1-answer")`."""
    with visiting(browser, root) as visit:
        yield lambda name="made", slide="", **options: ready(visit, name, slide, **options)


def ready(visit: Open, name: str, slide: str, query: str = "", **options: Any) -> Any:
    options = {"width": 1280, "height": 720} | options
    page = visit(f"{name}/index.html", **options)
    if query:
        page.goto(page.url.partition("#")[0] + query)
    page.wait_for_selector("html[data-ready]", state="attached")
    if slide:
        go(page, slide)
    return page


def go(page: Any, slide: str) -> None:
    page.evaluate(
        "(id) => { const { h, v } = Reveal.getIndices(document.getElementById(id)); Reveal.slide(h, v); }", slide
    )
    page.wait_for_timeout(60)


def at(page: Any) -> str:
    """The slide that is shown."""
    return page.evaluate("Reveal.getCurrentSlide().id")


def alive(page: Any) -> Any:
    """The explorer on the stage, when it lives and has its size."""
    page.wait_for_selector(".stage .explorer.is-live:not([hidden])[data-scale]")
    page.wait_for_timeout(350)
    return page.locator(".stage .explorer:not([hidden])")


@pytest.mark.parametrize("place", LECTURES, ids=lambda place: place.week)
def test_nothing_spills_and_the_last_row_can_read_it(show: Any, place: Any) -> None:
    page = show(place.week)
    assert page.evaluate(SPILLS) == []
    assert page.locator(".slides > section > section").count() > 15


def test_nothing_spills_on_a_larger_projector(show: Any) -> None:
    page = show("w07", width=1920, height=1080)
    assert page.evaluate(SPILLS) == []
    assert page.evaluate("Reveal.getScale()") == 1.5
    page.screenshot(path=artifacts() / "slides_w07_1920.png")


def test_the_measure_of_spilling_can_fail(show: Any) -> None:
    page = show()
    page.evaluate("document.querySelector('#w07-1-idea .body').append(new Text('word '.repeat(1200)))")
    assert any("w07-1-idea" in said for said in page.evaluate(SPILLS))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_explorer_lives_on_its_slide_and_says_what_python_says(show: Any, widgets: Any, theme: str) -> None:
    page = show(theme=theme)
    for number, (kind, widget) in enumerate(widgets.items()):
        go(page, f"w07-2-explore{number}")
        place = alive(page)
        assert place.locator("[role=status]").first.inner_text() == widget.describe(), kind
        box, frame = place.bounding_box(), page.locator(f"#w07-2-explore{number} .sheet").bounding_box()
        assert (
            box["x"] >= 0 and box["x"] + box["width"] <= frame["width"] and box["y"] + box["height"] <= frame["height"]
        )
        assert float(place.get_attribute("data-scale")) >= 0.8
        page.screenshot(path=artifacts() / f"slides_{kind}_{theme}.png")
    ground = page.evaluate("getComputedStyle(document.querySelector('.stage .course-explorer')).backgroundColor")
    assert ground == ("rgb(17, 17, 20)" if theme == "dark" else "rgb(255, 255, 255)")


def test_every_explorer_stands_whole_on_its_slide_and_its_smallest_word_can_be_read(show: Any, widgets: Any) -> None:
    page = show()
    for number, kind in enumerate(widgets):
        go(page, f"w07-2-explore{number}")
        alive(page)
        assert max(page.evaluate(SPILT)) <= 1, kind
        labels = page.evaluate(LABELS)
        assert len(labels) > 10 and labels[0][0] >= LEAST_LABEL, (kind, labels[:3])


def test_a_table_lies_over_its_explorer_which_keeps_its_size(show: Any, widgets: Any) -> None:
    page = show(slide=f"w07-2-explore{list(widgets).index('message_passing')}")
    place = alive(page)
    before = place.get_attribute("data-scale")
    place.get_by_role("button", name="Table").click()
    page.wait_for_timeout(300)
    table = place.get_by_role("region", name="table")
    assert table.is_visible() and place.get_attribute("data-scale") == before and max(page.evaluate(SPILT)) <= 1
    assert place.get_by_role("button", name="Table").is_visible()
    place.get_by_role("button", name="Table").click()
    assert not table.is_visible()


def test_few_words_are_larger_and_a_formula_stays_one_line(show: Any) -> None:
    page = show("w07")
    type_of = "(id) => parseFloat(getComputedStyle(document.querySelector(`#${id} .body`)).fontSize)"
    go(page, "w07-1-idea-claim")
    assert page.evaluate(type_of, "w07-1-idea-claim") >= 32
    claim = page.locator("#w07-1-idea-claim .body p")
    assert claim.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)") >= 44
    go(page, "w07-2-idea")
    formula = page.locator("#w07-2-idea .formula").first
    assert formula.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0


def test_keys_in_an_explorer_do_not_turn_the_page_and_escape_leads_out(show: Any) -> None:
    page = show(slide="w07-2-explore0")
    place = alive(page)
    before = place.locator("[role=status]").first.inner_text()
    page.focus(".stage [tabindex='0'][role=img], .stage canvas[tabindex='0']")
    for key in ("ArrowDown", "ArrowRight", "PageDown", "Home", " "):
        page.keyboard.press(key)
    page.wait_for_timeout(150)
    assert at(page) == "w07-2-explore0" and place.locator("[role=status]").first.inner_text() != before
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()") and page.locator(".stage .explorer:not([hidden])").count() == 0
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()") and alive(page).locator("canvas").first.is_visible()
    page.keyboard.press("PageDown")
    page.wait_for_timeout(60)
    assert at(page) == "w07-2-explore1"


def test_the_mouse_hits_the_cell_it_points_at(show: Any, widgets: Any) -> None:
    page = show(slide="w07-2-explore0", width=1920, height=1080)
    box = alive(page).locator(".ae-map").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.wait_for_timeout(200)
    state = page.locator(".stage .explorer").first.get_attribute("data-state")
    row = page.evaluate("async (name) => (await course.model(name)).get('row')", state)
    assert row == page.locator(".stage .ae-side span").count() // 2 != widgets["attention"].row


def test_the_timer_runs_through_its_stages_and_speaks_seldom(show: Any) -> None:
    page = show(slide="w07-1-answer")
    page.clock.install()
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    go(page, "w07-1-answer")
    clock, told, timer = (f"#w07-1-answer {name}" for name in (".clock", ".timer [role=status]", ".timer"))
    state = lambda: page.get_attribute(timer, "data-state")  # noqa: E731
    assert page.inner_text(clock) == "2:00" and state() == "waiting"
    page.keyboard.press("t")
    page.evaluate("window.said = []; new MutationObserver(() => said.push(1)).observe("
                  "document.querySelector('#w07-1-answer .timer [role=status]'), { childList: true })")  # fmt: skip
    page.clock.run_for(30_500)
    assert page.inner_text(clock) == "1:30" and state() == "running"
    page.screenshot(path=artifacts() / "slides_timer.png")
    page.keyboard.press("t")
    page.clock.run_for(60_000)
    assert page.inner_text(clock) == "1:30" and state() == "waiting"
    page.keyboard.press("t")
    page.clock.run_for(91_000)
    assert page.inner_text("#w07-1-answer li[aria-current]").startswith("pair")
    page.clock.run_for(120_000)
    assert page.inner_text("#w07-1-answer li[aria-current]").startswith("share")
    page.clock.run_for(61_000)
    assert page.inner_text(clock) == "0:00" and state() == "over" and page.inner_text(told) == "Time is up."
    assert 4 <= page.evaluate("said.length") <= 8, "a word at stages and whole minutes, none at seconds"
    page.keyboard.press("r")
    assert page.inner_text(clock) == "2:00" and state() == "waiting"


def test_hints_come_one_by_one_and_the_answer_when_it_is_asked_for(show: Any) -> None:
    page = show(slide="w07-1-answer")
    seen = lambda: page.locator("#w07-1-answer .hint:visible").count()  # noqa: E731
    assert seen() == 0 and page.locator("pre:has-text('secret_answer')").count() == 1
    page.keyboard.press("i")
    page.keyboard.press("i")
    assert seen() == 2
    page.screenshot(path=artifacts() / "slides_hints.png")
    page.keyboard.press("Escape")
    assert seen() == 0 and not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("PageDown")
    page.wait_for_timeout(60)
    assert "secret_answer" not in page.inner_text(".aria-status"), "a screen reader is told no more than is seen"
    assert at(page) == "w07-1-answer-answer" and page.locator("pre:has-text('secret_answer')").is_hidden()
    page.locator("#w07-1-answer-answer summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("pre:has-text('secret_answer')").is_visible() and at(page) == "w07-1-answer-answer"


def test_code_opens_over_the_slide_and_keeps_its_keys(show: Any) -> None:
    page = show(slide="w07-1-hand")
    assert page.locator("#w07-1-hand .panel:visible").count() == 0
    page.keyboard.press("c")
    panel = page.locator("#w07-1-hand .panel:visible")
    assert "def helper(x)" in panel.inner_text()
    assert page.evaluate("document.activeElement.classList.contains('panel')")
    page.keyboard.press("Escape")
    assert panel.count() == 0 and page.evaluate("document.activeElement.textContent") == "Code: helper"


def test_a_quiz_tells_why_behind_a_click(show: Any) -> None:
    page = show(slide="w07-2-quiz")
    why = page.locator("#w07-2-quiz .why")
    assert why.count() > 2 and not any(each.is_visible() for each in why.all())
    page.locator("#w07-2-quiz summary").nth(1).click()
    assert why.nth(1).is_visible() and not why.nth(0).is_visible() and at(page) == "w07-2-quiz"


def test_a_prediction_comes_before_its_answer(show: Any) -> None:
    page = show(slide="w07-1-predict-predict")
    assert "how far?" in page.inner_text("#w07-1-predict-predict .asks")
    page.keyboard.press("Space")
    page.wait_for_timeout(60)
    assert at(page) == "w07-1-picture" and page.get_attribute("#w07-1-picture img", "alt") == "Two dots & a line."


def test_the_speaker_has_a_window_from_a_file_too(show: Any) -> None:
    page = show(slide="w07-1-idea")
    with page.context.expect_page() as opened:
        page.keyboard.press("s")
    speaker, notes = opened.value, ".speaker-controls-notes:not(.hidden) .value"
    speaker.wait_for_selector(notes, timeout=15_000)
    said = speaker.inner_text(notes)
    assert "7.1 Weights: 15 minutes planned, slide 1 of 6." in said and "A common wrong idea." in said
    assert "And so on." in said, "the words that did not fit"
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    speaker.wait_for_function("(where) => document.querySelector(where)?.innerText.includes('slide 2 of 6')", arg=notes)
    assert speaker.locator("iframe").count() == 2


def test_a_section_is_entered_at_its_first_slide(show: Any) -> None:
    page = show(slide="w07-2-quiz")
    go(page, "w07-1-answer-answer")
    page.keyboard.press("PageDown")
    page.wait_for_timeout(60)
    assert at(page) == "w07-2-idea"


def test_the_theme_can_be_changed_and_is_kept(show: Any) -> None:
    page = show(theme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.keyboard.press("d")
    assert page.evaluate(paper) == "rgb(17, 17, 20)"
    assert page.get_attribute("[data-do=theme]", "aria-pressed") == "true"
    page.reload()
    assert page.evaluate(paper) == "rgb(17, 17, 20)"


def test_nothing_moves_for_those_who_asked_for_no_motion(show: Any) -> None:
    page = show(slide="w07-1-answer", reduced_motion="reduce")
    moving = """[...document.querySelectorAll(".reveal, .slides, .slides section, .timer *, .fragment, .progress span")]
        .map((node) => getComputedStyle(node)).filter((style) => style.animationName !== "none"
        || (parseFloat(style.transitionDuration) > 0 && style.transitionProperty !== "none")).length"""
    assert page.evaluate(moving) == 0


@pytest.mark.parametrize("name", ["made", "w07"])
def test_paper_has_one_page_a_slide(show: Any, name: str) -> None:
    page = show(name, query="?print-pdf")
    count = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert count == page.locator(".pdf-page").count() == page.locator(".sheet").count() > 9
    assert page.locator(".answer:not([open])").count() == 0 == page.locator(".options [open]").count()
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.body')].filter((b) => b.scrollHeight > b.clientHeight + 1).length"
        )
        == 0
    )
    assert page.locator(".stage").is_hidden() and page.locator("nav.deck-tools").is_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_shut_out(show: Any, widgets: Any, theme: str) -> None:
    page = show(theme=theme)
    ids = page.eval_on_selector_all(".slides > section > section", "all => all.map((each) => each.id)")
    for slide in ids:
        go(page, slide)
        page.evaluate("for (const each of Reveal.getCurrentSlide().querySelectorAll('details')) each.open = true")
        if "explore" in slide:
            alive(page)
        assert violations(page) == [], slide
        assert page.locator(f"#{slide} :is(h1, h2)").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_shut_out_of_a_real_lecture(show: Any, theme: str) -> None:
    page = show("w07", theme=theme)
    ids = page.eval_on_selector_all(".slides > section > section", "all => all.map((each) => each.id)")
    for slide in ids[::6]:
        go(page, slide)
        assert violations(page) == [], slide
