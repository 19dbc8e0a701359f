"""`course update`: what would happen, what is new in a version laid beside, and nothing of a learner's changed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_lib.cli import main
from course_lib.lab import work_folder
from course_lib.study import notebook_cells
from course_lib.study.changes import in_words
from course_lib.study.update_news import ADVICE, RELOAD, update

LESSON = "w07_attention/lecture.ipynb"
Cells = list[dict[str, Any]]


def at(cells: Cells, id: str) -> int:
    return next(n for n, cell in enumerate(cells) if cell["id"] == id)


@pytest.fixture
def source(tmp_path: Path, lectures: Path) -> Path:
    """A course of one lecture, to make new versions of."""
    (tmp_path / "course" / LESSON).parent.mkdir(parents=True)
    (tmp_path / "course" / LESSON).write_bytes((lectures / LESSON).read_bytes())
    return tmp_path / "course"


@pytest.fixture
def mine(tmp_path: Path, source: Path) -> Path:
    """A learner's folder with two answers written in the lecture."""
    folder = tmp_path / "mine"
    update(source, folder)
    change(folder, written)
    return folder


def change(top: Path, how: Callable[[Cells], None]) -> None:
    book = notebook_cells.load(top / LESSON)
    how(book["cells"])
    (top / LESSON).write_text(notebook_cells.dump(book))


def written(cells: Cells) -> None:
    cells[at(cells, "w07-1-answer")]["source"] = "def mix(scores, values):\n    return 1"
    cells[at(cells, "w07-3-attend-answer")]["source"] = "def attend(q, k, v):\n    return 2"
    cells.insert(5, {"id": "a1b2c3d4", "cell_type": "markdown", "metadata": {}, "source": "## my own notes"})


def newer(cells: Cells) -> None:
    cells[at(cells, "w07-5-exercise")]["source"] += "\n\nOne sentence more."
    cells[at(cells, "w07-3-attend-answer")]["source"] = (
        "def attend(q, k, v, mask=None, scale=None):\n    raise NotImplementedError()"
    )
    cells[at(cells, "w07-2-guess")]["source"] += "\n# said better"
    del cells[at(cells, "w07-6-notice")]
    blank = json.loads(json.dumps(cells[at(cells, "w07-4-answer")]))
    blank["id"] = blank["metadata"]["nbgrader"]["grade_id"] = "w07-9-answer"
    check = {"id": "w07-9-check", "cell_type": "code", "metadata": {}, "source": 'x = check("w07.new", new)'}
    idea = {
        "id": "w07-9-idea",
        "cell_type": "markdown",
        "metadata": {},
        "source": "## 7.9 More\n\n**Exercise 7.9 · New** x",
    }
    cells += [idea, blank, check]


def test_what_the_course_changed_is_told_apart_from_what_the_learner_wrote(source: Path, mine: Path) -> None:
    change(source, newer)
    said = update(source, mine)
    assert said[1].startswith(f"- {LESSON} is yours and stays as it is; the new version lies beside it: lecture (new ")
    assert [line.strip() for line in said[2:-1]] == [
        "new: exercise 7.9 · New (w07.new)",
        "changed: exercise 7.3b · Attend (w07.attend)",
        "changed: exercise 7.5 · Split into heads; Merge the heads (w07.split)",
        "changed: exercise 7.5 · Split into heads; Merge the heads (w07.merge)",
        "added to 7.9 More: 2 cells",
        "changed in 7.2 Whom should you listen to?: 1 cell",
        "changed in 7.5 Several heads: 1 cell",
        "gone from 7.6 Order is lost, and has to be put back: 1 cell",
        "your copy holds answers to 7.1, 7.3b",
    ]
    assert said[-1] == ADVICE


def test_an_offer_is_explained_as_long_as_it_lies_there(source: Path, mine: Path) -> None:
    """`course lab` brings a new version, too, and says less."""
    up_to_date = f"Your folder {mine} is up to date with course {work_folder.__version__}."
    change(source, newer)
    work_folder.update(source, mine)
    [offer] = (mine / "w07_attention").glob("lecture (new *).ipynb")
    said = update(source, mine)
    assert said[:2] == [up_to_date, f"- beside your {LESSON} lies {offer.name}, with this difference:"]
    assert said[2] == "    new: exercise 7.9 · New (w07.new)"
    assert said[-1] == ADVICE
    assert update(source, mine, dry_run=True) == said
    offer.unlink()
    assert update(source, mine) == [up_to_date]


def test_a_dry_run_says_the_same_and_changes_nothing(source: Path, mine: Path) -> None:
    change(source, newer)

    def state() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(mine.rglob("*")) if path.is_file()}

    before = state()
    would = update(source, mine, dry_run=True)
    assert state() == before
    assert would[0].startswith("This would happen in ")
    assert would[2:] == update(source, mine)[2:]
    assert state() != before


def test_a_copy_from_before_the_note_is_compared_as_it_is(source: Path, mine: Path) -> None:
    manifest = mine / ".course/delivered.json"
    known = json.loads(manifest.read_text())
    del known["files"][LESSON]["cells"]
    manifest.write_text(json.dumps(known))
    change(source, newer)
    said = [line.strip() for line in update(source, mine)]
    assert "new: exercise 7.9 · New (w07.new)" in said
    assert "changed in 7.2 Whom should you listen to?: 1 cell" in said
    assert "gone from 7.6 Order is lost, and has to be put back: 1 cell" in said, (
        "and the learner's own notes are not called gone"
    )
    assert "your copy holds answers to 7.1, 7.3b" in said


def test_after_taking_the_new_version_it_counts_as_delivered(source: Path, mine: Path) -> None:
    change(source, newer)
    work_folder.update(source, mine)
    work_folder.bring_back(LESSON, source, mine)
    assert len(update(source, mine)) == 1, "the offer holds nothing that is not in yours"
    change(source, lambda cells: cells[0].update(source="# Another title"))
    said = update(source, mine)
    assert said[1] == f"- {LESSON} was brought up to date"
    assert [line.strip() for line in said[2:]] == ["changed in the opening: 1 cell", RELOAD]
    change(source, lambda cells: cells[0].update(source="# A third title"))
    assert RELOAD not in update(source, mine, dry_run=True), "nothing was replaced yet"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"cells": 3}'])
def test_a_broken_copy_stays_and_is_said(source: Path, mine: Path, text: bytes) -> None:
    (mine / LESSON).write_bytes(text)
    change(source, newer)
    assert "    yours cannot be read as a notebook; the new one can" in update(source, mine)
    assert (mine / LESSON).read_bytes() == text
    assert in_words(text, text, {}) == []


def test_the_verb(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["update"]) == 0
    assert "is up to date with course" in capsys.readouterr().out
    (home / LESSON).unlink()
    (home / ".course/delivered.json").unlink()
    assert main(["update", "--dry-run"]) == 0
    assert f"- {LESSON} is new" in capsys.readouterr().out
    assert not (home / LESSON).exists()
    assert main(["update"]) == 0
    assert (home / LESSON).exists()
