"""Text in a fixed type on a slide: columns stay columns."""

from course_lib.site.shown import Output
from course_lib.slides.pieces import MONO, WIDE, of_output


def test_columns_become_smaller_before_they_wrap() -> None:
    row = "own kinds shuffled at real places".ljust(105) + "0.3"
    table, sentence = (of_output(Output("text", f"{row}\n{row}", aligned=aligned)) for aligned in (True, False))
    assert table.size * MONO * len(row) <= WIDE - 40 and table.size == 17
    assert sentence.size == 18 and sentence.high > table.high, "it wraps instead"


def test_short_output_is_large() -> None:
    assert of_output(Output("text", "True")).size == 26
