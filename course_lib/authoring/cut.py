"""Cut the answers out of one notebook, with nbgrader's own preprocessors and without its database."""

import contextlib
import copy
import logging
import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from course_lib.authoring.cells import LANGUAGE, SLIDE_TEXT
from course_lib.errors import CourseError

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"


def cut(source: NotebookNode, name: str) -> NotebookNode:
    """What a learner gets: answers replaced by a stub, hidden tests and outputs gone, cells locked, checksums set.

    Notes for the teacher and the texts of slides stay in the source.
    The source is left as it is. Raises CourseError that names the notebook when its nbgrader metadata do not hold.
    """
    from nbgrader import preprocessors as steps

    made, resources = copy.deepcopy(source), dict[str, Any]()
    with _quiet():
        for step in (
            steps.LockCells, steps.ClearSolutions, steps.ClearOutput, steps.CheckCellMetadata,
            steps.ClearHiddenTests, steps.ComputeChecksums, steps.CheckCellMetadata,
        ):  # fmt: skip
            try:
                made, resources = step().preprocess(made, resources)
            except Exception as error:  # nbgrader raises RuntimeError, ValidationError and its own
                raise CourseError(f"{name}: {step.__name__} says: {error}") from error
    made.cells = [cell for cell in made.cells if not is_for_teacher(cell)]
    made.metadata = {"kernelspec": made.metadata.get("kernelspec", {}), "language_info": dict(LANGUAGE)}
    for cell in made.cells:
        for key in ("execution", "ExecuteTime", "trusted", "collapsed", SLIDE_TEXT):
            cell.metadata.pop(key, None)
    return made


def is_for_teacher(cell: NotebookNode) -> bool:
    """Is it a note that a teacher reads, and no learner?"""
    return bool(cell.metadata.get("slideshow", {}).get("slide_type") == "notes")


def answers(source: NotebookNode) -> Iterator[tuple[str, str]]:
    """Each answer of a source notebook: its cell's id and its lines, unindented, without blank lines and comments."""
    for cell in source.cells:
        regions = re.findall(rf"{BEGIN}.*?\n(.*?)^[^\n]*{END}", cell.source, re.DOTALL | re.MULTILINE)
        if not regions and cell.metadata.get("nbgrader", {}).get("solution"):
            regions = [cell.source]
        for region in regions:
            yield cell.get("id", "?"), plain_lines(region)


def plain_lines(text: str) -> str:
    """The lines of a text without indent, blank lines and whole-line comments, each between newlines."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n" + "".join(f"{line}\n" for line in lines if line and not line.startswith("#"))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """nbgrader logs a traceback beside every error it raises; the error alone is enough."""
    log = logging.getLogger("traitlets")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)
