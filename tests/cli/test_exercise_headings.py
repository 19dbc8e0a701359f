"""The heading of an exercise says what its declaration says, in every notebook; `course build` writes it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from course_lib.authoring.places import checkout
from course_lib.cli.exercise_headings import asked, heading, headings, write_headings, wrong_headings
from course_lib.exercises.engine.registry import exercises, find

NUMBERS = {each.id: each.section for each in exercises()}


def test_every_heading_says_what_is_declared() -> None:
    assert wrong_headings(checkout()) == []


def test_every_exercise_has_a_heading() -> None:
    headed = [
        id
        for file in (checkout() / "solutions").glob("w*/*.ipynb")
        for each in asked(json.loads(file.read_text(encoding="utf-8"))["cells"])
        for id in each.ids
    ]
    assert sorted(headed) == sorted(id for id in NUMBERS if not id.startswith("w00"))


def test_the_function_has_the_name_that_is_declared() -> None:
    """Messages and hints write `check("w07.split", split_heads)` as the notebook does."""
    called = {}
    for file in (checkout() / "solutions").glob("*/*.ipynb"):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            called |= dict(re.findall(r'\bcheck\("(w\d\d\.\w+)", (\w+)\)', "".join(cell["source"])))
    assert len(called) > 60
    assert {id: name for id, name in called.items() if find(id).function != name} == {}


def test_what_a_heading_says() -> None:
    assert (
        heading([find("w07.attend")], "7.3b") == "**Exercise 7.3b · Attend** (difficulty 2, importance 5, 12 minutes)"
    )
    two = [find("w07.split"), find("w07.merge")]
    said = "**Exercise 7.5 · Split into heads; Merge the heads** (difficulty 3, importance 5, 10 minutes)"
    assert heading(two, "7.5") == said
    assert heading([find("w07.banded")], "1") == "## Question 1 · A band (3 points)"


def cell(kind: str, text: str) -> dict:
    """A cell as it stands in a file."""
    return {"cell_type": kind, "source": text.splitlines(keepends=True)}


def test_letters_follow_the_notebook_and_words_need_none() -> None:
    label = "**Exercise {} · Old** (difficulty 1, importance 1, 1 minutes)"
    cells = [
        cell("markdown", f"A hand trace.\n\n{label.format('7.9')}\n\nWrite it."),
        cell("code", 'attend = check("w07.attend", attend)'),
        cell("markdown", label.format("7.1")),
        cell("code", 'additive_scores = check("w07.additive", additive_scores)\nquiz("w07.why_scale")'),
        cell("markdown", "## Question 5 · In your own words (4 points)"),
    ]
    found = asked(cells)
    assert [each.ids for each in found] == [["w07.attend"], ["w07.additive"], []]
    said = [text for _, text in headings(found, {each.id: each for each in exercises("w07")})]
    assert [text.split(" · ")[0] for text in said] == ["**Exercise 7.3a", "**Exercise 7.3b"]


@pytest.mark.parametrize("spoilt", ["difficulty 5", "importance 1", "99 minutes", "Attendance"])
def test_a_heading_that_differs_is_found_and_written_again(tmp_path: Path, spoilt: str) -> None:
    name = "solutions/w07_attention/lecture.ipynb"
    (tmp_path / name).parent.mkdir(parents=True)
    shutil.copy(checkout() / name, tmp_path / name)
    whole = (tmp_path / name).read_text(encoding="utf-8")
    right = heading([find("w07.attend")], "7.3b")
    old = {"d": "difficulty 2", "i": "importance 5", "9": "12 minutes", "A": "Attend"}[spoilt[0]]
    assert right in whole
    (tmp_path / name).write_text(whole.replace(right, right.replace(old, spoilt)), encoding="utf-8")
    [said] = wrong_headings(tmp_path)
    assert spoilt in said and "course build" in said
    assert write_headings(tmp_path) == [f"{name}: {right}"]
    assert (tmp_path / name).read_text(encoding="utf-8") == whole
