"""What a week's homework asks: its questions, the functions that answer them, and the cells everybody was given."""

import ast
import functools
import hashlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_lib.authoring.places import choose
from course_lib.errors import CourseError
from course_lib.exercises.engine.registry import Exercise, find
from course_lib.grading.marking.notebook import Cell, read_notebook, said
from course_lib.grading.records import WrittenQuestion
from course_lib.lab.work_folder import lectures

OURS = "course_lib.exercises"  # laws, expected values, known mistakes: never inside a sandbox
HEADING = re.compile(r"^#+\s*(.+?)(?:\s*\([\d.]+ points?\))?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """One question that is marked here."""

    exercise: Exercise
    name: str  # what the notebook calls the answer: banded
    grade_id: str


@dataclass(frozen=True)
class Written:
    """A question for a person: the cell as it was handed out."""

    grade_id: str
    title: str
    points: float
    blank: str  # said(...) of the empty cell


@dataclass(frozen=True)
class Assignment:
    """One week's homework."""

    week: str
    questions: tuple[Question, ...]
    written: tuple[Written, ...]
    given: frozenset[str]  # said(...) of every code cell that was handed out and is not an answer
    modules: tuple[str, ...]  # what the given cells import: loaded once, before any submission
    path: Path

    @property
    def references(self) -> list[str]:
        """The library's own answers, `module:name`: taken away inside a sandbox."""
        own = [each.exercise.reference for each in self.questions if not each.exercise.open_book]
        return [f"{each.__module__}:{each.__qualname__}" for each in own if not each.__module__.startswith(OURS)]

    @property
    def libraries(self) -> list[str]:
        """Libraries that some question forbids: `scipy`. Inside a sandbox there is nothing in them."""
        named = [name for each in self.questions for name in each.exercise.forbid if name.endswith(".*")]
        return [name.removesuffix(".*") for name in dict.fromkeys(named)]

    @property
    def withheld(self) -> list[str]:
        """All that a sandbox takes away: references, functions of the course that are forbidden, whole libraries."""
        named = [name for each in self.questions for name in each.exercise.forbid if name.startswith("course_lib.")]
        functions = [":".join(name.rsplit(".", 1)) for name in dict.fromkeys(named)]
        return [*self.references, *functions, *(f"{each}.*" for each in self.libraries)]

    def versions(self) -> dict[str, str]:
        """Exercise id -> version: a hash of everything its marks depend on."""
        return {each.exercise.id: version(each.exercise) for each in self.questions}

    def to_run(self, cells: list[Cell]) -> list[tuple[str, bool]]:
        """The code of a submission as (source, whole): of cells that were handed out only imports and definitions."""
        return [(cell.source, said(cell.source) not in self.given) for cell in cells if cell.kind == "code"]

    def written_in(self, cells: list[Cell]) -> tuple[WrittenQuestion, ...]:
        """What a submission says to the questions that a person marks."""
        found = []
        for each in self.written:
            texts = [said(cell.source) for cell in cells if cell.grade_id == each.grade_id]
            answer = next((text for text in texts if text != each.blank), "")
            found.append(WrittenQuestion(each.grade_id, each.title, each.points, bool(answer), answer))
        return tuple(found)


def load_assignment(week: str, path: Path | None = None) -> Assignment:
    """The homework of a week, from the notebook that students get. Raises CourseError when there is none."""
    if path is None:
        places = [place for place in choose(lectures(), [week]) if place.kind == "homework"]
        if not places:
            raise CourseError(f"week {week!r} has no homework")
        path = places[0].path
    questions, written, given, modules = list[Question](), list[Written](), set[str](), list[str]()
    title = ""
    for cell, is_grade, is_answer, points in marked_cells(path):
        if cell.kind == "markdown" and not is_grade:
            title = next(iter(HEADING.findall(cell.source)), title)
        elif is_grade and cell.kind == "markdown":
            written.append(Written(cell.grade_id, title, points, said(cell.source)))
        elif cell.kind == "code" and not is_answer:
            given.add(said(cell.source))
            modules += imports(cell.source)
            questions += [Question(find(id), name, cell.grade_id) for id, name in asked(cell.source) if is_grade]
    if not questions:
        raise CourseError(f"{path.name} of {week} asks no question with points(...)")
    return Assignment(week, tuple(questions), tuple(written), frozenset(given), tuple(dict.fromkeys(modules)), path)


def marked_cells(path: Path) -> Iterator[tuple[Cell, bool, bool, float]]:
    """Each cell of our own notebook with: is it graded, is it an answer, its points."""
    import json

    data = path.read_bytes()
    for cell, raw in zip(read_notebook(data), json.loads(data)["cells"], strict=True):
        mark = raw["metadata"].get("nbgrader", {})
        yield cell, bool(mark.get("grade")), bool(mark.get("solution")), float(mark.get("points", 0))


def asked(source: str) -> Iterator[tuple[str, str]]:
    """(exercise id, name of the answer) of each points("w07.banded", banded)."""
    for node in ast.walk(ast.parse(plain_python(source))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "points":
            id, name = node.args
            if isinstance(id, ast.Constant) and isinstance(name, ast.Name):
                yield str(id.value), name.id


def imports(source: str) -> list[str]:
    """The modules a cell imports, but for those that only draw widgets."""
    found = []
    for node in ast.walk(ast.parse(plain_python(source))):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return [each for each in found if not each.startswith((OURS, "course_lib.widgets")) and each != "course_lib"]


def plain_python(source: str) -> str:
    """A cell without its magics."""
    return "\n".join("" if row.startswith(("%", "!")) else row for row in source.split("\n"))


def version(exercise: Exercise) -> str:
    """A hash of the files an exercise's marks depend on: its week's exercises, the engine, the reference."""
    engine = Path(inspect.getfile(Exercise)).parent
    files = sorted(engine.glob("*.py")) + sorted((engine / exercise.week).glob("*.py"))
    files.append(Path(inspect.getfile(exercise.reference)))
    return hashlib.sha256("".join([exercise.id, *map(digest, files)]).encode()).hexdigest()[:16]


@functools.cache
def digest(file: Path) -> str:
    """A hash of a file's bytes, as they were when this program first looked."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
