"""The message-passing explorer on a plain page, moved by mouse and keyboard and held against numpy."""

from typing import Any

import numpy as np
import pytest
from matplotlib import colormaps

from course_lib.viz.graph import signed_shades, tint_strength
from course_lib.widgets.message_passing import MessagePassingExplorer
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
from tests.browser.samples_messages import KINDS, imatinib, karate, molecule

pytestmark = pytest.mark.browser
NODES = ".mp-nodes button"


def explorer(kind: str = "molecule", **choice: Any) -> MessagePassingExplorer:
    widget = MessagePassingExplorer.of(KINDS[kind]())
    for name, value in choice.items():
        setattr(widget, name, value)
    return widget


def shades(page: Any) -> np.ndarray:
    """The colours of the nodes as painted, (N, 3) from 0 to 255."""
    found = page.eval_on_selector_all(NODES, "all => all.map((b) => getComputedStyle(b).backgroundColor)")
    return np.array([[int(part) for part in text[4:-1].split(",")] for text in found])


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_what_python_says_wherever_one_clicks(page_with: Any, kind: str) -> None:
    widget = explorer(kind)
    page = page_with(widget)
    agrees(page, widget)
    size = len(widget.messages.labels)
    for node in (size - 1, 3, size // 2):
        page.locator(NODES).nth(node).click()
        page.click("[aria-label='one round on']")
        agrees(page, widget)
        assert widget.node == node
    assert widget.round == 3
    for node in range(0, size, 1 + size // 9):
        page.evaluate("([node, other]) => model.take({ node, other })", [node, (node * 7 + 2) % size])
        widget.node, widget.other = node, (node * 7 + 2) % size
        drawn(page)
        assert page.inner_text(STATUS) == widget.describe()


@pytest.mark.parametrize("kind", ["molecule", "connectome"])
def test_painted_colours_are_those_of_the_numbers(page_with: Any, kind: str) -> None:
    widget = explorer(kind)
    it = widget.messages
    page = page_with(widget)
    channel = max(key["id"] for key in widget.data["graphs"][0]["colours"])
    for at, colour in [(0, -1), (2, -1), (2, channel), (3, -2)]:
        page.evaluate("([round, colour]) => model.take({ round, colour, node: 6 })", [at, colour])
        drawn(page)
        if colour == -2:
            low = widget.data["graphs"][0]["low"] / 100 - 1
            wanted = colormaps["viridis"]((np.clip(it.similarity[at, 6], low, 1) - low) / (1 - low))
            slack = 0.02 / (1 - low)
        else:
            values = it.difference if colour == -1 else it.features[..., colour]
            wanted, slack = signed_shades(values[at], np.abs(values).max()), 0.02
        steps = colormaps["viridis" if colour == -2 else "PuOr"](np.linspace(0, 1, 256))[:, :3]
        most = 255 * slack * 255 * np.abs(np.diff(steps, axis=0)).max() + 2  # as far as the colour map runs in a step
        assert np.abs(shades(page) - 255 * wanted[:, :3]).max() <= most
    exact = widget.data["even"]
    cells = pixels(page, ".mp-map canvas")
    assert cells.shape == (*it.similarity.shape[1:], 3)
    level = np.maximum(np.round(100 * it.similarity[3] + 100), 100 * low + 100)
    index = np.floor(0.5 + 200 * (level - 100 * low - 100) / (100 - 100 * low) + 1e-9).astype(int)
    rgb = np.array([[int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in exact])
    assert (cells == rgb[index]).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_field_is_shaded_ring_by_ring(page_with: Any, theme: str) -> None:
    widget = explorer("imatinib", round=3, node=11)
    it = widget.messages
    page = page_with(widget, theme=theme)
    rings = page.eval_on_selector_all(
        ".mp-field g",
        """all => all.map((g) => [g.dataset.hop, getComputedStyle(g.lastChild).stroke,
            [...g.lastChild.getAttribute("d").matchAll(/M([^h]+)h0/g)].map((found) => found[1])])""",
    )
    places = [",".join(f"{x:g}" for x in place) for place in widget.data["graphs"][0]["places"]]
    assert [int(hop) for hop, _, _ in rings] == [3, 2, 1, 0]  # the nearest lies on top
    for hop, shade, spots in rings:
        assert spots == [places[node] for node in np.flatnonzero(it.hops[11] == int(hop))]
        paper, share = (1.0 if theme == "light" else 17 / 255), round(100 * tint_strength(int(hop))) / 100
        wanted = share * np.array([0, 0x9E, 0x73]) / 255 + (1 - share) * paper
        found = [float(part) for part in shade.replace("color(srgb ", "").rstrip(")").split()[:3]]
        assert np.abs(np.array(found) - wanted).max() < 0.01


def test_arrows_come_from_the_senders_as_wide_as_they_send(page_with: Any) -> None:
    widget = explorer("karate", round=1, node=11)  # person 11 hears only person 0, and himself
    page = page_with(widget)
    assert page.locator(".mp-arrows g").count() == 2
    assert page.locator(".mp-arrows circle").count() == 1  # what one tells oneself is a loop
    page.evaluate("model.take({ node: 6 })")
    drawn(page)
    it = widget.messages
    norms = it.norms[0, it.edges[1] == 6]
    widths = page.eval_on_selector_all(".mp-arrows g", "all => all.map((g) => +g.getAttribute('stroke-width'))")
    shares = (np.array(widths) / max(widths) * 6 - 1) / 5
    assert np.allclose(sorted(shares), sorted(norms / norms.max()), atol=0.02)
    rows = cells_of(page, ".mp-sent tr")
    assert len(rows) == 1 + len(norms) and rows[0] == ["from", "", "norm"]


def test_a_head_changes_the_arrows_and_the_order(page_with: Any) -> None:
    widget = explorer(round=1, node=4)
    page = page_with(widget)
    page.select_option("[name=head]", "1")
    agrees(page, widget)
    assert widget.head == 1 and "head 1 weighs" in widget.describe()
    rows = cells_of(page, ".mp-sent tr")
    it = widget.messages
    arriving = np.flatnonzero(it.edges[1] == 4)
    assert [row[4] for row in rows[1:]] == [f"{100 * w:.0f}%" for w in sorted(it.weights[0, 1, arriving])[::-1]]
    page.focus(f"{NODES}[tabindex='0']")
    page.keyboard.press("]")
    agrees(page, widget)
    assert widget.head == 2
    for _ in range(4):
        page.keyboard.press("[")
    agrees(page, widget)
    assert widget.head == -1


def test_arrow_keys_walk_to_the_nearest_atom_that_way(page_with: Any) -> None:
    widget = explorer("imatinib", node=7)
    page = page_with(widget)
    places = np.array(widget.data["graphs"][0]["places"])
    page.focus(f"{NODES}[tabindex='0']")
    for key, way in [("ArrowRight", (1, 0)), ("ArrowDown", (0, 1)), ("ArrowLeft", (-1, 0)), ("ArrowUp", (0, -1))] * 2:
        before = places[widget.node]
        page.keyboard.press(key)
        agrees(page, widget)
        step = places[widget.node] - before
        assert step @ way > 0.05 and np.linalg.norm(step) < 2.1, (key, step)
        assert page.evaluate("document.activeElement.ariaChecked") == "true"
        assert page.evaluate("document.activeElement.ariaLabel").startswith(f"{widget.messages.labels[widget.node]} ")
    assert page.locator(f"{NODES}[tabindex='0']").count() == 1
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for key, node in [("End", 36), ("Home", 0)]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert widget.node == node
    for key, at in [("PageDown", 1), ("PageDown", 2), ("PageUp", 1), *[("PageDown", n) for n in (2, 3, 4, 4)]]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert widget.round == at


def test_mouse_and_keys_walk_the_matrix(page_with: Any) -> None:
    widget = explorer(round=2)
    page = page_with(widget)
    box = page.locator(".mp-map canvas").bounding_box()
    page.mouse.click(box["x"] + 8.5 * box["width"] / 13, box["y"] + 2.5 * box["height"] / 13)
    agrees(page, widget)
    assert (widget.node, widget.other) == (2, 8)
    assert "Compared with C 8" in page.inner_text(STATUS)
    assert (
        page.locator(".mp-nodes .mp-other").inner_text() == "C"
        and page.locator(".mp-nodes .mp-chosen").inner_text() == "O"
    )
    page.focus(".mp-map canvas")
    for key, pair in [
        ("ArrowDown", (3, 8)),
        ("ArrowRight", (3, 9)),
        ("End", (3, 12)),
        ("Home", (3, 0)),
        ("ArrowUp", (2, 0)),
    ]:
        page.keyboard.press(key)
        agrees(page, widget)
        assert (widget.node, widget.other) == pair
    page.keyboard.press("Escape")
    agrees(page, widget)
    assert widget.other == -1 and page.locator(".mp-cell").is_hidden()


def test_slider_curve_and_lists_move_it_too(page_with: Any) -> None:
    widget = explorer("karate")
    page = page_with(widget)
    page.focus("[type=range]")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    agrees(page, widget)
    assert widget.round == 3 and page.get_attribute("[type=range]", "aria-valuetext") == "round 3 of 5"
    page.locator(".mp-curve rect").nth(5).click()
    agrees(page, widget)
    assert widget.round == 5
    assert page.text_content(".mp-curve g text") == f"{widget.messages.curve[5]:.3f}"
    x, y = widget.data["graphs"][0]["spots"][5]
    assert page.get_attribute(".mp-curve g", "transform") == f"translate({x:g},{y:g})"
    for name, value in [("node", 12), ("other", 33), ("colour", -2)]:
        page.select_option(f"[name={name}]", str(value))
        agrees(page, widget)
        assert getattr(widget, name) == value
    assert page.inner_text("[data-is=colour]") == "similarity to node 12"


def test_another_graph_from_the_list(page_with: Any) -> None:
    widget = MessagePassingExplorer.of([karate(), molecule(), imatinib()])
    widget.node, widget.round = 33, 5
    page = page_with(widget)
    page.select_option("[name=graph]", "1")
    agrees(page, widget)
    assert (widget.graph, widget.node, widget.round) == (1, 12, 4) and page.locator(NODES).count() == 13
    assert page.inner_text("h3") == "aspirin"
    page.focus("[name=graph]")
    page.keyboard.press("ArrowDown")
    agrees(page, widget)
    assert widget.graph == 2 and page.evaluate("document.activeElement.name") == "graph"  # the focus stays
    page.locator(NODES).nth(4).click()
    page.evaluate("model.take({ graph: 0 })")  # from Python, while a nameless button has the focus
    drawn(page)
    assert page.inner_text("h3") == "Zachary's karate club"


def test_predict_first(page_with: Any) -> None:
    widget = explorer("imatinib", round=2, node=7)
    page = page_with(widget)
    page.click("[role=switch]")
    agrees(page, widget)
    assert page.inner_text(STATUS) == "Round 2 of 4: which atoms can N 7 know of after 2 rounds? 0 marked."
    assert page.locator(".mp-field g").count() == page.locator(".mp-arrows g").count() == 0
    answer = set(np.flatnonzero(widget.messages.field(7, 2))) - {7}
    for node in [*sorted(answer)[1:], 0, 7]:  # one missed, one too many; its own place goes without saying
        page.locator(NODES).nth(node).click()
    page.locator(NODES).nth(30).click()
    page.locator(NODES).nth(30).click()  # taken back
    agrees(page, widget)
    assert f"{len(answer)} marked" in widget.describe() and page.locator("[role=checkbox]").count() == 37
    page.focus(f"{NODES}[tabindex='0']")
    page.keyboard.press("Home")  # keys move the focus, not the question
    page.keyboard.press("ArrowRight")
    agrees(page, widget)
    assert widget.node == 7
    page.click("[data-is=tell]")
    agrees(page, widget)
    missed = min(answer)
    assert (
        f"{len(answer) - 1} right, 1 missed ({widget.messages.labels[missed]} {missed}), 1 too many (C 0)"
        in widget.describe()
    )
    signs = page.eval_on_selector_all(NODES, "all => all.map((b) => b.dataset.sign)")
    assert [node for node, sign in enumerate(signs) if sign == "✓"] == sorted(answer)[1:]
    assert (
        signs[missed] == "?"
        and signs[0] == "✕"
        and page.get_attribute(f"{NODES} >> nth=0", "aria-label").endswith("too many")
    )
    page.click("[data-is=tell]")  # again
    agrees(page, widget)
    assert "0 marked" in page.inner_text(STATUS)
    page.focus(f"{NODES}[tabindex='0']")
    page.keyboard.press("End")
    page.keyboard.press("Space")
    agrees(page, widget)
    assert widget.guess["marked"] == [36]


def test_play_steps_to_the_end_and_stops(page_with: Any) -> None:
    widget = explorer("molecule", round=2)
    page = page_with(widget, reduced_motion="reduce")
    page.click("[data-is=play]")
    drawn(page)
    assert page.inner_text("[data-is=play]") == "Stop"
    moving = "document.getAnimations().length"
    assert page.evaluate(moving) == 0  # who asked for less motion gets steps only
    page.wait_for_function("model.get('round') === 4", timeout=5000)
    page.wait_for_function("document.querySelector('[data-is=play]').textContent === 'Play'", timeout=5000)
    agrees(page, widget)
    page.click("[data-is=play]")  # from the end it starts over
    agrees(page, widget)
    assert widget.round == 0
    page.click("[aria-label='one round on']")  # a step by hand ends it
    page.wait_for_timeout(1300)
    agrees(page, widget)
    assert widget.round == 1 and page.inner_text("[data-is=play]") == "Play"


def test_nothing_moves_unless_it_was_asked_to(page_with: Any) -> None:
    page = page_with(explorer(round=1))
    moving = "document.getAnimations().length"
    assert page.evaluate(moving) == 0
    page.click("[data-is=play]")
    drawn(page)
    assert page.evaluate(moving) > 0
    page.click("[data-is=play]")
    drawn(page)
    assert page.evaluate(moving) == 0


@pytest.mark.parametrize("kind", ["molecule", "connectome"])
def test_everything_that_takes_the_focus_keeps_its_keys(page_with: Any, kind: str) -> None:
    page = page_with(explorer(kind, round=1))
    assert sharing_keys(page) == []
    assert page.locator("output").count() == 0 and page.locator(STATUS).count() == 1
    assert page.get_attribute(".mp-map canvas", "role") == "img"
    assert page.get_attribute(".mp-map canvas", "aria-label").endswith(page.inner_text(STATUS))
    assert nameless(page) == []


@EVERY_THEME
def test_it_reads_in_every_theme(page_with: Any, theme: str, system: str, grey: int) -> None:
    page = page_with(explorer(round=2, node=4), theme=theme, color_scheme=system)
    stands_out(
        page,
        ".message-passing",
        grey,
        [
            (".mp-arrows .mp-head", "fill", 3),
            (".mp-curve g circle", "fill", 3),
            (".mp-lines path", "stroke", 3),
            ("h4", "color", 4.5),
            (STATUS, "color", 4.5),
        ],
    )
    inked = page.eval_on_selector_all(NODES, "all => all.map((b) => [b.style.color, b.style.backgroundColor])")
    assert min(contrast(*pair) for pair in inked) >= 4.5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [940, 380])
def test_pictures_for_people_and_no_sideways_scrolling(page_with: Any, kind: str, theme: str, width: int) -> None:
    widget = explorer(kind, round=2, node=7, other=3)
    page = page_with(widget, theme=theme, width=width)
    page.screenshot(path=artifacts() / f"messages-{kind}-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.eval_on_selector_all(NODES, "all => all.map((b) => b.getBoundingClientRect().toJSON())")
    assert min(box["width"] for box in boxes) >= (14 if kind != "connectome" else 9)
    assert min(box["left"] for box in boxes) >= 0 and max(box["right"] for box in boxes) <= width
    sizes = page.eval_on_selector_all(NODES, "all => all.map((b) => parseFloat(getComputedStyle(b).fontSize))")
    assert min(sizes) >= 10
    agrees(page, widget)


def test_a_drawing_made_while_hidden_has_its_sizes_afterwards(page_with: Any) -> None:
    """A notebook hides what is out of sight; a drawing made meanwhile has no width to go by."""
    widget = explorer("molecule", round=1)
    page = page_with(widget)
    size = "document.querySelector('.mp-nodes button').getBoundingClientRect().width"
    drawn(page)
    before = page.evaluate(size)
    page.evaluate("document.querySelector('.message-passing').style.display = 'none'")
    page.evaluate("model.set('round', 2)")
    drawn(page)
    assert "NaN" not in page.inner_html(".mp-arrows") and "Infinity" not in page.inner_html(".mp-arrows")
    page.evaluate("document.querySelector('.message-passing').style.display = ''")
    drawn(page)
    assert page.evaluate(size) == before == pytest.approx(28, abs=2)
