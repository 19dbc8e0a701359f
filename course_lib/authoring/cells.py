"""The kinds of cell a notebook of the course is made of, and the notebook around them.

Build a new notebook with these, or copy the metadata they give into one that you edit in JupyterLab.
"""

from collections.abc import Callable
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
SLIDE_TEXT = "slide_text"
"""The metadata of a section's first cell that say its slide: `{"claim": "25 words", "show": "w07-1-picture"}`."""
SLIDES = ("slide", "subslide", "fragment", "notes", "skip", "-")


def text(id: str, source: str, slide: str = "-", claim: str = "", show: str = "") -> NotebookNode:
    """Prose. A section's first cell may say its slide: a claim, and the id of the cell with its figure or explorer."""
    told = {SLIDE_TEXT: {"claim": claim, "show": show}} if claim else {}
    made = _cell(new_markdown_cell, id, source, slide)
    made.metadata.update(told)
    return made


def code(id: str, source: str, slide: str = "-") -> NotebookNode:
    """Code that a learner reads and runs."""
    return _cell(new_code_cell, id, source, slide)


def answer(id: str, source: str, slide: str = "-") -> NotebookNode:
    """Code with a gap between `### BEGIN SOLUTION` and `### END SOLUTION`, which stands inside a function."""
    return _cell(new_code_cell, id, source, slide, _grader(id, solution=True))


def marks(id: str, source: str, points: float, slide: str = "-") -> NotebookNode:
    """A locked homework cell whose last line, `points("w07.attend", attend)`, is the mark."""
    return _cell(new_code_cell, id, source, slide, _grader(id, grade=True, locked=True, points=points))


def written(id: str, source: str, points: float, slide: str = "-") -> NotebookNode:
    """A question answered in words; the model answer stands between the solution markers, and a person marks it."""
    return _cell(new_markdown_cell, id, source, slide, _grader(id, grade=True, solution=True, points=points))


def notebook(cells: list[NotebookNode]) -> NotebookNode:
    """The cells in a notebook that opens with the course's kernel."""
    made: NotebookNode = new_notebook(
        cells=cells, metadata={"kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)}
    )
    nbformat.validate(made)
    return made


def as_text(made: NotebookNode) -> str:
    """The notebook as the bytes we store: keys sorted, one space of indent, a final newline."""
    written: str = nbformat.writes(made, version=4)
    return written if written.endswith("\n") else written + "\n"


def _cell(
    make: Callable[..., NotebookNode], id: str, source: str, slide: str, grader: dict[str, Any] | None = None
) -> NotebookNode:
    return make(source, id=id, metadata=_slide(slide) | ({} if grader is None else {"nbgrader": grader}))


def _slide(slide: str) -> dict[str, Any]:
    if slide not in SLIDES:
        raise ValueError(f"cell metadata knows no slide type {slide!r}; it may be one of {', '.join(SLIDES)}")
    return {"slideshow": {"slide_type": slide}}


def _grader(
    id: str, *, grade: bool = False, solution: bool = False, locked: bool = False, points: float | None = None
) -> dict[str, Any]:
    """nbgrader's metadata, schema 3."""
    made: dict[str, Any] = {
        "grade": grade,
        "grade_id": id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return made if points is None else made | {"points": points}
