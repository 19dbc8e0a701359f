"""The site as a visitor meets it: opened from a file, in a real Chromium, without a kernel and without a network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.build import read
from course_lib.authoring.places import checkout, notebooks
from course_lib.curriculum.chooser import Answers, advise
from course_lib.site.build import site
from course_lib.site.files import Folder
from course_lib.site.lessons import lesson
from tests.browser.axe import violations
from tests.browser.harness import artifacts
from tests.browser.pages import Open, come_alive, visiting
from tests.site.made_up import lecture, place
from tests.site.test_states import EXPLORERS

pytestmark = pytest.mark.browser
MADE = "w12_gnn/lecture.html"  # a made-up lecture with every kind of explorer
REAL = [
    "index.html",
    "start_here.html",
    "w04_unet/lecture.html",
    "w07_attention/lecture.html",
    "w07_attention/homework.html",
]


@pytest.fixture(scope="module")
def widgets() -> dict[str, Any]:
    """The explorers of the made-up lecture, as Python has them."""
    return {kind: make() for kind, make in EXPLORERS.items()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, widgets: dict[str, Any]) -> Path:
    """The course's own notebooks as they are stored, one of them exchanged for the made-up lecture."""
    lessons = [lesson(each, read(each)) for each in notebooks(checkout() / "solutions")]
    made = lesson(place("w12_gnn/lecture.ipynb"), lecture(*widgets.values()))
    folder = Folder(tmp_path_factory.mktemp("site") / "pages")
    for name, content in site([made if each.name == made.name else each for each in lessons]).items():
        folder.put(name, content)
    folder.write()
    return folder.root


@pytest.fixture
def visit(browser: Any, root: Path) -> Iterator[Open]:
    with visiting(browser, root) as found:
        yield found


def statuses(page: Any) -> list[str]:
    """What the explorers say, in their order."""
    return page.eval_on_selector_all(".explorer [role=status]", "all => all.map((one) => one.innerText)")


def test_every_explorer_lives_without_a_kernel_and_says_what_python_says(visit: Open, widgets: dict[str, Any]) -> None:
    page = visit(MADE, 1100, 1000)
    come_alive(page, len(widgets))
    assert statuses(page) == [widget.describe() for widget in widgets.values()]
    page.screenshot(path=artifacts() / "site_explorers.png", full_page=True)


def test_a_choice_changes_the_page_as_it_would_change_python(visit: Open, widgets: dict[str, Any]) -> None:
    page = visit(MADE, 1100, 1000)
    come_alive(page, len(widgets))
    model = page.locator(".explorer").nth(0).get_attribute("data-state")
    page.focus(".attention-explorer [tabindex='0'][role=img], .attention-explorer canvas[tabindex='0']")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(200)
    row = page.evaluate("async (name) => (await course.model(name)).get('row')", model)
    other = EXPLORERS["attention"]()
    other.row = row
    assert row != widgets["attention"].row and statuses(page)[0] == other.describe()


def test_a_new_text_is_told_to_need_a_notebook(visit: Open) -> None:
    from course_lib.widgets.attention import AttentionExplorer
    from tests.browser import samples

    widget = AttentionExplorer.of(samples.text(), ask=lambda text: samples.text())
    folder = Folder(Path(artifacts()) / "asking")
    for name, content in site([lesson(place(), lecture(widget))]).items():
        folder.put(name, content)
    folder.write()
    page = visit((folder.root / "w07_attention/lecture.html").resolve(), 1100, 1000)
    come_alive(page, 1)
    page.fill(".attention-explorer input[type=text], .attention-explorer form input", "another text")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=open the lesson in JupyterLab")
    page.wait_for_timeout(700)
    assert page.locator("text=waiting for the kernel").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*REAL, MADE])
def test_nobody_is_shut_out(visit: Open, name: str, theme: str) -> None:
    page = visit(name, theme=theme)
    if name == MADE:
        come_alive(page, len(EXPLORERS))
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    assert violations(page) == []
    assert page.locator("h1").count() == 1 and page.locator("main").count() == 1


@pytest.mark.parametrize("width", [360, 820, 1280, 1920])
@pytest.mark.parametrize("name", ["index.html", "w04_unet/lecture.html", MADE])
def test_it_fits_phone_laptop_and_projector(visit: Open, name: str, width: int) -> None:
    page = visit(name, width, 800)
    if name == MADE:
        come_alive(page, len(EXPLORERS))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.screenshot(path=artifacts() / f"site_{Path(name).parts[0].split('.')[0]}_{width}.png")


def test_the_theme_follows_the_system_until_it_is_chosen(visit: Open) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    page = visit("index.html", theme="dark")
    dark = page.evaluate(paper)
    page.click("button.theme")
    light = page.evaluate(paper)
    assert dark == "rgb(17, 17, 20)" and light == "rgb(255, 255, 255)"
    page.reload()
    assert page.evaluate(paper) == light and page.inner_text("button.theme") == "Dark"


