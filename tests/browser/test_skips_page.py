"""The skip-connections explorer on a plain page, moved by mouse and keyboard and held against numpy."""

from typing import Any

import numpy as np
import pytest
from matplotlib import colormaps

from course_lib.viz.segmentation import class_colours
from course_lib.viz.skips import wrong_places
from course_lib.widgets.skip_connections import SkipExplorer
from course_lib.widgets.skip_connections.bundle import WORDS
from course_lib.widgets.skip_connections.words import TOP, map_shown
from tests.browser.harness import artifacts
from tests.browser.looking import (
    EVERY_THEME,
    STATUS,
    agrees,
    cells_of,
    contrast,
    drawn,
    nameless,
    pixels,
    sharing_keys,
    stands_out,
)
from tests.browser.samples_skips import KINDS, NAMES, heads, small

pytestmark = pytest.mark.browser
TILES = ".sk-tile[data-node]"


def explorer(kind: str = "small", **choice: Any) -> SkipExplorer:
    widget = SkipExplorer.of(KINDS[kind]())
    for name, value in choice.items():
        setattr(widget, name, value)
    return widget


def opened(page_with: Any, widget: SkipExplorer, **options: Any) -> Any:
    """A page whose arrays are unpacked."""
    page = page_with(widget, **options)
    page.wait_for_function("[...document.querySelectorAll('[data-is=status]')].every((one) => one.textContent)")
    return page


