"""Guesses in a real Chromium: a curve drawn by mouse and by keys, and what is written on a slide and a page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.exercises.predictions.form import CurveField
from course_lib.site.files import Folder
from course_lib.site.lessons import lesson
from course_lib.slides.build import files_of
from course_lib.slides.deck import deck
from course_lib.slides.reveal import reveal_files
from tests.browser.axe import violations
from tests.browser.harness import open_page
from tests.browser.pages import visiting
from tests.site.made_up import place
from tests.slides.made_up import lecture

pytestmark = pytest.mark.browser


@pytest.fixture
def field() -> CurveField:
    axes = {"low": 0.0, "high": 10.0, "x_label": "step", "y_label": "loss"}
    return CurveField(xs=[0.0, 1.0, 2.0], ys=[5.0, 5.0, 5.0], **axes)


@pytest.fixture
def page(browser: Any, field: CurveField) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 500, "height": 400})
    yield open_page(context, field, "light")
    context.close()


def test_the_mouse_draws(page: Any, field: CurveField) -> None:
    box = page.locator(".course-draw").bounding_box()
    scale = box["width"] / 420
    page.mouse.move(box["x"] + 44 * scale, box["y"] + 12 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + 224 * scale, box["y"] + 86 * scale, steps=4)
    page.mouse.move(box["x"] + 404 * scale, box["y"] + 160 * scale, steps=4)
    page.mouse.up()
    page.wait_for_function("window.model.saves > 0")
    page.wait_for_timeout(200)
    assert 10 >= field.ys[0] > field.ys[1] > field.ys[2] == 0, "each height is the last at which the mouse went by"


def test_the_keys_draw_and_stay_in_range(page: Any, field: CurveField) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("window.model.saves >= 5")
    page.wait_for_timeout(200)
    assert field.ys == [5.2, 0.0, 10.0]
    knobs = page.locator("[role=slider]")
    assert (
        knobs.nth(2).get_attribute("aria-valuenow") == "10" and knobs.nth(0).get_attribute("aria-label") == "loss at 0"
    )
    page.keyboard.press("Control+ArrowUp")
    assert page.evaluate("document.activeElement === document.querySelectorAll('[role=slider]')[2]")
    assert violations(page) == []


def test_closing_it_removes_its_listener(page: Any) -> None:
    assert page.evaluate("window.model.listeners()") > 0
    page.evaluate("window.cleanups.forEach((close) => close?.())")
    assert page.evaluate("window.model.listeners()") == 0


def test_what_the_room_guesses_stands_beside_what_came_out(browser: Any, tmp_path: Path) -> None:
    from nbformat.v4 import new_output

    from course_lib.authoring.cells import code
    from course_lib.exercises.predictions.calls import outcome_page
    from course_lib.exercises.predictions.declare import find_prediction

    made = lecture()
    at = next(number for number, cell in enumerate(made.cells) if cell.id == "w07-1-predict")
    shown = code("w07-1-outcome", 'outcome("w07.3", 0.95)')
    told = outcome_page(find_prediction("w07.3"), None, 0.95, False)
    shown.outputs = [new_output("display_data", told._repr_mimebundle_())]
    made.cells[at + 1 : at + 1] = [code("w07-1-guess", 'predict("w07.3")'), shown]
    this = lesson(place(), made)
    folder = Folder(tmp_path / "slides")
    for name, content in files_of(this, deck(this), reveal_files()).items():
        folder.put(name, content)
    folder.write()
    with visiting(browser, tmp_path / "slides") as open_file:
        page = open_file("index.html", height=720)
        page.wait_for_selector(":root[data-ready=yes]")
        page.evaluate("location.hash = '#/w07-1-predict-predict'")
        page.wait_for_selector("section.present .guess input")
        page.locator("section.present .guess input").fill("a <half>")
        assert page.locator("[data-guess='w07.3']").text_content() == "a <half>"
        page.locator("section.present .guess input").fill(" ")
        assert page.locator("[data-guess='w07.3']").text_content() == "no guess was written down"
