r"""Formulas as MathML: browsers draw it themselves, screen readers read it, and nothing has to be fetched."""

import functools
import re
from typing import Any

from course_lib.errors import CourseError

MENDED = (  # what Chromium draws otherwise than it is meant, and the same said so that it is drawn
    (re.compile(r"<msup>(<mo (?:minsize|stretchy)[^>]*>[^<]*</mo>)"), r"<msup><mrow>\1</mrow>"),
    (re.compile(r"<mo minsize"), '<mo stretchy="true" symmetric="true" minsize'),
    (re.compile(r"<mo>′</mo>"), '<mo class="prime">′</mo>'),
)


def formula(tex: str, display: bool = False) -> str:
    r"""One formula, such as `w_s = \frac{1}{2}`, as MathML that keeps its TeX inside for whoever copies it.

    Raises CourseError that shows the formula when it is no TeX.
    """
    from math_core import LatexError

    plain = " ".join(tex.split())
    try:
        made = str(_converter().convert_with_local_state(plain, displaystyle=display))
    except LatexError as error:
        raise CourseError(f"the formula ${plain}$ cannot be set: {error}") from error
    for wrong, right in MENDED:
        made = wrong.sub(right, made)
    if not display:
        return made
    return f'<span class="formula" tabindex="0" role="group" aria-label="formula">{made}</span>'


@functools.cache
def _converter() -> Any:
    try:
        from math_core import LatexToMathML
    except ImportError as error:
        raise CourseError(
            "pages with formulas need math-core: run `make grader` (teachers), or pip install -e '.[site]'"
        ) from error
    return LatexToMathML(annotation=True, fancy_error=False)