def painted(mask: np.ndarray) -> np.ndarray:
    """A mask in the colours of its classes, (H, W, 3) bytes."""
    colours = [[int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in class_colours(len(NAMES))]
    return np.array(colours, np.uint8)[mask]


def switch(page: Any, skip: int, kind: str) -> None:
    page.click(f"[data-do=switch][data-skip='{skip}'][data-kind='{kind}']")


def test_the_mask_on_the_page_is_the_mask_of_every_state(page_with: Any) -> None:
    widget = explorer()
    page = opened(page_with, widget)
    it = widget.shown
    assert (pixels(page, "[data-is=truth]") == painted(it.truth)).all()
    assert (pixels(page, "[data-is=image]") == it.picture).all()
    for state in it.states:
        page.evaluate("(skips) => model.take({ skips })", [WORDS[kind] for kind in state])
        drawn(page)
        assert (pixels(page, "[data-is=mask]") == painted(it.masks[state])).all(), state
        widget.skips = [WORDS[kind] for kind in state]
        assert page.inner_text(STATUS) == widget.describe()


def test_the_difference_is_loud_where_the_prediction_is_wrong(page_with: Any) -> None:
    widget = explorer(skips=["off", "on", "on"])
    page = opened(page_with, widget)
    page.click("[name=difference]")
    agrees(page, widget)
    it = widget.shown
    assert widget.difference and page.inner_text("[data-is=mask_caption]") == "difference"
    wanted = wrong_places(it.picture, it.masks[0, 1, 1], it.truth)
    assert (pixels(page, "[data-is=mask]") == wanted).all()
    assert 0.02 < (wanted == [0xD5, 0x5E, 0]).all(-1).mean() < 0.5
    page.click("[name=difference]")
    agrees(page, widget)
    assert (pixels(page, "[data-is=mask]") == painted(it.masks[0, 1, 1])).all()


def test_bridges_are_switched_by_mouse(page_with: Any) -> None:
    widget = explorer()
    page = opened(page_with, widget)
    for skip, kind in [(0, "off"), (2, "swapped"), (1, "off"), (0, "on")]:
        switch(page, skip, kind)
        agrees(page, widget)
        assert widget.skips[skip] == kind
        assert page.get_attribute(f".sk-bridge >> nth={skip}", "data-state") == kind
    assert widget.skips == ["on", "off", "swapped"]
    assert (pixels(page, ".sk-lender", 2) == small()[1].picture).all()
    shown = page.eval_on_selector_all(".sk-lender", "all => all.map((c) => getComputedStyle(c).display)")
    assert shown == ["none", "none", "block"] and "from head 1" in page.inner_text(".sk-bridge >> nth=2")
    for kind in ("off", "swapped", "on"):  # a click on the line itself goes round
        page.locator(".sk-bridge").nth(0).click(position={"x": 6, "y": 32})
        agrees(page, widget)
        assert widget.skips[0] == kind
    page.click("text=all skips on")
    agrees(page, widget)
    assert widget.skips == ["on"] * 3


def test_every_map_is_the_models_and_follows_the_state(page_with: Any) -> None:
    widget = explorer(skips=["on", "off", "on"])
    page = opened(page_with, widget)
    it = widget.shown
    steps = (255 * colormaps["viridis"](np.linspace(0, 1, TOP + 1))[:, :3]).round().astype(np.uint8)
    for node in range(7):
        page.locator(f"[data-node='{node}']").click()
        agrees(page, widget)
        assert widget.node == node
        channels = page.locator(".sk-channels button").count()
        for channel in range(channels):
            page.locator(".sk-channels button").nth(channel).click()
            agrees(page, widget)
            assert widget.channel == channel
            wanted = map_shown(it, node, channel, (1, 0, 1))
            assert (pixels(page, "[data-is=map]") == steps[wanted]).all()
            assert (pixels(page, f"[data-node='{node}'] canvas") == steps[wanted]).all()
    before = pixels(page, "[data-node='5'] canvas")
    switch(page, 1, "on")
    drawn(page)
    assert (pixels(page, "[data-node='5'] canvas") != before).any()
    sizes = page.eval_on_selector_all(f"{TILES} small", "all => all.map((s) => s.textContent)")
    assert sizes[0] == "3 × 61×53" and "5 × 7×6" in sizes
    assert page.inner_text(".sk-map h4").startswith("Decoder level 1")


def test_pointing_is_linked_across_all_pictures(page_with: Any) -> None:
    widget = explorer(skips=["off", "on", "on"], node=4)
    page = opened(page_with, widget)
    high, wide = widget.shown.masks.shape[-2:]
    for name, row, column in [("mask", 30, 17), ("image", 0, 52), ("truth", 60, 0), ("map", 13, 40)]:
        canvas = page.locator(f"[data-is={name}]")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + (column + 0.5) / wide * box["width"], box["y"] + (row + 0.5) / high * box["height"])
        agrees(page, widget)
        assert (widget.row, widget.column) == (row, column)
    marks = page.eval_on_selector_all(
        ".sk-pic",
        """all => all.map((pic) => { const [a, b] = [pic, pic.lastChild].map((one) => one.getBoundingClientRect());
            return [(b.x + b.width / 2 - a.x) / a.width, (b.y + b.height / 2 - a.y) / a.height]; })""",
    )
    assert len(marks) == 4 + 7
    assert np.allclose(marks, [(40.5) / wide, 13.5 / high], atol=0.05)


def test_keys_reach_everything(page_with: Any) -> None:
    widget = explorer()
    page = opened(page_with, widget)
    page.focus("[data-is=mask]")
    first = [("ArrowDown", (30, 26)), ("ArrowDown", (31, 26)), ("ArrowRight", (31, 27)), ("End", (31, 52))]
    then = [("ArrowRight", (31, 52)), ("Home", (31, 0)), ("ArrowUp", (30, 0)), ("Escape", (-1, -1))]
    for key, spot in first + then:
        page.keyboard.press(key)
        agrees(page, widget)
        assert (widget.row, widget.column) == spot
    page.focus(".sk-switch [tabindex='0']")
    for key, skips in [
        ("ArrowLeft", ["off", "on", "on"]),
        ("ArrowDown", ["off", "on", "on"]),  # from bridge to bridge
        ("End", ["off", "swapped", "on"]),
        ("ArrowLeft", ["off", "on", "on"]),
        ("ArrowDown", ["off", "on", "on"]),
        ("Home", ["off", "on", "off"]),
        ("ArrowDown", ["off", "on", "off"]),
    ]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert widget.skips == skips, key
        assert page.evaluate("document.activeElement.ariaChecked") == "true"
    page.focus(f"{TILES}[tabindex='0']")
    for key, node in [("ArrowDown", 1), ("ArrowRight", 2), ("End", 6), ("ArrowUp", 5), ("Home", 0), ("ArrowLeft", 0)]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert widget.node == node and page.evaluate("document.activeElement.ariaPressed") == "true"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.focus(".sk-channels [tabindex='0']")
    page.keyboard.press("ArrowRight")
    agrees(page, widget)
    assert widget.channel == 1 and page.evaluate("document.activeElement.ariaLabel") == "channel 1"
    page.click(".sk-combinations button >> nth=5")
    page.keyboard.press("ArrowLeft")
    agrees(page, widget)
    assert widget.skips == ["off", "on", "on"]
    for group in (".sk-tile", ".sk-channels button", ".sk-combinations button", ".sk-bridge:first-of-type button"):
        assert page.locator(f"{group}[tabindex='0']").count() == 1


