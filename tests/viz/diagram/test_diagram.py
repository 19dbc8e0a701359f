"""Diagrams: one declaration; what is drawn, spoken, tabled and lit comes from it alone."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from matplotlib.colors import to_hex

from course_lib.viz.diagram import Arrow, Box, Diagram
from course_lib.viz.diagram.multi_head_attention import MULTI_HEAD_ATTENTION
from course_lib.viz.diagram.page import forms, html_of, still_png, svg_of, table_of
from course_lib.viz.diagram.parts import HIGH, STEP, WIDE
from course_lib.viz.diagram.still import draw_diagram

SMALL = Diagram(
    "a < b & c",
    (
        Box("a", "first\nline", "begins & goes on", 0, 0),
        Box("b-1", "one", "goes up", 1, 0.5),
        Box("b-2", "two", "goes down", 1, 1.5),
        Box("c", "end", "ends", 2, 0),
    ),
    (Arrow("a", "b-1", "(B, T)"), Arrow("a", "b-2", "(B, T)"), Arrow("b-1", "c", "(B, <S)"), Arrow("b-2", "b-1")),
)


def parsed(diagram: Diagram) -> ElementTree.Element:
    return ElementTree.fromstring(svg_of(diagram))


def parts(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [each for each in root.iter("g") if kind in each.get("class", "").split()]


@pytest.mark.parametrize("diagram", [SMALL, MULTI_HEAD_ATTENTION])
def test_every_part_and_arrow_is_drawn_once_inside_the_frame(diagram: Diagram) -> None:
    root = parsed(diagram)
    assert [each.get("data-part") for each in parts(root, "part")] == [box.id for box in diagram.boxes]
    assert len(parts(root, "arrow")) == len(diagram.arrows)
    _, _, wide, high = map(float, root.get("viewBox", "").split())
    for rect in root.iter("rect"):
        x, y = float(rect.get("x", "")), float(rect.get("y", ""))
        assert 0 <= x <= wide - WIDE and 0 <= y <= high - HIGH
    shapes = {each.text for each in root.iter("text") if each.get("class") == "shape"}
    assert shapes == {arrow.shape for arrow in diagram.arrows if arrow.shape}


def test_boxes_do_not_lie_over_one_another() -> None:
    for diagram in (SMALL, MULTI_HEAD_ATTENTION):
        middles = [box.middle for box in diagram.boxes]
        for place, (x, y) in enumerate(middles):
            for x2, y2 in middles[place + 1 :]:
                assert abs(x - x2) >= WIDE or abs(y - y2) >= HIGH


def test_a_shape_stands_once_for_each_box_it_leaves() -> None:
    assert [each.shape for each in SMALL.labelled()].count("(B, T)") == 1
    drawn = [text.get_text() for text in draw_diagram(SMALL).axes[0].texts]
    assert sorted(drawn) == sorted(["(B, T)", "(B, <S)", "first\nline", "one", "two", "end"])


def test_the_parts_that_are_lit_are_lit_everywhere() -> None:
    lit = SMALL.lit("b", "c")
    assert lit.bright == {"b-1", "b-2", "c"} and not SMALL.bright, "the diagram itself stays as it is"
    assert [each.get("data-part") for each in parts(parsed(lit), "lit") if each.get("data-part")] == ["b-1", "b-2", "c"]
    assert "Lit: one, two, end." in lit.describe() and "lit: one, two, end" in svg_of(lit)
    assert table_of(lit).count('scope="row"') == 3
    edges = [to_hex(patch.get_edgecolor()) for patch in draw_diagram(lit).axes[0].patches if patch.get_linewidth() == 4]
    assert edges == ["#d55e00"] * 3


def test_what_takes_the_focus_says_what_it_does() -> None:
    whole, lit = parts(parsed(SMALL), "part"), parts(parsed(SMALL.lit("c")), "part")
    assert [each.get("tabindex") for each in whole] == ["0"] * 4
    assert [each.get("tabindex") for each in lit] == [None, None, None, "0"], "few stops where few parts matter"
    assert whole[0].get("aria-label") == "first line: begins & goes on; gives (B, T) to one and two"
    assert lit[3].get("aria-label") == "end: ends, lit"
    assert all(each.get("role") == "img" and each.get("aria-label") for each in lit)


def test_the_table_and_the_words_say_what_the_drawing_says() -> None:
    table = unescape(re.sub(r"<[^>]+>", " ", table_of(SMALL)))
    for word in ("first line", "begins & goes on", "(B, <S) to end", "to one"):
        assert word in table
    assert "first line gives (B, T) to one and two" in SMALL.describe()


def test_everything_is_in_the_colours_of_the_page() -> None:
    drawing = svg_of(MULTI_HEAD_ATTENTION) + html_of(MULTI_HEAD_ATTENTION)
    assert "currentColor" in drawing and "black" not in drawing and "#000" not in drawing
    assert "<a " not in html_of(SMALL) and "a &lt; b &amp; c" in html_of(SMALL)


def test_a_whole_diagram_has_a_still_and_a_lit_one_has_the_table() -> None:
    whole, lit = forms(SMALL), forms(SMALL.lit("a"))
    assert set(whole) == {"text/html", "image/png", "text/plain"} and set(lit) == {"text/html", "text/plain"}
    assert len(still_png(MULTI_HEAD_ATTENTION)) < 14_000 and still_png(SMALL)[:4] == b"\x89PNG"
    assert SMALL._repr_mimebundle_() == whole


def test_a_wrong_name_is_told_its_neighbour() -> None:
    with pytest.raises(ValueError, match=r"has no part 'score'; did you mean scores\?"):
        MULTI_HEAD_ATTENTION.lit("score")
    with pytest.raises(ValueError, match="there is no part 'z'"):
        Diagram("t", SMALL.boxes, (Arrow("a", "z"),))
    with pytest.raises(ValueError, match="the part 'a' stands twice"):
        Diagram("t", (SMALL.boxes[0], SMALL.boxes[0]), ())


def test_shapes_agree_with_the_layer() -> None:
    """What the diagram writes on its arrows is what the real layer makes."""
    import torch

    from course_lib.layers.attention import MultiHeadAttention

    layer = MultiHeadAttention(12, 3)
    out, weights = layer(torch.zeros(2, 5, 12), torch.zeros(2, 7, 12))
    assert weights is not None
    by_ends = {(arrow.start, arrow.end): arrow.shape for arrow in MULTI_HEAD_ATTENTION.arrows}
    sizes = dict(zip("BTSDHK", (2, 5, 7, 12, 3, 4), strict=True))
    assert tuple(weights.shape) == tuple(sizes[each] for each in by_ends["softmax", "average"].strip("()").split(", "))
    assert tuple(out.shape) == tuple(sizes[each] for each in by_ends["merge", "out"].strip("()").split(", "))
    assert MULTI_HEAD_ATTENTION.by_id["out"].middle[0] - MULTI_HEAD_ATTENTION.by_id["merge"].middle[0] == STEP