def test_explorers_follow_the_chosen_theme(visit: Open) -> None:
    page = visit(MADE, theme="light")
    come_alive(page, len(EXPLORERS))
    page.click("button.theme")
    page.wait_for_timeout(200)
    papers = page.eval_on_selector_all(
        ".course-explorer", "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert set(papers) == {"rgb(17, 17, 20)"}


def test_search_by_keyboard_finds_and_goes(visit: Open) -> None:
    page = visit("w07_attention/lecture.html")
    page.focus("[role=combobox]")
    page.keyboard.type("qwertz")
    page.wait_for_selector(".search [role=status]:text('no places found')", state="attached")
    page.fill("[role=combobox]", "")
    page.keyboard.type("hidden positions")
    page.wait_for_selector("#found li")
    assert page.get_attribute("[role=combobox]", "aria-expanded") == "true"
    assert "7.3" in page.inner_text("#found li >> nth=0")
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("[role=combobox]", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/w07_attention/lecture.html#7-3-queries-keys-values")
    page.fill("[role=combobox]", "soft dice")
    page.wait_for_selector("#found li")
    page.keyboard.press("Enter")
    page.wait_for_url("**/w04_unet/**")


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("unet", "Week 4 · U-Net: from what to where"),
        ("what is a transformer", "Week 8 · The whole machine"),
        ("install", "Take it home"),
        ("python version", "Take it home"),
        ("skip connection", "4.2 A short way across"),
        ("homework qwertz", "Week 4 · Homework: how many nuclei, and what is a third dimension worth?"),
    ],
)
def test_search_understands_a_visitor(visit: Open, asked: str, title: str) -> None:
    page = visit("start_here.html")
    page.fill("[role=combobox]", asked)
    page.wait_for_selector("#found li")
    assert page.inner_text("#found li >> nth=0").startswith(title)


def test_a_link_to_a_part_far_below_lands_on_it(visit: Open) -> None:
    page = finger(visit, "w08_transformer/lecture.html")
    for number in (-1, -3, 3):
        goal = page.locator(".contents ol a").nth(number)
        page.tap(".contents summary")
        name = goal.get_attribute("href")
        goal.tap()
        page.wait_for_function("(name) => location.hash === name", arg=name)
        page.wait_for_timeout(300)
        bottom = page.evaluate("document.documentElement.scrollHeight - innerHeight - scrollY")
        top = page.locator(":target").bounding_box()["y"]
        assert 30 < top < 90 or (bottom < 2 and 0 < top < 800), f"{name} stands at {top}"
        page.reload()
        page.wait_for_timeout(300)
        assert 0 < page.locator(":target").bounding_box()["y"] < 800


def test_an_explorer_far_below_comes_alive_when_it_is_jumped_to(visit: Open, root: Path) -> None:
    html = (root / MADE).read_text(encoding="utf-8")
    far, begin = root / "w12_gnn" / "far.html", html.index("<section aria")
    part = '<section aria-label="a part"><h2>A part</h2><p style="height: 6000px">Long.</p></section>'
    far.write_text(html[:begin] + 6 * part + html[begin:], encoding="utf-8")
    page = visit("w12_gnn/far.html")
    page.wait_for_timeout(600)
    page.evaluate("document.querySelector('.explorer').scrollIntoView({ block: 'center' })")
    page.wait_for_selector(".explorer.is-live", timeout=5000)
    far.unlink()