def test_all_on_and_off_are_there_at_a_glance(page_with: Any) -> None:
    widget = explorer()
    page = opened(page_with, widget)
    it = widget.shown
    for i, state in enumerate(sorted((s for s in it.states if 2 not in s), reverse=True)):
        assert (pixels(page, ".sk-combinations canvas", i) == painted(it.masks[state])).all()
        marks = "".join("●" if kind else "○" for kind in state)
        assert page.inner_text(f".sk-combinations button >> nth={i}") == f"{marks} {it.dice[state].mean():.2f}"
        page.click(f".sk-combinations button >> nth={i}")
        agrees(page, widget)
        assert widget.skips == [WORDS[kind] for kind in state]
        assert page.locator(".sk-combinations [aria-checked=true]").count() == 1
    switch(page, 0, "swapped")
    agrees(page, widget)
    assert page.locator(".sk-combinations [aria-checked=true]").count() == 0


def test_the_dice_stand_beside_the_prediction(page_with: Any) -> None:
    widget = explorer(skips=["off", "on", "off"])
    page = opened(page_with, widget)
    it = widget.shown
    rows = cells_of(page, "[data-is=dice] tr")
    now, before = ([*it.dice[state], it.dice[state].mean()] for state in ((0, 1, 0), (1, 1, 1)))
    for row, name, a, b in zip(rows, [*NAMES, "mean"], now, before, strict=True):
        assert row[:2] == [name, f"{a:.2f}"]
        assert float(row[3].replace("−", "-").replace("±", "")) == pytest.approx(a - b, abs=0.011)
    style = "all => all.map((cell) => parseFloat(cell.style.getPropertyValue('--now')))"
    bars = page.eval_on_selector_all("[data-is=dice] td:nth-child(3)", style)
    assert np.allclose(bars, 100 * np.array(now), atol=0.51)


def test_another_picture_from_the_list(page_with: Any) -> None:
    one, two = small()[0], heads(1, 31, 37)[0]
    lone = SkipExplorer.of([heads(2, 41, 33)[0], heads(2, 31, 37)[1]])
    assert one.kinds != two.kinds  # a single picture has nobody to swap with
    page = opened(page_with, lone)
    page.locator("[data-is=mask]").hover(position={"x": 3, "y": 280})
    agrees(page, lone)
    assert lone.row > 30
    page.select_option("[name=image]", "1")
    agrees(page, lone)
    assert lone.image == 1 and lone.row == 30
    assert (pixels(page, "[data-is=mask]") == painted(lone.shown.masks[1, 1, 1])).all()
    page.evaluate("model.take({ image: 0 })")  # from Python, and back at once
    page.evaluate("model.take({ image: 1 })")
    drawn(page, 200)
    assert (pixels(page, "[data-is=image]") == lone.several[1].picture).all()


