"""The chooser in a notebook: it follows its answers, takes no wrong one, and leaves words behind."""

import pytest

from course_lib.curriculum.chooser import Answers, advise
from course_lib.errors import CourseError
from course_lib.widgets.chooser import MOLECULES, WeekChooser
from tests.browser.harness import weight

WRITTEN = frozenset({"w04", "w12"})


def test_it_follows_its_answers() -> None:
    widget = WeekChooser(written=WRITTEN)
    assert widget.describe() == advise(MOLECULES, WRITTEN).as_text()
    assert "1. Week 12 (Graph networks), Who touches whom: " in widget.describe()
    widget.answers = ["image", "hundreds", "translation", "each", "minutes"]
    assert "1. Week 4 (U-Net), From what to where: " in widget.describe()
    assert "2. Week 2 (Convolution, planned, not written yet)" in widget.describe()


def test_readers_without_a_kernel_get_questions_and_advice() -> None:
    widget = WeekChooser(written=WRITTEN)
    published = widget._repr_mimebundle_()[0]
    text = published["text/plain"]
    assert text.startswith("What does one example look like? a graph or a molecule's formula\nHow many labelled")
    assert text.endswith(widget.describe())
    assert published["text/html"].count("<li>") == 5 and "molecule&#x27;s formula" in published["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in published


@pytest.mark.parametrize("place", range(5))
def test_no_wrong_answer_is_taken(place: int) -> None:
    tags = [*MOLECULES]
    tags[place] = "tensor"
    with pytest.raises(CourseError, match="'tensor' is no answer to"):
        WeekChooser(Answers(*tags))
    widget = WeekChooser()
    with pytest.raises(CourseError, match="'tensor' is no answer to"):
        widget.answers = tags
    assert widget.answers == [*MOLECULES]


def test_it_is_light() -> None:
    assert weight(WeekChooser()) < 25_000
