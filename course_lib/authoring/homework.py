"""Rules that make a homework a valid nbgrader assignment, and an honest one."""

import ast
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from course_lib.authoring.places import Place

QUESTIONS = 4


def homework_is_an_assignment(place: Place, source: NotebookNode) -> Iterator[str]:
    """Marked questions, one of them written; ids for the gradebook that occur once; marks that can be lost."""
    graders = [(cell, cell.metadata["nbgrader"]) for cell in source.cells if "nbgrader" in cell.metadata]
    for id, times in Counter(meta.get("grade_id") for _, meta in graders).items():
        if times > 1 or not id:
            yield f"the grade_id {id!r} stands on {times} cells; the gradebook needs one each"
    for cell, meta in graders:
        if meta.get("solution") and cell.cell_type == "code" and "BEGIN SOLUTION" not in cell.source:
            yield f"cell {cell.get('id')} is an answer without `### BEGIN SOLUTION`: the whole cell would be cut"
    for cell in source.cells:
        if "BEGIN SOLUTION" in cell.source and not cell.metadata.get("nbgrader", {}).get("solution"):
            yield f"cell {cell.get('id')} holds a solution but its nbgrader metadata do not say `solution: true`"
    if place.kind == "homework":
        yield from _marks_hold([(cell, meta) for cell, meta in graders if meta.get("grade")])


def _marks_hold(graded: list[tuple[NotebookNode, NotebookNode]]) -> Iterator[str]:
    if len(graded) < QUESTIONS:
        yield f"{len(graded)} questions are graded; a homework has at least {QUESTIONS}"
    if not any(cell.cell_type == "markdown" and meta.get("solution") for cell, meta in graded):
        yield "no question is answered in words; add a written one (grade and solution, in a markdown cell)"
    for cell, meta in graded:
        points = meta.get("points")
        if not isinstance(points, int | float) or points <= 0:
            yield f"cell {cell.get('id')} is worth {points!r} points; it needs a number above 0"
        if cell.cell_type == "code" and not meta.get("solution") and not _ends_in_points(cell.source):
            yield (
                f"cell {cell.get('id')} gives marks but its last line is not points(...): "
                "nbgrader gives full marks to a cell that raises nothing and has no value"
            )


def _ends_in_points(source: str) -> bool:
    """True when the value of the cell is a call of `points`."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Call):
        return False
    called = last.value.func
    return (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) == "points"
