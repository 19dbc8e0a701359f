"""Formulas as MathML: every one of the course is set, and what browsers draw wrong is said otherwise."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from course_lib.authoring.build import read
from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.errors import CourseError
from course_lib.site.formulas import formula
from course_lib.site.markdown import prose


@pytest.mark.parametrize("source", notebooks(checkout() / "solutions"), ids=lambda each: each.name)
def test_every_formula_of_the_course_is_set(source: Place) -> None:
    for cell in read(source).cells:
        if cell.cell_type == "markdown":
            html, _ = prose(cell.source)
            for math in re.findall(r"<math.*?</math>", html, re.DOTALL):
                ElementTree.fromstring(re.sub(r"&(?!lt|gt|amp|quot)\w+;", "", math))  # well formed
            assert "$" not in re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)


def test_what_is_no_formula_is_named() -> None:
    with pytest.raises(CourseError, match=r"the formula \$\\frac\{1\$ cannot be set"):
        formula(r"\frac{1")
    with pytest.raises(CourseError, match="nosuchword"):
        formula(r"\nosuchword")


def test_the_tex_stays_inside_for_whoever_copies_it() -> None:
    assert '<annotation encoding="application/x-tex">a&lt;b</annotation>' in formula("a<b")


def test_a_formula_of_its_own_can_be_reached_and_scrolled() -> None:
    shown = formula(r"\frac{1}{2}", display=True)
    assert shown.startswith('<span class="formula" tabindex="0" role="group"') and 'display="block"' in shown


@pytest.mark.parametrize(
    ("tex", "holds"),
    [
        (r"\Big(\frac{a}{b}\Big)^2", r"<msup><mrow><mo [^>]*>\)</mo></mrow>"),  # a bracket with a power must grow
        (r"\Big(\frac{a}{b}\Big)", r'<mo stretchy="true" symmetric="true" minsize'),
        (r"f'(x)", r'<mo class="prime">′</mo>'),
    ],
)
def test_what_browsers_draw_wrong_is_said_otherwise(tex: str, holds: str) -> None:
    assert re.search(holds, formula(tex, display=True))


def test_dollars_in_code_are_no_formula() -> None:
    html, _ = prose("`$x$` and $y$")
    assert html.count("<math") == 1 and "<code>$x$</code>" in html
