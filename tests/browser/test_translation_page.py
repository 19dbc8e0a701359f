"""The translation explorer on a plain page, moved by mouse and keyboard and held against numpy."""

from typing import Any

import numpy as np
import pytest

from course_lib.widgets.kit.levels import level_colours, to_levels
from course_lib.widgets.translation import Translation, TranslationExplorer
from tests.browser.harness import artifacts
from tests.browser.looking import EVERY_THEME, STATUS, agrees, contrast, nameless, pixels, sharing_keys
from tests.browser.samples_translation import SAMPLES, large, word, words

pytestmark = pytest.mark.browser
MAP = ".te-map canvas"


def explorer(**options: Any) -> TranslationExplorer:
    """Four words; "physics" on show, which is written wrongly from its fifth sound on."""
    widget = TranslationExplorer.of(words(), **options)
    widget.example = 1
    return widget


def point(page: Any, step: int, column: int, shape: tuple[int, int], click: bool = False) -> None:
    """Move the real mouse to the middle of a cell of the map."""
    box = page.locator(MAP).bounding_box()
    x = box["x"] + (column + 0.5) * box["width"] / shape[1]
    y = box["y"] + (step + 0.5) * box["height"] / shape[0]
    (page.mouse.click if click else page.mouse.move)(x, y)


def painted(page: Any, selector: str = MAP, number: int = 0) -> np.ndarray:
    """A map as it was painted, (T, S, 4) bytes."""
    return pixels(page, selector, number, "RGBA")


def top(widget: TranslationExplorer) -> float:
    return max(float(it.weights.max()) for it in widget.translations)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_page_says_what_numpy_says_wherever_the_mouse_goes(page_with: Any, sample: str) -> None:
    widget = TranslationExplorer.of(SAMPLES[sample]())
    page = page_with(widget)
    steps, letters = widget.translation.weights.shape[-2:]
    agrees(page, widget)
    for step, column in [(0, 0), (steps - 1, letters - 1), (2, 3), (3, 1)]:
        point(page, step, column, (steps, letters))
        agrees(page, widget)
        assert (widget.step, widget.column) == (step, column)
        weight = float(widget.translation.weights[widget.layer].mean(0)[step, column])
        said = page.inner_text(STATUS).split("Selected: ")[1].split("%")[0].split(") ")[1]
        assert abs(float(said) / 100 - weight) <= (0.0051 if weight >= 0.0095 else 0.00051)


