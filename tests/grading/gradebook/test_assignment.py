"""A homework in the gradebook: the same rows as nbgrader makes of it, followed when it changes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_lib.authoring.places import Place, checkout, choose
from course_lib.errors import CourseError
from course_lib.grading.gradebook import schema as book_tables
from course_lib.grading.gradebook.gradebook import Gradebook
from tests.grading.looking_at_books import HOMEWORK, contents, raw
from tests.grading.sample_marks import WEEK, homework_file, marked, roster

CONFIG = "c = get_config()\nc.CourseDirectory.root = {root!r}\nc.CourseDirectory.course_id = 'default_course'\n"
SOLVED = checkout() / "solutions" / "w07_attention" / "homework.ipynb"
BESIDE_PYTHON = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls alembic
WITH_HOMEWORK = [place for place in choose(checkout() / "lectures", None) if place.kind == "homework"]


def generate_assignment(root: Path, solved: Path) -> str:
    """nbgrader's own command on the solved homework, in a course of its own. -> the address of its gradebook"""
    source = root / "source" / WEEK / "homework.ipynb"
    source.parent.mkdir(parents=True)
    source.write_bytes(solved.read_bytes())
    (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)))
    own = {name: str(root / "home") for name in ("HOME", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    own |= {"PATH": BESIDE_PYTHON}
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", WEEK]
    done = subprocess.run(command, cwd=root, env=os.environ | own, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return f"sqlite:///{root / 'gradebook.db'}"


def test_the_same_rows_as_nbgrader_generate_assignment(tmp_path: Path) -> None:
    ours, theirs = f"sqlite:///{tmp_path / 'ours.db'}", generate_assignment(tmp_path, SOLVED)
    with Gradebook(ours) as book:
        book.prepare(WEEK, homework_file())
    chosen = [*HOMEWORK, "alembic_version"]
    found = contents(ours, chosen)
    assert found == contents(theirs, chosen)
    assert len(found["grade_cells"]) == 5 and len(found["solution_cells"]) == 5 and len(found["source_cell"]) == 9
    with Gradebook(theirs) as book:  # and the other way round: nbgrader's gradebook is taken as it is
        book.prepare(WEEK, homework_file())
    assert contents(theirs, chosen) == found


@pytest.mark.parametrize("place", WITH_HOMEWORK, ids=lambda place: str(place.week))
def test_every_homework_has_the_rows_that_nbgrader_saves(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.api import Gradebook as TheirGradebook
    from nbgrader.preprocessors import SaveCells

    monkeypatch.setenv("PATH", BESIDE_PYTHON)
    ours, theirs = f"sqlite:///{tmp_path / 'ours.db'}", f"sqlite:///{tmp_path / 'theirs.db'}"
    with Gradebook(ours) as book:
        book.prepare(str(place.week), place.path)
    with TheirGradebook(theirs) as gradebook:
        gradebook.add_assignment(place.week)
    resources = {"nbgrader": {"notebook": "homework", "assignment": place.week, "db_url": theirs}}
    SaveCells().preprocess(nbformat.read(place.path, as_version=4), resources)
    assert contents(ours, HOMEWORK) == contents(theirs, HOMEWORK)


@pytest.fixture
def change(tmp_path: Path) -> Callable[[Callable[[list[Any]], Any]], Path]:
    """Write the homework with other cells."""

    def write(edit: Callable[[list[Any]], Any]) -> Path:
        found = json.loads(homework_file().read_text())
        edit(found["cells"])
        file = tmp_path / "homework.ipynb"
        file.write_text(json.dumps(found))
        return file

    return write


def by_id(cells: list[Any], grade_id: str) -> Any:
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def test_a_change_of_points_and_words_is_followed(tmp_path: Path, change: Any) -> None:
    def edit(cells: list[Any]) -> None:
        by_id(cells, "w07-2-points")["metadata"]["nbgrader"]["points"] = 6.0
        by_id(cells, "w07-1-answer")["source"] = "def banded(): ..."

    address = f"sqlite:///{tmp_path / 'g.db'}"
    with Gradebook(address) as book:
        book.students(roster(1))
        book.prepare(WEEK, homework_file())
        book.record([marked("s000")])
        before = raw(address)
        book.prepare(WEEK, change(edit))
        after = raw(address)
        assert [table for table in before if before[table] != after[table]] == ["grade_cells", "source_cell"]
        assert book.rows(WEEK)[0].out_of == 21.0
        assert sum(old not in after["source_cell"] for old in before["source_cell"]) == 1
        with pytest.raises(CourseError, match="w07-2-points is marked out of 5, but is worth 6"):
            book.record([marked("s000")])


def test_a_question_may_come_but_not_go_once_it_has_marks(tmp_path: Path, change: Any) -> None:
    def without(cells: list[Any]) -> None:
        cells.remove(by_id(cells, "w07-4-points"))

    address = f"sqlite:///{tmp_path / 'g.db'}"
    with Gradebook(address) as book:
        book.students(roster(1))
        book.prepare(WEEK, change(without))
        assert book.rows(WEEK)[0].out_of == 16.0
        book.prepare(WEEK, homework_file())
        book.prepare(WEEK, change(without))  # nobody has a mark there yet
        book.prepare(WEEK, homework_file())
        book.record([marked("s000")])
        before = raw(address)
        with pytest.raises(CourseError, match="the cell w07-4-points is gone from this homework"):
            book.prepare(WEEK, change(without))
        assert raw(address) == before


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda cells: cells.append(by_id(cells, "w07-1-points")), "w07-1-points stands on several cells"),
        (lambda cells: by_id(cells, "w07-1-points")["metadata"]["nbgrader"].update(points=0), "is worth 0 points"),
        (lambda cells: by_id(cells, "w07-1-points")["metadata"]["nbgrader"].update(points="3"), "is worth '3' points"),
        (lambda cells: by_id(cells, "w07-1-points")["metadata"]["nbgrader"].update(grade_id=""), "the grade_id ''"),
        (lambda cells: by_id(cells, "w07-1-points")["metadata"]["nbgrader"].update(task=True), "task cells"),
        (lambda cells: cells.clear(), "no cell that gives marks"),
    ],
)
def test_a_notebook_that_is_no_homework_is_refused(edit: Any, says: str, tmp_path: Path, change: Any) -> None:
    with Gradebook(f"sqlite:///{tmp_path / 'g.db'}") as book, pytest.raises(CourseError, match=says):
        book.prepare(WEEK, change(edit))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"cells": 3}'])
def test_a_file_that_is_no_notebook_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text(text)
    with Gradebook(f"sqlite:///{tmp_path / 'g.db'}") as book, pytest.raises(CourseError, match="is no notebook"):
        book.prepare(WEEK, tmp_path / "x.ipynb")


def test_the_version_of_the_tables_is_what_nbgrader_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", BESIDE_PYTHON)
    from nbgrader.api import get_alembic_version

    assert book_tables.schema_version() == get_alembic_version()


def test_comments_are_shown_beside_the_answer_before_the_mark(tmp_path: Path, change: Any) -> None:
    def first_without_answer(cells: list[Any]) -> None:
        cells.remove(by_id(cells, "w07-1-answer"))

    address = f"sqlite:///{tmp_path / 'g.db'}"
    with Gradebook(address) as book:
        book.students(roster(1))
        book.prepare(WEEK, change(first_without_answer))
        book.record([marked("s000", (0, 1, 1, 1))])  # a reason with no place to show it
        beside = {dict(row)["grade_id"]: dict(row)["comment_on"] for row in contents(address)["course_cells"]}
        assert beside["w07-1-points"] == "" and beside["w07-2-points"] == "w07-2-answer"
        assert beside["w07-7-written"] == "w07-7-written"
