"""What a homework asks is read from the notebook that students get."""

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.places import choose
from course_lib.errors import CourseError
from course_lib.exercises.engine.registry import exercises
from course_lib.grading.marking.assignment import load_assignment
from course_lib.grading.marking.notebook import Cell, read_notebook, said
from course_lib.lab.work_folder import lectures

WEEKS = sorted({place.week for place in choose(lectures(), None) if place.kind == "homework" and place.week})


@pytest.mark.parametrize("week", WEEKS)
def test_it_asks_every_homework_exercise_once_and_a_written_question(week: str) -> None:
    found = load_assignment(week)
    wanted = [each.id for each in exercises(week) if each.notebook == "homework"]
    assert sorted(each.exercise.id for each in found.questions) == sorted(wanted)
    assert len({each.grade_id for each in found.questions}) == len(wanted)
    assert all(each.name.isidentifier() for each in found.questions)
    assert found.written
    assert all(each.points > 0 and each.title for each in found.written)
    assert found.versions().keys() == set(wanted)
    assert not any("exercises" in name for name in [*found.modules, *found.references])


@pytest.mark.parametrize("week", WEEKS)
def test_only_answers_run_whole_in_what_was_handed_out(week: str) -> None:
    found = load_assignment(week)
    cells = read_notebook(found.path.read_bytes())
    whole = [source for source, runs_whole in found.to_run(cells) if runs_whole]
    assert len(whole) == len(found.questions)
    assert all(any(f"def {each.name}(" in source for source in whole) for each in found.questions)
    assert not any(each.answered or each.sha256 for each in found.written_in(cells))


def test_an_edited_cell_is_the_students_own() -> None:
    found = load_assignment("w07")
    [given] = [
        cell
        for cell in read_notebook(found.path.read_bytes())
        if cell.source.startswith("points(") and "banded" in cell.source
    ]
    moved = Cell("code", given.source + "  \r\n\n", "another id")
    edited = Cell("code", given.source + "\nx = 1")
    assert [whole for _, whole in found.to_run([given, moved, edited])] == [False, False, True]


def test_a_written_answer_counts_when_it_differs_from_the_blank() -> None:
    found = load_assignment("w07")
    [question] = found.written
    blank = [cell for cell in read_notebook(found.path.read_bytes()) if cell.grade_id == question.grade_id]
    cell = Cell("markdown", "Head 3 looks at the next sound.", question.grade_id)
    [nothing], [missing], [some] = (found.written_in(cells) for cells in (blank, [], [*blank, cell]))
    assert (nothing.answered, missing.answered, some.answered) == (False, False, True)
    assert (nothing.sha256, some.sha256) == ("", said(cell.source))


def test_there_must_be_questions(tmp_path: Path) -> None:
    file = tmp_path / "homework.ipynb"
    file.write_text(json.dumps({"cells": []}))
    with pytest.raises(CourseError, match="asks no question"):
        load_assignment("w07", file)
    with pytest.raises(CourseError, match="w99"):
        load_assignment("w99")


def test_a_version_changes_with_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    from course_lib.grading.marking import assignment

    before = load_assignment("w07").versions()
    assert len(set(before.values())) == len(before)
    real = assignment.digest
    monkeypatch.setattr(assignment, "digest", lambda file: "other" if file.name == "laws.py" else real(file))
    after = load_assignment("w07").versions()
    assert all(after[id] != before[id] for id in before)


def notebook(*cells: Any) -> bytes:
    """A notebook file with these cells."""
    return json.dumps({"nbformat": 4, "cells": list(cells)}).encode()


def test_cells_are_read_with_or_without_lists_of_lines() -> None:
    cells = read_notebook(
        notebook(
            {"cell_type": "code", "source": ["a = 1\n", "b"], "metadata": {"nbgrader": {"grade_id": "q1"}}},
            {"cell_type": "markdown", "source": "text"},
            {"cell_type": "code", "source": "", "metadata": []},
            {"cell_type": "code", "source": "x\0\ud800y"},
        )
    )
    assert [(each.kind, each.source, each.grade_id) for each in cells] == [
        ("code", "a = 1\nb", "q1"),
        ("markdown", "text", ""),
        ("code", "", ""),
        ("code", "x\ufffd\ufffdy", ""),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a notebook"),
        (b"\xff\xfe\x00", "not a notebook"),
        (b"[" * 200_000, "not a notebook"),
        (b"[]", "no cells"),
        (b'{"cells": {}}', "no cells"),
        (notebook("no cell"), "cell 1 has no text"),
        (notebook({"source": ""}, {"source": [3]}), "cell 2 has no text"),
        (notebook(*[{"source": ""}] * 1001), "1001 cells"),
        (b" " * (20 * 2**20 + 1), "MB"),
    ],
    ids=[
        "empty",
        "binary",
        "deep",
        "a list",
        "cells that are none",
        "a cell that is none",
        "a source that is none",
        "many cells",
        "huge",
    ],
)
def test_what_is_no_notebook_is_said_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(CourseError, match=words):
        read_notebook(data)


def test_spaces_at_line_ends_do_not_make_a_cell_another() -> None:
    assert said("a = 1  \r\nb\n\n") == said("\na = 1\nb")
    assert said("a = 1\n b") != said("a = 1\nb")
