"""The small course as it stands after a run and a build, made by hand in a moment: no kernel is started."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.authoring.build import build, read
from course_lib.authoring.cells import as_text
from course_lib.authoring.outputs import code_hash
from course_lib.authoring.places import Place, notebooks

LECTURE, HOMEWORK = "w07_attention/lecture.ipynb", "w07_attention/homework.ipynb"


def make_ready(course: Path) -> Path:
    """Give every source the outputs that a run would leave, and build the copies."""
    for place in notebooks(course / "solutions"):
        made = read(place)
        for number, cell in enumerate((cell for cell in made.cells if cell.cell_type == "code"), start=1):
            cell.execution_count = number
            if cell.source.startswith("# NBVAL_CHECK_OUTPUT"):
                cell.outputs = [new_output("stream", text="2\n")]
        stamp(made)
        place.path.write_text(as_text(made), encoding="utf-8")
    build(root=course)
    return course


def stamp(made: NotebookNode) -> None:
    """Say that the outputs belong to the code, as a run does."""
    made.metadata["course"] = {"code_hash": code_hash(made)}


def change_raw(file: Path, how: Callable[[dict[str, Any]], object]) -> None:
    """Change a notebook as plain JSON, for what nbformat would mend on the way."""
    made = json.loads(file.read_text(encoding="utf-8"))
    how(made)
    file.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def cell(made: NotebookNode, id: str) -> NotebookNode:
    """The cell with this id."""
    return next(each for each in made.cells if each.id == id)


def source_of(course: Path, name: str = LECTURE) -> NotebookNode:
    """A source notebook as it stands in its file."""
    return read(Place(course / "solutions", name))


def copy_of(course: Path, name: str = LECTURE) -> NotebookNode:
    """A learner's copy as it stands in its file."""
    return read(Place(course / "lectures", name))