def test_predict_first(page_with: Any) -> None:
    widget = explorer(row=9, column=9)
    page = opened(page_with, widget)
    assert page.is_hidden("[data-is=question]")
    page.click("[name=predict]")
    agrees(page, widget)
    it = widget.shown
    assert widget.skips == ["off", "on", "on"] and "Guess first." in page.inner_text(STATUS)
    assert page.inner_text("[data-is=ask]") == "Skips, finest first: off, on, on: which class loses most?"
    assert (pixels(page, "[data-is=mask]") == painted(it.masks[1, 1, 1])).all()  # the answer is held back everywhere
    assert page.inner_text("[data-is=mask_caption]") == "prediction, all skips on"
    assert page.locator(".sk-combinations button:visible").count() == 1
    page.click("[data-is=toggle]")
    drawn(page)
    assert page.locator(".ce-table tr").count() == 2
    most = int((it.dice[1, 1, 1] - it.dice[0, 1, 1]).argmax())
    page.click(f"[data-do=guess][data-class='{(most + 1) % 4}']")
    agrees(page, widget)
    assert "is wrong: it goes from" in page.inner_text(STATUS)
    assert (pixels(page, "[data-is=mask]") == painted(it.masks[0, 1, 1])).all()
    assert page.locator(".sk-combinations button:visible").count() == 8 and page.locator(".ce-table tr").count() == 12
    page.click(f"[data-do=guess][data-class='{most}']")
    agrees(page, widget)
    assert f"Your guess, {NAMES[most]}, is right." in page.inner_text(STATUS)
    switch(page, 1, "off")
    agrees(page, widget)
    assert "Guess first." in page.inner_text(STATUS)
    page.focus("[data-do=guess][data-class='-1']")
    page.keyboard.press("Enter")
    agrees(page, widget)
    assert "Your guess, none of them, is" in page.inner_text(STATUS)
    page.click("text=all skips on")
    agrees(page, widget)
    assert page.is_hidden("[data-is=question]") and "Guess" not in page.inner_text(STATUS)


@pytest.mark.parametrize("kind", ["small", "deep"])
def test_everything_that_takes_the_focus_keeps_its_keys_and_has_a_name(page_with: Any, kind: str) -> None:
    page = opened(page_with, explorer(kind, predict=True))
    assert sharing_keys(page) == []
    assert page.locator("output").count() == 0 and page.locator(STATUS).count() == 1
    assert page.get_attribute("[data-is=mask]", "aria-label").endswith(page.inner_text(STATUS))
    assert nameless(page) == []
    assert page.evaluate("document.getAnimations().length") == 0


@EVERY_THEME
def test_it_reads_in_every_theme(page_with: Any, theme: str, system: str, grey: int) -> None:
    page = opened(page_with, explorer(skips=["on", "off", "swapped"]), theme=theme, color_scheme=system)
    stands_out(
        page,
        ".skip-connections",
        grey,
        [
            ("[data-state=on] .sk-line", "backgroundColor", 3),
            ("h4", "color", 4.5),
            (".sk-worse", "color", 4.5),
            (".sk-bridge em", "color", 4.5),
            (STATUS, "color", 4.5),
        ],
    )
    chosen = page.eval_on_selector_all(
        ".sk-switch [aria-checked=true]",
        "all => all.map((b) => getComputedStyle(b)).map((look) => [look.color, look.backgroundColor])",
    )
    assert min(contrast(*pair) for pair in chosen if "0.87" not in pair[1]) >= 4.5 and len(chosen) == 3


@pytest.mark.parametrize("kind", ["large", "deep"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [940, 380])
def test_pictures_for_people_and_no_sideways_scrolling(page_with: Any, kind: str, theme: str, width: int) -> None:
    widget = explorer(kind, node=5, row=33, column=21)
    widget.skips = ["off", "on", "swapped" if kind == "large" else "off"] + ["on"] * (kind == "deep")
    page = opened(page_with, widget, theme=theme, width=width)
    drawn(page)
    page.screenshot(path=artifacts() / f"skips-{kind}-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    both = ".skip-connections button, .skip-connections canvas"
    boxes = page.eval_on_selector_all(both, "all => all.map((b) => b.getBoundingClientRect().toJSON())")
    assert min(box["left"] for box in boxes) >= 0 and max(box["right"] for box in boxes) <= width
    seen = [box for box in boxes if box["width"]]
    assert min(box["height"] for box in seen) >= 20
    agrees(page, widget)
