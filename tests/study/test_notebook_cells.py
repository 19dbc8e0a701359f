"""Finding an exercise by what a person calls it, in every notebook that is handed out."""

from pathlib import Path

import pytest

from course_lib.authoring.places import checkout
from course_lib.errors import CourseError
from course_lib.exercises.engine import registry
from course_lib.study import notebook_cells

LECTURES = checkout() / "lectures"
NAMES = sorted(file.relative_to(LECTURES).as_posix() for file in LECTURES.rglob("*.ipynb"))


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_has_its_number_its_check_and_its_text(name: str) -> None:
    file = LECTURES / name
    book = notebook_cells.load(file)
    cells = book["cells"]
    found = notebook_cells.exercises(cells)
    assert notebook_cells.dump(book) == file.read_text(encoding="utf-8"), "reading and writing changes no byte"
    for each in found:
        assert notebook_cells.grade_id(cells[each.answer])
        assert each.text is not None
        assert each.text < each.answer
        if each.id:
            assert each in notebook_cells.choose(found, each.id)
            assert name == "start_here.ipynb" or each in notebook_cells.choose(found, each.number)


def test_every_exercise_of_the_course_is_found_once() -> None:
    found = [
        each.id
        for name in NAMES
        for each in notebook_cells.exercises(notebook_cells.load(LECTURES / name)["cells"])
        if each.id
    ]
    assert sorted(found) == sorted(each.id for each in registry.exercises())


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("7.3b", ["w07.attend"]),
        ("7.3B", ["w07.attend"]),
        ("7.3", ["w07.additive", "w07.attend"]),
        ("7.5", ["w07.split", "w07.merge"]),
        ("w07.attend", ["w07.attend"]),
        ("attend", ["w07.attend"]),
        ("additive_scores", ["w07.additive"]),
        ("7", []),
        ("7.33", []),
        ("", []),
    ],
)
def test_a_lecture_s_exercise_by_any_of_its_names(said: str, ids: list[str]) -> None:
    found = notebook_cells.exercises(notebook_cells.load(LECTURES / "w07_attention/lecture.ipynb")["cells"])
    assert [each.id for each in notebook_cells.choose(found, said)] == ids


@pytest.mark.parametrize("said", ["q2", "Q2", "question 2", "relative"])
def test_a_homework_s_question(said: str) -> None:
    found = notebook_cells.exercises(notebook_cells.load(LECTURES / "w07_attention/homework.ipynb")["cells"])
    assert [each.called() for each in notebook_cells.choose(found, said)] == [
        "question 2 · A bias for distance (w07.relative)"
    ]


def test_a_question_answered_in_words_has_no_id() -> None:
    found = notebook_cells.exercises(notebook_cells.load(LECTURES / "w07_attention/homework.ipynb")["cells"])
    assert [(each.id, each.called()) for each in notebook_cells.choose(found, "q5")] == [
        ("", "question 5 · In your own words")
    ]


@pytest.mark.parametrize(
    ("text", "said"), [("{", "no notebook that can be read"), ("[1]", "no cells"), ('{"cells": [1]}', "no cells")]
)
def test_what_is_no_notebook_is_said(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "broken.ipynb").write_text(text)
    with pytest.raises(CourseError, match=said):
        notebook_cells.load(tmp_path / "broken.ipynb")
    with pytest.raises(CourseError, match="cannot be read"):
        notebook_cells.load(tmp_path / "none.ipynb")