def test_the_first_key_skips_to_the_content(visit: Open) -> None:
    page = visit("w04_unet/lecture.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def finger(visit: Open, name: str, width: int = 390, height: int = 844) -> Any:
    """A page on a phone."""
    return visit(name, width, height, has_touch=True, is_mobile=True, device_scale_factor=3)


SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter((one) => {
  const { width, height } = one.getBoundingClientRect();
  const between = one.tagName === "A" && (one.closest("main :is(p, li, figcaption)") || one.matches(".skip"));
  return width && height && !between && !one.closest(".live") && (width < 24 || height < 36);
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", ["index.html", "w07_attention/lecture.html", "w07_attention/homework.html"])
def test_a_finger_hits_what_it_aims_at(visit: Open, name: str) -> None:
    page = finger(visit, name)
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    assert page.evaluate(SMALL) == []
    page.tap(".weeks summary")
    assert page.evaluate(SMALL) == []


def test_a_finger_drags_the_slider_of_an_explorer(visit: Open) -> None:
    page = finger(visit, MADE)
    come_alive(page, len(EXPLORERS))
    slider = page.locator(".denoising input[type=range]")
    slider.scroll_into_view_if_needed()
    box, before = slider.bounding_box(), slider.input_value()
    assert box["height"] >= 40
    touch = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.1), ("touchMove", 0.4), ("touchMove", 0.7), ("touchEnd", None)):
        points = [] if share is None else [{"x": box["x"] + share * box["width"], "y": box["y"] + box["height"] / 2}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(200)
    after = slider.input_value()
    assert after != before and "t = " in page.inner_text(".denoising [role=status]")


def test_on_a_phone_the_contents_stay_at_hand(visit: Open) -> None:
    page = finger(visit, "w04_unet/lecture.html")
    summary = page.locator(".contents summary")
    assert not page.is_visible(".contents ol")
    page.evaluate("scrollTo(0, 9000)")
    assert summary.bounding_box()["y"] < 30
    summary.tap()
    page.tap(".contents li:nth-child(4) a")
    page.wait_for_function("location.hash.length > 1")
    assert not page.is_visible(".contents ol"), "the list lies over the page and must go away"
    page.wait_for_timeout(900)  # it scrolls there
    bar, heading = summary.bounding_box(), page.locator(":target").bounding_box()
    assert bar["y"] + bar["height"] <= heading["y"] + 8 < 200
    summary.tap()
    page.touchscreen.tap(380, 830)
    assert not page.is_visible(".contents ol"), "a touch beside the list closes it"


def test_on_a_phone_results_are_read_without_scrolling_sideways(visit: Open) -> None:
    page = finger(visit, "w07_attention/lecture.html")
    hidden = "all => all.filter((one) => one.scrollWidth > one.clientWidth).length"
    assert page.locator("pre.out.flows").count() > 5
    assert page.eval_on_selector_all("pre.out.flows", hidden) == 0
    assert page.eval_on_selector_all("pre.code", hidden) > 5  # code keeps its lines, and shows a shade at the edge


def test_a_visitor_is_told_what_this_is_for_whom_and_how_to_begin(visit: Open) -> None:
    page = finger(visit, "index.html")
    facts = page.locator(".facts")
    assert facts.bounding_box()["y"] + facts.bounding_box()["height"] < 844, "all of it on the first screen"
    said = facts.inner_text()
    assert all(word in said for word in ("For whom:", "Start:", "5 of 16 weeks"))
    planned = page.locator(".planned li")
    assert planned.count() == 11 and "Planned, not written yet" in page.inner_text("main")
    card = page.locator(".cards li.ready >> nth=1")
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 12, box["y"] + 12)  # far from the words
    page.wait_for_url("**/w07_attention/lecture.html")


def test_the_menu_opens_and_closes_by_keyboard(visit: Open) -> None:
    page = visit("w04_unet/lecture.html")
    page.focus(".weeks summary")
    page.keyboard.press("Enter")
    assert page.is_visible(".weeks [aria-current=page]")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.is_visible(".weeks ol")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_printed_it_shows_pictures_answers_and_no_controls(visit: Open) -> None:
    page = visit(MADE)
    come_alive(page, len(EXPLORERS))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".explorer .live >> visible=true").count() == 0
    assert page.locator(".explorer > .still >> visible=true").count() == len(EXPLORERS)
    assert page.is_visible("text=secret_answer") and not page.is_visible(".top")
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.is_visible("text=secret_answer")


def test_without_scripts_everything_can_be_read(visit: Open) -> None:
    page = visit(MADE, java_script_enabled=False)
    assert page.locator(".explorer > .still img").count() == len(EXPLORERS)
    page.click("text=An answer")
    assert page.is_visible("text=secret_answer")


def test_the_chooser_of_the_first_page_says_what_python_says(visit: Open) -> None:
    written = {"w04", "w07", "w08", "w12", "w14"}
    page = visit("index.html", 1280, 2400)
    page.wait_for_selector("[data-kind=chooser].is-live")
    for tags in (
        Answers("table", "hundreds", "none", "number", "minutes"),
        Answers("image", "thousands", "none", "each", "gpu"),
    ):
        for name, tag in zip(tags._fields, tags, strict=True):
            page.select_option(f"select[name={name}]", tag)
        said = page.inner_text("[data-kind=chooser] [role=status]").split("\n")
        assert [line for line in said if line.strip()] == advise(tags, written).as_text().split("\n")


def test_pages_are_light(root: Path) -> None:
    """The page with all that it loads at once; states of explorers come when they are scrolled to."""
    shared = sum((root / "static" / name).stat().st_size for name in ("site.css", "site.js", "host.js", "math.woff2"))
    for page in root.rglob("*.html"):
        pictures = sum(each.stat().st_size for each in (root / f"{page.with_suffix('')}-files").rglob("*.png"))
        assert page.stat().st_size + pictures + shared < 3_000_000 / 2, page
