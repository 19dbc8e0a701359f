"""Is this file a notebook that can be marked, and whose homework is it? Read as bytes from a stranger; nothing runs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.authoring.places import Place, notebooks
from course_lib.errors import CourseError
from course_lib.grading.intake.entries import MB
from course_lib.grading.marking.notebook import parse_notebook
from course_lib.lab.work_folder import lectures

CALL = re.compile(r"(?:check|points)\(\s*['\"](w\d\d\.\w+)")


@dataclass(frozen=True)
class Looked:
    """What a file turned out to be: `problem` says why it cannot be marked, `score` how much of the homework it is."""

    problem: str = ""
    score: int = 0


class Homework:
    """One week's homework as it is handed out, to recognise it among other files."""

    def __init__(self, week: str, top: Path | None = None) -> None:
        self.week = week
        places = [place for place in notebooks(top or lectures()) if place.kind in ("homework", "lecture")]
        self.known = {place: _marks(json.loads(place.path.read_text(encoding="utf-8"))) for place in places}
        mine = [place for place in places if place.week == week and place.kind == "homework"]
        if not mine:
            there = ", ".join(place.week or "" for place in places if place.kind == "homework")
            raise CourseError(f"week {week!r} has no homework; these have one: {there or 'none'}")
        self.place = mine[0]

    def look(self, data: bytes, name: str, largest: int = 20 * MB) -> Looked:
        """What this file is, by its content first and by its name where the content says nothing."""
        try:
            marks = _marks(parse_notebook(data, largest))
        except CourseError as error:
            return Looked(f"not a notebook: {error}")
        scores = {place: len(marks & known) for place, known in self.known.items()}
        best = max(scores, key=lambda place: (scores[place], place == self.place))
        if scores[best] and best != self.place and scores[best] > scores[self.place]:
            return Looked(f"this is {_called(best)}, not the homework of {self.week}")
        if scores[self.place]:
            return Looked(score=scores[self.place])
        if "homework" in name.lower() or self.week in name.lower():
            return Looked()
        return Looked(f"nothing in it belongs to the homework of {self.week}")


def _marks(notebook: dict[str, Any]) -> frozenset[str]:
    return frozenset(_signs(notebook["cells"]))


def _signs(cells: list[dict[str, Any]]) -> Iterator[str]:
    for cell in cells:
        metadata = cell.get("metadata")
        grader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        for sign in (cell.get("id"), grader.get("grade_id") if isinstance(grader, dict) else None):
            if isinstance(sign, str):
                yield sign
        source = cell["source"]
        yield from CALL.findall("".join(source) if isinstance(source, list) else source)


def _called(place: Place) -> str:
    return f"the {place.kind} of {place.week}"
