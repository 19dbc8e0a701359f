"""A diagram: a drawing that shows itself as the last line of a cell."""

from dataclasses import dataclass
from typing import Any

from course_lib.viz.diagram.page import forms
from course_lib.viz.diagram.parts import Drawing


@dataclass(frozen=True)
class Diagram(Drawing):
    """A machine of boxes and arrows: `Diagram("attention", boxes, arrows)`; `.lit("scores")` lights parts of it."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return forms(self)
