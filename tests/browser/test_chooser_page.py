"""The chooser on a page without a kernel: its rule against Python's, keys, names, both themes, a phone."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from course_lib.curriculum.chooser import QUESTIONS, Answers, advise
from course_lib.widgets.chooser import WeekChooser
from tests.browser.harness import artifacts
from tests.browser.looking import nameless, sharing_keys, stands_out

pytestmark = pytest.mark.browser
WRITTEN = frozenset({"w04", "w12"})
ALL = [list(tags) for tags in itertools.product(*(question["answers"] for question in QUESTIONS))]


def test_the_page_says_what_python_says_for_every_combination(page_with: Callable[..., Any]) -> None:
    widget = WeekChooser(written=WRITTEN)
    page = page_with(widget)
    assert page.inner_text("[role=status]").replace("\n\n", "\n") == widget.describe()
    said = page.evaluate(
        """async (all) => {
            const { advise } = await import("/widget.js");
            return all.map((tags) => advise(model.get("data"), tags).join("\\n"));
        }""",
        ALL,
    )
    assert said == [advise(Answers(*tags), WRITTEN).as_text() for tags in ALL]


def test_keys_and_names(page_with: Callable[..., Any]) -> None:
    widget = WeekChooser(written=WRITTEN)
    page = page_with(widget)
    for question in QUESTIONS:
        assert page.get_by_role("combobox", name=question["asks"], exact=True).count() == 1
    assert nameless(page) == [] and sharing_keys(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from graph to points
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from permutation to rotation
    page.wait_for_timeout(100)
    assert widget.answers == ["points", "hundreds", "rotation", "number", "minutes"]
    assert page.inner_text("[role=status]").replace("\n\n", "\n") == widget.describe()
    assert "1. Week 13 (Equivariance, planned, not written yet)" in widget.describe()


@pytest.mark.parametrize(("theme", "grey"), [("light", 255), ("dark", 17)])
@pytest.mark.parametrize("width", [940, 390])
def test_both_themes_and_a_phone(page_with: Callable[..., Any], theme: str, grey: int, width: int) -> None:
    page = page_with(WeekChooser(written=WRITTEN), theme, width)
    stands_out(page, ".week-chooser", grey, [("[role=status] p", "color", 4.5), ("label span", "color", 4.5)])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=artifacts() / f"chooser-{theme}-{width}.png", full_page=True)
