"""The attention explorer on a plain page, moved by mouse and keyboard and held against numpy."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from course_lib.widgets.attention import Attention, AttentionExplorer
from course_lib.widgets.kit.levels import level_colours, percent, to_levels
from tests.browser.harness import artifacts
from tests.browser.looking import EVERY_THEME, contrast, nameless, sharing_keys
from tests.browser.samples import KINDS, letters, passes, text

pytestmark = pytest.mark.browser
STATUS = "[role=status]"


def explorer(kind: str = "text", **options: Any) -> AttentionExplorer:
    return AttentionExplorer.of(KINDS[kind](), **options)


def settle(page: Any) -> None:
    """Let the page draw, save and hear back."""
    page.wait_for_timeout(160)


def agrees(page: Any, widget: AttentionExplorer) -> None:
    """The page says what Python says, and its choice has reached Python."""
    settle(page)
    assert page.inner_text(STATUS) == widget.describe()


def cells(page: Any) -> np.ndarray:
    """The heat map as it was painted, (T, S, 4) bytes."""
    url = page.evaluate("document.querySelector('.ae-map canvas').toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA"))


def hover(page: Any, row: int, column: int, shape: tuple[int, int], click: bool = False) -> None:
    """Move the real mouse to the middle of a cell."""
    box = page.locator(".ae-map canvas").first.bounding_box()
    x = box["x"] + (column + 0.5) * box["width"] / shape[1]
    y = box["y"] + (row + 0.5) * box["height"] / shape[0]
    (page.mouse.click if click else page.mouse.move)(x, y)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_what_numpy_says_wherever_the_mouse_goes(page_with: Any, kind: str) -> None:
    widget = explorer(kind)
    page = page_with(widget)
    shape = widget.attention.weights.shape[-2:]
    agrees(page, widget)
    for row, column in [(0, 0), (shape[0] - 1, shape[1] - 1), (3, 7), (7, 3), (11, 2)]:
        hover(page, row, column, shape)
        agrees(page, widget)
        assert (widget.row, widget.column) == (row, column)
        weight = float(widget.attention.weights[widget.layer, widget.head, row, column])
        said = page.inner_text(STATUS).rsplit("answers ", 1)[1].removesuffix("%.")
        assert (
            abs(float(said) / 100 - weight) <= 0.0051
            if weight >= 0.0095
            else abs(float(said) / 100 - weight) <= 0.00051
        )


def test_the_painted_cells_are_the_weights(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    it = widget.attention
    colours = level_colours(float(max(it.weights.max(), it.unmasked.max())))
    open_cells = it.masks["causal"] & it.masks["padding"]
    for layer, head, masked in [(0, 0, True), (1, 3, True), (1, 3, False)]:
        widget.layer, widget.head, widget.masked = layer, head, masked
        page.evaluate("([l, h, m]) => model.take({ layer: l, head: h, masked: m })", [layer, head, masked])
        settle(page)
        seen, wanted = cells(page), colours[to_levels(it.shown(masked)[layer, head])]
        show = open_cells if masked else np.ones_like(open_cells)
        assert (seen[show] == wanted[show]).all()
        assert (seen[..., 3] == 255 * show).all()  # blank where the mask forbids


def test_keys_walk_the_map(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.focus(".ae-map canvas")
    keys = "ArrowDown ArrowDown ArrowRight ArrowRight ArrowRight ArrowLeft ArrowUp End Home ArrowDown ] ] PageDown [ m"
    for key in keys.split():
        page.keyboard.press(key)
        agrees(page, widget)
    assert (widget.layer, widget.head, widget.row, widget.column, widget.masked) == (1, 1, 1, 1, False)
    page.keyboard.press("Escape")
    agrees(page, widget)
    assert widget.column == -1


def test_keys_walk_the_heads_and_the_focus_is_seen(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.focus(".ae-heads [tabindex='0']")
    for key, place in [
        ("ArrowRight", (0, 1)),
        ("ArrowDown", (1, 1)),
        ("End", (1, 3)),
        ("Home", (1, 0)),
        ("ArrowUp", (0, 0)),
    ]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert (widget.layer, widget.head) == place
        focused = page.evaluate("document.activeElement.getAttribute('aria-checked')")
        assert focused == "true"
    assert page.locator(".ae-heads [tabindex='0']").count() == 1
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_keys_walk_the_tokens(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.focus(".ae-target [tabindex='0']")
    for key, row in [
        ("ArrowRight", 1),
        ("ArrowDown", 2),
        ("End", 16),
        ("ArrowRight", 16),
        ("ArrowLeft", 15),
        ("Home", 0),
    ]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert widget.row == row
        assert page.evaluate("document.activeElement.textContent") == widget.attention.target[row]


def test_a_click_pins_and_hovering_then_changes_nothing(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    shape = widget.attention.weights.shape[-2:]
    hover(page, 5, 2, shape, click=True)
    agrees(page, widget)
    assert widget.pinned and (widget.row, widget.column) == (5, 2)
    hover(page, 9, 9, shape)
    agrees(page, widget)
    assert (widget.row, widget.column) == (5, 2)
    hover(page, 5, 2, shape, click=True)
    hover(page, 9, 8, shape)
    agrees(page, widget)
    assert not widget.pinned and (widget.row, widget.column) == (9, 8)


def test_tokens_carry_their_weight(page_with: Any) -> None:
    widget = explorer()
    widget.row, widget.head = 9, 2
    page = page_with(widget)
    weights = widget.attention.weights[0, 2, 9]
    shown = page.eval_on_selector_all(
        ".ae-source button", "all => all.map((b) => [b.ariaLabel, b.style.backgroundColor])"
    )
    top = float(max(widget.attention.weights.max(), widget.attention.unmasked.max()))
    for s, (label, colour) in enumerate(shown):
        level = to_levels(weights[s : s + 1])[0]
        assert label.startswith(f"“{widget.attention.source[s]}” ({s}) {percent(level)}")
        red, green, blue, _ = level_colours(top)[level]
        assert colour == ("transparent" if s > 9 else f"rgb({red}, {green}, {blue})")
        assert ("hidden by causal" in label) == (s > 9) and ("padding" in label) == (s > 14)
    page.hover(".ae-source button >> nth=4")
    agrees(page, widget)
    assert widget.column == 4


def test_the_slider_and_the_mask_switch(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.focus("[type=range]")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    agrees(page, widget)
    assert widget.row == 6 and page.get_attribute("[type=range]", "aria-valuetext") == "“sat” (6)"
    page.click("[role=switch]")
    agrees(page, widget)
    assert not widget.masked and "without the mask" in page.inner_text(STATUS)
    assert page.locator(".ae-over").count() == 1  # the hatching now lies over real weights
    page.click("[data-is=overlay]")
    settle(page)
    assert not widget.overlay and page.locator(".ae-hatch").is_hidden()


def test_a_click_on_an_atom_lets_its_letter_ask(page_with: Any) -> None:
    widget = explorer("smiles")
    page = page_with(widget)
    page.locator(".ae-molecule g").nth(4).click(force=True)  # the fifth atom of aspirin is the c of "c1ccccc1C..."
    agrees(page, widget)
    assert widget.row == 7 and widget.attention.target[7] == "c"
    top = float(widget.attention.weights.max())
    fills = page.eval_on_selector_all(".ae-molecule g", "all => all.map((g) => g.style.fill)")
    letters_of_atoms = [s for s, letter in enumerate(widget.attention.source) if letter.isalpha()]
    levels = to_levels(widget.attention.weights[0, 0, 7])[letters_of_atoms]
    assert fills == ["rgb({}, {}, {})".format(*level_colours(top)[level, :3]) for level in levels]


def test_a_click_on_a_patch_lets_it_ask_and_arrows_walk_in_two_directions(page_with: Any) -> None:
    widget = explorer("image")
    page = page_with(widget)
    page.locator(".ae-target button").nth(21).click()
    agrees(page, widget)
    assert widget.row == 21
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    agrees(page, widget)
    assert widget.row == 28


def test_an_alignment_shows_every_letter(page_with: Any) -> None:
    widget = explorer("alignment")
    page = page_with(widget)
    columns = page.eval_on_selector_all(".ae-source button", "all => all.map((b) => b.textContent)")
    assert [
        "".join(row) for row in zip(*(text.split("\n") for text in columns), strict=True)
    ] == widget.attention.context


def test_your_own_text_goes_through_the_kernel(page_with: Any) -> None:
    widget = explorer(ask=lambda typed: letters(typed))
    widget.row = 12
    page = page_with(widget)
    page.fill("[type=text]", "kitten")
    page.press("[type=text]", "Enter")
    agrees(page, widget)
    assert widget.attention.target == list("kitten") and widget.row == 5
    assert page.locator(".ae-target button").count() == 6
    page.wait_for_timeout(600)
    assert page.inner_text("[data-is=note]") == "answered by the kernel"  # no late word of waiting


def test_what_ask_raises_is_told_kindly_and_the_last_result_stays(page_with: Any) -> None:
    def ask(typed: str) -> Attention:
        raise ValueError(f"{typed!r} is no word of English")

    widget = explorer(ask=ask)
    page = page_with(widget)
    page.fill("[type=text]", "qqq")
    page.press("[type=text]", "Enter")
    agrees(page, widget)
    assert page.inner_text("[data-is=note]") == "'qqq' is no word of English"
    hover(page, 4, 2, (17, 17))
    agrees(page, widget)


def test_a_silent_kernel_is_told_after_half_a_second_and_everything_else_works(page_with: Any) -> None:
    widget = explorer(ask=lambda typed: letters(typed))
    page = page_with(widget)
    page.evaluate("window.kernelAway = true")
    page.fill("[type=text]", "kitten")
    page.press("[type=text]", "Enter")
    page.wait_for_timeout(250)
    assert page.inner_text("[data-is=note]") == ""
    page.wait_for_timeout(450)
    assert page.inner_text("[data-is=note]") == "waiting for the kernel; the last result stays explorable"
    hover(page, 6, 1, (17, 17))
    settle(page)
    widget.row, widget.column = 6, 1
    assert page.inner_text(STATUS) == widget.describe()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_takes_the_focus_keeps_its_keys(page_with: Any, kind: str) -> None:
    page = page_with(explorer(kind, ask=lambda typed: letters(typed)))
    assert sharing_keys(page) == []
    assert page.locator("output").count() == 0 and page.locator(STATUS).count() == 1
    assert page.get_attribute(".ae-map canvas", "role") == "img"
    assert page.get_attribute(".ae-map canvas", "aria-label").endswith(page.inner_text(STATUS))
    assert nameless(page) == []


def test_nothing_moves_by_itself(page_with: Any) -> None:
    page = page_with(explorer(), reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((node) => {
            const style = getComputedStyle(node);
            return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0


@EVERY_THEME
def test_it_reads_in_every_theme(page_with: Any, theme: str, system: str, grey: int) -> None:
    page = page_with(explorer(), theme=theme, color_scheme=system)
    ground = f"rgb({grey}, {grey}, {grey})"
    assert page.evaluate("getComputedStyle(document.querySelector('.attention-explorer')).backgroundColor") == ground
    for selector in (".ae-mark-target", ".ae-mark-source", "h4 small"):
        colour = page.evaluate(f"getComputedStyle(document.querySelector({selector!r})).color")
        if colour.startswith("rgba(0"):
            continue  # JupyterLab's own half-transparent grey
        assert contrast(colour, ground) >= 4.5, (selector, colour)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [940, 420])
def test_pictures_for_people_and_no_sideways_scrolling(page_with: Any, kind: str, theme: str, width: int) -> None:
    widget = explorer(kind, ask=lambda typed: letters(typed))
    widget.layer, widget.head, widget.row, widget.column = 1, 2, 7, 3
    page = page_with(widget, theme=theme, width=width)
    page.screenshot(path=artifacts() / f"explorer-{kind}-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    agrees(page, widget)


def test_more_answers_than_askers_and_labels_that_look_like_html(page_with: Any) -> None:
    labels = ["<b>bold</b>", "a & b", "", " ", '"quote"', "$x$", "\n"]
    widget = AttentionExplorer(passes(1, 2, 3, source=7), ["<i>", "y", "z"], labels)
    page = page_with(widget)
    hover(page, 2, 6, (3, 7))
    agrees(page, widget)
    assert page.locator(".attention-explorer b").count() == 2  # only our own two axis names
    assert (widget.row, widget.column) == (2, 6)


def test_typed_text_does_not_trigger_keys(page_with: Any) -> None:
    widget = AttentionExplorer.of(text(), ask=lambda typed: letters(typed))
    page = page_with(widget)
    page.click("[type=text]")
    page.keyboard.type("m[]m")
    settle(page)
    assert page.input_value("[type=text]") == "m[]m" and widget.masked and widget.head == 0


def test_labels_survive_being_drawn_while_hidden(page_with: Any) -> None:
    """A notebook hides what is out of sight; a drawing made meanwhile has no height to go by."""
    widget = explorer("text")
    page = page_with(widget)
    settle(page)
    count = "document.querySelectorAll('.ae-side span:not(.ae-off)').length"
    shown = page.evaluate(count)
    assert shown == len(widget.attention.target)
    page.evaluate("document.querySelector('.attention-explorer').style.display = 'none'")
    page.evaluate("window.model.set('row', 2)")
    settle(page)
    assert page.evaluate(count) == shown
