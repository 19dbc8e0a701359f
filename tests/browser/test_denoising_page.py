"""The denoising explorer on a plain page, moved by mouse and keyboard and held against numpy."""

from typing import Any

import numpy as np
import pytest

from course_lib.widgets.denoising import DenoisingExplorer
from tests.browser import looking
from tests.browser.decode_denoising import decode, greys, sheet
from tests.browser.harness import artifacts
from tests.browser.looking import EVERY_THEME, STATUS, nameless, sharing_keys, stands_out
from tests.browser.samples_denoising import KINDS, colours, digits, points

pytestmark = pytest.mark.browser
DOORS = "[data-is=taking] .dn-doors button"


def explorer(kind: str = "digits", **choice: Any) -> DenoisingExplorer:
    widget = DenoisingExplorer.of(KINDS[kind]())
    for name, value in choice.items():
        setattr(widget, name, value)
    return widget


def drawn(page: Any, after: int = 0) -> None:
    """Wait until the page has unpacked and drawn, however busy the machine is."""
    page.wait_for_selector(".denoising[aria-busy=false]", state="attached", timeout=20_000)
    looking.drawn(page, after)


def agrees(page: Any, widget: DenoisingExplorer) -> None:
    """The page says what Python says, once it has unpacked."""
    drawn(page)
    looking.agrees(page, widget)


def dots(page: Any, name: str) -> np.ndarray:
    """What stands on a canvas, (height, width, 4) bytes."""
    return looking.pixels(page, f"canvas[data-is={name}]", mode="RGBA")