def test_the_painted_cells_are_the_weights_of_every_head(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    it, colours = widget.translation, level_colours(top(widget))
    small = [(layer, head) for layer in (0, 1) for head in (-1, 0, 1, 2)]
    for number, (layer, head) in enumerate(small):
        wanted = colours[to_levels(it.weights[layer].mean(0) if head < 0 else it.weights[layer, head])]
        assert (painted(page, ".te-heads canvas", number) == wanted).all()
        page.click(f".te-heads button >> nth={number}")
        agrees(page, widget)
        assert (widget.layer, widget.head) == (layer, head)
        assert (painted(page) == wanted).all()


def test_letters_stand_on_the_weight_of_the_step(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    colours = level_colours(top(widget))
    rows = widget.translation.maps[1, 0]
    page.focus(MAP)
    for step in range(3):
        agrees(page, widget)
        shown = page.eval_on_selector_all(".te-source button", "all => all.map((b) => b.style.backgroundColor)")
        assert shown == ["rgb({}, {}, {})".format(*colours[level, :3]) for level in to_levels(rows[step])]
        page.keyboard.press("ArrowDown")
    agrees(page, widget)
    frame = page.locator(".te-map i >> nth=0").bounding_box()
    box = page.locator(MAP).bounding_box()
    assert abs(frame["y"] - box["y"] - box["height"] * 3 / 7) < 1.5  # the outline stands on row 3


def test_keys_walk_the_map_the_letters_and_the_heads(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.focus(MAP)
    for key in (*["ArrowDown", "ArrowRight"] * 2, "ArrowLeft", "ArrowUp", "End", "]", "]", "[", "PageUp"):
        page.keyboard.press(key)
        agrees(page, widget)
    assert (widget.step, widget.column, widget.layer, widget.head) == (1, 6, 0, 0)
    page.keyboard.press("Escape")
    agrees(page, widget)
    assert widget.column == -1 and not widget.pinned
    page.focus(".te-source [tabindex='0']")
    for key, column in [("ArrowRight", 0), ("ArrowRight", 1), ("End", 6), ("ArrowLeft", 5), ("Home", 0)]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert widget.column == column
        assert page.evaluate("document.activeElement.textContent") == widget.translation.source[column]
    page.focus(".te-heads [tabindex='0']")
    for key, place in [("ArrowDown", (1, 0)), ("End", (1, 2)), ("Home", (1, -1)), ("ArrowLeft", (1, -1))]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert (widget.layer, widget.head) == place
        assert page.evaluate("document.activeElement.ariaChecked") == "true"
    assert page.locator(".te-heads [tabindex='0']").count() == 1
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_slider_and_the_buttons_move_the_step_and_hovering_then_leaves_it(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.focus("[type=range]")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    agrees(page, widget)
    assert widget.step == 4 and page.get_attribute("[type=range]", "aria-valuetext") == "step 5 of 7"
    page.click("text=Next")
    page.click("text=Next")
    page.click("text=Next")  # there is no eighth step
    agrees(page, widget)
    assert widget.step == 6
    page.click("text=Back")
    agrees(page, widget)
    point(page, 1, 1, (7, 7))
    agrees(page, widget)
    assert widget.step == 5 and widget.pinned
    point(page, 1, 1, (7, 7), click=True)
    point(page, 1, 1, (7, 7), click=True)  # a click on the pinned cell frees the choice
    point(page, 2, 3, (7, 7))
    agrees(page, widget)
    assert (widget.step, widget.column, widget.pinned) == (2, 3, False)


def test_bars_are_the_probabilities(page_with: Any) -> None:
    widget = explorer()
    widget.step = 4
    page = page_with(widget)
    rows = page.eval_on_selector_all(
        ".te-next div", "all => all.map((r) => [...r.children].map((c) => c.textContent || c.style.cssText))"
    )
    found = widget.translation.candidates[4]
    assert [row[0] for row in rows] == [label for label, _ in found]
    for row, (label, probability) in zip(rows, found, strict=True):
        assert abs(float(row[1].split(": ")[1].split("%")[0]) - 100 * probability) <= 0.0501
        assert row[3] == {"IH": "chosen", "K": "true"}.get(label, "")
    lengths = page.eval_on_selector_all(
        ".te-next i", "all => all.map((i) => parseFloat(getComputedStyle(i).backgroundSize))"
    )
    assert np.allclose(lengths, [100 * p for _, p in found], atol=0.06)
    assert page.locator(".te-next .te-chosen").inner_text().split() == ["IH", rows[1][2], "chosen"]
    rest = 1 - sum(p for _, p in found)
    assert page.inner_text(".te-next p") == f"all others together {int(100 * rest + 0.5)}%"


def test_guess_first(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.check("[role=switch]")
    agrees(page, widget)
    assert widget.predict and "what comes next?" in page.inner_text(STATUS)
    labels = page.locator(".te-next button").all_inner_texts()
    assert labels == sorted(label for label, _ in widget.translation.candidates[0])
    text = page.evaluate("document.querySelector('.translation-explorer').innerText")
    assert "chosen" not in text and "−" not in text  # neither bars nor the tree are to be seen
    assert not page.locator(".te-node:visible >> text=/./").count() and page.locator("text=Play").is_hidden()
    names = page.eval_on_selector_all("[role=img], [role=radio]", "all => all.map((n) => n.ariaLabel).join()")
    hidden = page.eval_on_selector_all(".te-field [role=radio]", "all => all.filter((n) => !n.hidden).length")
    assert "is chosen" not in names and hidden == 0
    page.click(f".te-next button >> text={labels[0]}")
    agrees(page, widget)
    wrong = f"Your guess “{labels[0]}”" if labels[0] != "F" else "Your guess was right"
    assert wrong in page.inner_text(STATUS) and "is chosen" in page.inner_text(STATUS)
    assert page.evaluate("document.activeElement.textContent") == "Next"  # the buttons are gone, the focus is not lost
    page.keyboard.press("Enter")
    agrees(page, widget)
    assert widget.step == 1 and "after “F”: what comes next?" in page.inner_text(STATUS)
    seen = page.eval_on_selector_all(".te-field [role=radio]", "all => all.filter((n) => !n.hidden).length")
    assert seen == widget.translation.tree.column.count(0)
    point(page, 5, 2, (7, 7))  # hovering must not jump ahead
    agrees(page, widget)
    assert widget.step == 1
    page.click("text=IH >> nth=0")
    agrees(page, widget)
    assert "Your guess was right." in page.inner_text(STATUS) and len(widget.guesses) == 2


def test_the_tree_is_walked_by_keys(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    tree = widget.translation.tree
    page.focus(".te-field [tabindex='0']")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", *["ArrowUp", "ArrowLeft", "ArrowDown"] * 2):
        before = widget.node
        page.keyboard.press(key)
        agrees(page, widget)
        if key == "ArrowLeft":
            assert widget.node == tree.nodes[before].parent
        elif key == "ArrowRight":
            children = [i for i, node in enumerate(tree.nodes) if node.parent == before]
            assert widget.node == max(children, key=lambda i: tree.nodes[i].total)
        else:
            assert widget.node == before + (1 if key == "ArrowDown" else -1)
        assert tree.column[widget.node] == widget.step
        assert page.evaluate("document.activeElement.ariaLabel").startswith("“" + " ".join(tree.labels(widget.node)))
    assert page.locator(".te-field [tabindex='0']").count() == 1


def test_clicks_and_jumps_in_the_tree(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    tree = widget.translation.tree
    off = next(i for i in range(len(tree.nodes)) if tree.column[i] == 4 and not tree.nodes[i].kept)
    page.click(f".te-field button >> nth={off}")
    agrees(page, widget)
    assert (widget.node, widget.step) == (off, 4) and "dropped" in page.inner_text(STATUS)
    path = page.get_attribute(".te-path", "d")
    assert path.count("L") == 5
    for name, wanted in (("best", tree.best), ("greedy", tree.greedy)):
        page.click(f"text={name} path")
        agrees(page, widget)
        assert widget.node == wanted[-1] and f"on the {name} path" in page.inner_text(STATUS)
    assert tree.best != tree.greedy
    marks = page.eval_on_selector_all(".te-field sup", "all => all.map((s) => s.textContent)")
    assert [i for i, mark in enumerate(marks) if "★" in mark] == tree.best
    assert [i for i, mark in enumerate(marks) if "◆" in mark] == tree.greedy
    styles = page.eval_on_selector_all(
        ".te-best, .te-greedy", "all => all.map((p) => getComputedStyle(p).strokeDasharray)"
    )
    assert styles[0] == "none" and styles[1] != "none"  # two paths, told apart without colour


def test_lines_of_the_tree_do_not_cross(page_with: Any) -> None:
    page = page_with(TranslationExplorer.of(large()))
    ends = page.evaluate(
        """() => { const { x, y, parent, column } = model.get("data").examples[0].tree;
            return column.map((c, i) => [c, parent[i] < 0 ? y[0] : y[parent[i]], y[i]]); }"""
    )
    for column in {each[0] for each in ends}:
        lines = [(start, end) for c, start, end in ends if c == column]
        assert len({end for _, end in lines}) == len(lines)  # no two hypotheses on one place
        assert not [1 for a, b in lines for c, d in lines if (a - c) * (b - d) < 0]


def test_a_far_step_scrolls_the_tree_into_view(page_with: Any) -> None:
    widget = TranslationExplorer.of(large())
    page = page_with(widget)
    page.focus("[type=range]")
    page.keyboard.press("End")
    agrees(page, widget)
    assert widget.step == len(widget.translation.target) - 1 > 30
    box, node = (page.locator(s).bounding_box() for s in (".te-scroll >> nth=-1", ".te-field [aria-checked='true']"))
    assert box["x"] <= node["x"] and node["x"] + node["width"] <= box["x"] + box["width"]


def test_play_walks_to_the_end_and_stops_when_a_hand_comes(page_with: Any) -> None:
    widget = TranslationExplorer.of(word("queue"))
    page = page_with(widget)
    page.wait_for_timeout(1200)
    assert widget.step == 0  # nothing moves unless asked
    page.click("text=Play")
    page.wait_for_timeout(1100)
    assert page.inner_text("[data-is=play]") == "Stop" and widget.step == 2  # one at once, one after 0.9 s
    page.focus("[type=range]")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1100)
    assert page.inner_text("[data-is=play]") == "Play" and widget.step == 3
    agrees(page, widget)


def test_with_reduced_motion_there_is_no_play(page_with: Any) -> None:
    page = page_with(explorer(), reduced_motion="reduce")
    assert page.locator("text=Play").is_hidden() and page.locator("text=Next").is_visible()
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((node) => {
            const style = getComputedStyle(node);
            return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0


def test_another_example(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    point(page, 6, 6, (7, 7))
    for name, at in (("knight", 0), ("thoughtful", 2), ("queue", 3)):
        page.select_option("select", label=name)
        agrees(page, widget)
        assert (widget.example, widget.step, widget.column) == (at, 0, -1)
        assert "".join(page.locator(".te-source button").all_inner_texts()) == name
        assert page.inner_text(".te-truth") == "truth: " + " ".join(widget.translation.truth)


def test_your_own_word_goes_through_the_kernel(page_with: Any) -> None:
    widget = explorer(ask=word)
    widget.step, widget.column = 6, 6
    page = page_with(widget)
    page.fill("[type=text]", "kit[]")
    page.press("[type=text]", "Enter")
    agrees(page, widget)
    assert widget.translation.source == list("kit[]") and widget.example == 4 and widget.step == 0
    assert page.locator("option").count() == 5 and page.evaluate("document.querySelector('select').selectedIndex") == 4
    page.fill("[type=text]", "owl")
    page.click("text=Ask")
    agrees(page, widget)
    assert widget.translation.source == list("owl") and page.locator("option").count() == 5
    page.wait_for_timeout(600)
    assert page.inner_text("[data-is=note]") == "answered by the kernel"  # no late word of waiting


def test_trouble_and_a_silent_kernel_are_told_and_the_rest_works(page_with: Any) -> None:
    def ask(typed: str) -> Translation:
        raise ValueError(f"{typed!r} holds a letter that the speller never saw")

    widget = explorer(ask=ask)
    page = page_with(widget)
    page.fill("[type=text]", "ça")
    page.press("[type=text]", "Enter")
    agrees(page, widget)
    assert page.inner_text("[data-is=note]") == "'ça' holds a letter that the speller never saw"
    page.evaluate("window.kernelAway = true")
    page.press("[type=text]", "Enter")
    page.wait_for_timeout(250)
    assert page.inner_text("[data-is=note]") == ""
    page.wait_for_timeout(450)
    assert page.inner_text("[data-is=note]") == "waiting for the kernel; the last result stays explorable"
    point(page, 3, 1, (7, 7))
    page.wait_for_timeout(170)
    widget.step, widget.column = 3, 1
    assert page.inner_text(STATUS) == widget.describe()


def test_python_moves_the_page(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    widget.step, widget.head, widget.column = 5, 1, 2
    page.evaluate(f"model.take({{ step: 5, head: 1, column: 2, node: {widget.node} }})")
    agrees(page, widget)


@pytest.mark.parametrize("predict", [False, True])
def test_everything_that_takes_the_focus_keeps_its_keys_and_has_a_name(page_with: Any, predict: bool) -> None:
    widget = explorer(ask=word)
    widget.predict = predict
    page = page_with(widget)
    assert sharing_keys(page) == []
    assert page.locator("output").count() == 0 and page.locator(STATUS).count() == 1
    assert page.get_attribute(MAP, "role") == "img"
    assert page.get_attribute(MAP, "aria-label").endswith(page.inner_text(STATUS))
    assert nameless(page) == []


@EVERY_THEME
def test_it_reads_in_every_theme(page_with: Any, theme: str, system: str, grey: int) -> None:
    page = page_with(explorer(ask=word), theme=theme, color_scheme=system)
    ground = f"rgb({grey}, {grey}, {grey})"
    root = "getComputedStyle(document.querySelector('.translation-explorer')).backgroundColor"
    assert page.evaluate(root) == ground
    for selector in (".te-mark-step", ".te-on", ".te-next .te-chosen span", "h4 small", ".te-dropped small"):
        colour = page.evaluate(f"getComputedStyle(document.querySelector({selector!r})).color")
        if colour.startswith("rgba(0"):
            continue  # JupyterLab's own half-transparent grey
        assert contrast(colour, ground) >= 4.5, (selector, colour)
    for selector in (".te-best", ".te-greedy", ".te-path"):
        stroke = page.evaluate(f"getComputedStyle(document.querySelector('.te-field {selector}')).stroke")
        assert contrast(stroke, ground) >= 3, (selector, stroke)


@pytest.mark.parametrize("sample", ["words", "large"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [940, 380])
def test_pictures_for_people_and_no_sideways_scrolling(page_with: Any, sample: str, theme: str, width: int) -> None:
    widget = TranslationExplorer.of(SAMPLES[sample](), ask=word)
    widget.example = len(widget.translations) // 2
    widget.step, widget.head, widget.column = 3, 1, 2
    page = page_with(widget, theme=theme, width=width)
    page.screenshot(path=artifacts() / f"translation-{sample}-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cells = page.locator(MAP).bounding_box()
    steps, letters = widget.translation.weights.shape[-2:]
    assert cells["width"] / letters >= 13.5 and cells["height"] / steps >= 13.5  # letters stay readable
    agrees(page, widget)


def test_it_may_be_drawn_while_hidden(page_with: Any) -> None:
    widget = explorer()
    page = page_with(widget)
    page.evaluate("document.querySelector('.translation-explorer').style.display = 'none'")
    page.evaluate("model.set('head', 2); model.set('step', 4)")
    page.wait_for_timeout(100)
    page.evaluate("document.querySelector('.translation-explorer').style.display = ''")
    it = widget.translation
    assert (painted(page) == level_colours(top(widget))[to_levels(it.weights[1, 2])]).all()
    assert (
        page.locator(".te-side .te-on").inner_text() == "IH" and page.locator(".te-source button:visible").count() == 7
    )