@pytest.mark.parametrize("kind", ["digits", "guidance", "colours"])
def test_the_pixels_are_the_computed_values(page_with: Any, kind: str) -> None:
    widget = explorer(kind, sample=4)
    it, page = widget.denoisings, page_with(widget)
    columns = int(np.ceil(np.sqrt(it.count)))
    ways, _, _ = decode(widget.data["bundles"][0])
    for t in (it.times[0], it.times[len(it.times) // 2], it.times[-2], 0):
        page.evaluate("(t) => model.take({ t })", t)
        drawn(page)
        for side in ("left", "right") if len(it.ways) > 1 else ("left",):
            name = getattr(widget, side)
            stop = it.ways[name].stop_at(t)
            for part, values, true in zip(
                ("noisy", "clean"), ways[name], (it.ways[name].noisy, it.ways[name].clean), strict=True
            ):
                assert (dots(page, f"{side}_{part}") == sheet(values[stop], it.shape, columns)).all(), (t, name, part)
                assert (dots(page, f"{side}_{part}_one") == sheet(values[stop, 4:5], it.shape, 1)).all()
                most = max(widget.data["bundles"][0]["fineness"]) * 127.5 + 1
                assert np.abs(greys(values[stop]).astype(int) - greys(true[stop])).max() <= most
    first = it.ways[widget.left]
    places = sorted({int(np.floor(i * (len(first.stops) - 1) / 8 + 0.5)) for i in range(9)})
    for sample in (4, 8):  # the strip is drawn anew only when another picture or way is chosen
        page.evaluate("(sample) => model.take({ sample })", sample)
        drawn(page)
        both = np.concatenate([ways[widget.left][part][places, sample] for part in (0, 1)])
        assert (dots(page, "left_strip") == sheet(both, it.shape, 9)).all()


def test_noise_goes_in_by_the_closed_form(page_with: Any) -> None:
    widget = explorer(forward=True, t=60)
    it, page = widget.denoisings, page_with(widget)
    agrees(page, widget)
    _, given, start = decode(widget.data["bundles"][0])
    for t in (60, 100, 8, 0):
        page.evaluate("(t) => model.take({ t })", t)
        drawn(page)
        kept = it.alpha_bars[t]
        wanted = np.sqrt(kept) * given + np.sqrt(1 - kept) * start
        assert (dots(page, "sum_in") == sheet(wanted, it.shape, 5)).all()
        assert np.abs(wanted - it.noised(t)).max() <= 1 / 64 + 1 / 255 + 1e-9
    assert (dots(page, "clean_in") == sheet(given, it.shape, 5)).all()
    assert page.locator("[data-is=taking]").is_hidden() and page.locator("[data-is=far_box]").is_hidden()
    widget.t = 0  # as the page was told
    page.select_option("[name=forward]", "false")
    agrees(page, widget)
    assert widget.forward is False and page.locator("[data-is=adding]").is_hidden()


def test_points_stand_where_they_were_computed(page_with: Any) -> None:
    widget = explorer("points", t=0, sample=9)
    page = page_with(widget)
    drawn(page)
    it, bundle = widget.denoisings, widget.data["bundles"][0]
    ways, _, _ = decode(bundle)
    left, top, reach = bundle["reach"]
    assert np.abs(ways["DDIM"][1][-1] - it.ways["DDIM"].noisy[-1]).max() < 0.02
    inked = dots(page, "right_clean")[..., 3] > 128
    for x, y in ways["DDIM"][1][-1]:
        column, row = int((x - left) / reach * 420), int((top - y) / reach * 420)
        assert inked[row - 1 : row + 2, column - 1 : column + 2].any()
    assert inked.mean() < 0.06  # and nowhere else: the moons are thin
    box = page.locator("[data-is=right_clean]").bounding_box()
    x, y = ways["DDIM"][1][-1, 300]
    page.mouse.click(
        box["x"] + 1 + (x - left) / reach * (box["width"] - 2), box["y"] + 1 + (top - y) / reach * (box["height"] - 2)
    )
    agrees(page, widget)
    assert np.linalg.norm(ways["DDIM"][1][-1, widget.sample] - (x, y)) < 0.03
    page.focus("[data-is=left_noisy]")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    agrees(page, widget)
    assert widget.sample == 510


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_what_python_says_at_every_stop(page_with: Any, kind: str) -> None:
    widget = explorer(kind)
    it, page = widget.denoisings, page_with(widget)
    agrees(page, widget)
    names = list(it.ways)
    for i, t in enumerate(it.times[::3]):
        choice = {"t": t, "sample": (7 * i) % it.count, "left": names[i % len(names)], "forward": i % 4 == 3}
        page.evaluate("(choice) => model.take(choice)", choice)
        for name, value in choice.items():
            setattr(widget, name, value)
        drawn(page)
        assert page.inner_text(STATUS) == widget.describe()
        x = float(page.get_attribute("[data-is=kept] [data-now]", "transform")[10:-1])
        assert x == pytest.approx(290 - 256 * t / it.last, abs=0.06)
        up = float(page.get_attribute("[data-is=kept] circle", "cy"))
        assert up == pytest.approx(96 - 84 * it.alpha_bars[t], abs=0.06)


def test_the_line_of_distances_is_the_computed_one(page_with: Any) -> None:
    widget = explorer(sample=6)
    page = page_with(widget)
    drawn(page)
    most = max(way.far.max() for way in widget.denoisings.ways.values())
    for place, name in enumerate((widget.left, widget.right)):
        line = page.locator("[data-is=far] [data-line]").nth(place).get_attribute("points")
        found = np.array([[float(part) for part in spot.split(",")] for spot in line.split()])
        way = widget.denoisings.ways[name]
        assert np.allclose(found[:, 1], 96 - 84 * way.far[:, 6] / most, atol=0.06)
        assert np.allclose(found[:, 0], 290 - 256 * np.array(way.stops) / 100, atol=0.06)


def test_slider_buttons_keys_strip_and_curve_move_the_time(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    drawn(page)
    page.focus("[type=range]")
    times = widget.denoisings.times
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    agrees(page, widget)
    assert widget.t == times[3] and page.get_attribute("[type=range]", "aria-valuetext") == f"t = {times[3]}"
    page.click("[aria-label='one stop towards clean']")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    agrees(page, widget)
    assert widget.t == times[5]
    page.locator("[data-is=left_ticks] span").last.click()
    agrees(page, widget)
    assert widget.t == 0
    box = page.locator("svg[data-is=kept]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * (290 - 256 * 0.5) / 300, box["y"] + box["height"] / 2)
    agrees(page, widget)
    assert widget.t == 50


def test_one_picture_is_chosen_by_mouse_and_keys(page_with: Any) -> None:
    widget = explorer(t=40)
    page = page_with(widget)
    drawn(page)
    page.locator(DOORS).nth(7).click()
    agrees(page, widget)
    assert widget.sample == 7
    box = page.locator("[data-is=right_clean]").bounding_box()
    page.mouse.click(box["x"] + 3.5 * box["width"] / 5, box["y"] + 2.5 * box["height"] / 5)
    agrees(page, widget)
    assert widget.sample == 13
    page.focus(f"{DOORS}[tabindex='0']")
    for key, sample in [("ArrowRight", 14), ("ArrowDown", 19), ("ArrowLeft", 18), ("ArrowUp", 13), ("End", 24),
                        ("ArrowRight", 24), ("ArrowDown", 24), ("Home", 0), ("ArrowUp", 0)]:  # fmt: skip
        page.keyboard.press(key)
        agrees(page, widget)
        assert widget.sample == sample
        assert page.evaluate("document.activeElement.ariaLabel") == f"picture {sample}"
        assert page.evaluate("document.activeElement.ariaChecked") == "true"
    assert page.locator(f"{DOORS}[tabindex='0']").count() == 1
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_ways_and_bundles_from_the_lists(page_with: Any) -> None:
    widget = DenoisingExplorer.of([digits(), colours(), points()])
    widget.sample = 20
    page = page_with(widget)
    drawn(page)
    page.select_option("[name=left]", "DDIM in 10 steps")
    page.select_option("[name=right]", "DDPM")
    agrees(page, widget)
    assert (widget.left, widget.right) == ("DDIM in 10 steps", "DDPM")
    page.evaluate("model.take({ t: 44 })")
    drawn(page)
    assert (
        page.inner_text("[data-is=left_waits]") == "waiting at t = 50"
        and page.inner_text("[data-is=right_waits]") == ""
    )
    page.select_option("[name=bundle]", "1")
    agrees(page, widget)
    assert (widget.bundle, widget.sample, widget.right) == (1, 8, "") and page.inner_text("h3") == "Colours"
    assert page.locator("[name=right]").count() == 0
    page.focus("[name=bundle]")
    page.keyboard.press("ArrowDown")
    agrees(page, widget)
    assert widget.bundle == 2 and page.evaluate("document.activeElement.name") == "bundle"  # the focus stays
    page.evaluate("model.take({ bundle: 0 })")
    page.wait_for_timeout(50)
    agrees_words = page.inner_text("h3")
    assert agrees_words == "Handwritten digits out of noise"


def test_predict_first(page_with: Any) -> None:
    widget = explorer(sample=3, t=20)
    page = page_with(widget)
    drawn(page)
    page.click("[role=switch]")
    agrees(page, widget)
    assert widget.t == 100 and "Predict first: watch picture 3 of DDPM" in page.inner_text(STATUS)
    assert not any(
        page.locator(f"[data-is={name}]").is_visible() for name in ("left_clean", "right_clean", "left_own", "far_box")
    )
    sheet_of = "document.querySelector('[data-is=left_clean]').parentNode"
    assert page.evaluate(f"getComputedStyle({sheet_of}, '::after').content") == '"?"'
    said = page.locator("[data-is=guesses] button:visible").all_inner_texts()
    assert said == sorted(set(widget.denoisings.ways["DDPM"].labels))
    page.keyboard.press("PageDown")
    page.click(f"[data-is=guesses] [data-label='{said[1]}']")
    agrees(page, widget)
    assert widget.guess == {"about": [0, "DDPM", 3], "t": 96, "label": said[1]}
    assert f"You could tell at t = 96: {said[1]}, and it became" in page.inner_text(STATUS)
    assert page.locator("[data-is=left_clean]").is_visible() and page.locator("[data-is=left_own]").is_visible()
    page.click("[data-do=again]")
    agrees(page, widget)
    assert widget.t == 100 and "Predict first" in page.inner_text(STATUS)


def test_without_labels_one_says_only_when(page_with: Any) -> None:
    widget = explorer("colours", predict=True)
    page = page_with(widget)
    drawn(page)
    page.focus("[data-is=guesses] button:visible")
    page.keyboard.press("Enter")
    agrees(page, widget)
    assert "You could tell at t = 40; the prediction of DDPM was half-way" in page.inner_text(STATUS)


def test_play_goes_both_ways_and_stops(page_with: Any) -> None:
    widget = explorer(t=8)
    page = page_with(widget, reduced_motion="reduce")
    drawn(page)
    page.click("[data-is=play]")
    assert page.evaluate("document.getAnimations().length") == 0
    page.wait_for_function("model.get('t') === 0", timeout=15_000)
    page.wait_for_function("document.querySelector('[data-is=play]').textContent === 'Play'", timeout=5000)
    agrees(page, widget)
    page.select_option("[name=forward]", "true")
    page.click("[data-is=play]")  # noise goes in from clean
    page.wait_for_function("model.get('t') > 4", timeout=15_000)
    page.click("[aria-label='one stop towards clean']")  # a step by hand ends it
    page.wait_for_timeout(900)
    agrees(page, widget)
    assert page.inner_text("[data-is=play]") == "Play" and widget.t < 20


@pytest.mark.parametrize("kind", ["digits", "points"])
def test_everything_that_takes_the_focus_keeps_its_keys_and_has_a_name(page_with: Any, kind: str) -> None:
    page = page_with(explorer(kind, t=40))
    drawn(page)
    assert sharing_keys(page) == [] and page.locator("output").count() == 0
    images = page.eval_on_selector_all("[role=img]", "all => all.map((node) => node.ariaLabel)")
    assert len(images) >= 9 and all(label.endswith(page.inner_text(STATUS)) for label in images)
    assert nameless(page) == []


@EVERY_THEME
def test_it_reads_in_every_theme(page_with: Any, theme: str, system: str, grey: int) -> None:
    page = page_with(explorer(t=40), theme=theme, color_scheme=system)
    drawn(page)
    stands_out(
        page,
        ".denoising",
        grey,
        [
            (".dn-plot polyline", "stroke", 3),
            (".dn-plot polyline.dn-1", "stroke", 3),
            (".dn-plot circle", "fill", 3),
            (".dn-controls b", "color", 4.5 if grey < 100 else 3.5),
            ("h4", "color", 4.5),
            (STATUS, "color", 4.5),
        ],
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("theme", "width"), [("light", 940), ("dark", 380)])
def test_pictures_for_people_and_no_sideways_scrolling(page_with: Any, kind: str, theme: str, width: int) -> None:
    widget = explorer(kind, t=40, sample=7)
    page = page_with(widget, theme=theme, width=width)
    drawn(page)
    page.screenshot(path=artifacts() / f"denoising-{kind}-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("model.set('forward', true)")
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    agrees(page, widget) if widget.forward else drawn(page, 130)
