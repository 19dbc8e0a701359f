"""`course reset`: what was handed out comes back, whatever became of the cells, and no word of a learner is lost."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_lib.cli import main
from course_lib.errors import CourseError
from course_lib.exercises.tracking import store
from course_lib.file_lock import only_one
from course_lib.lab import work_folder
from course_lib.study import notebook_cells
from course_lib.study import reset as resetting
from course_lib.study.merge import read_text
from course_lib.study.reset import RELOAD, reset

LESSON = "w07_attention/lecture.ipynb"
MINE = "def attend(q, k, v, mask=None):\n    return 'mine'"
NOW = 1_790_000_000.0
Book = dict[str, Any]


def attend(book: Book) -> int:
    return next(n for n, cell in enumerate(book["cells"]) if notebook_cells.grade_id(cell) == "w07-3-attend-answer")


def check(book: Book) -> int:
    return next(n for n, cell in enumerate(book["cells"]) if ("w07.attend", "attend") in notebook_cells.checks(cell))


def edit(home: Path, change: Callable[[Book], None]) -> Book:
    """Write an answer, then do to the notebook what a learner may do."""
    book = notebook_cells.load(home / LESSON)
    answer = book["cells"][attend(book)]
    answer["source"], answer["execution_count"] = MINE.splitlines(keepends=True), 7
    book["cells"][check(book)]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "Right"}]
    change(book)
    (home / LESSON).write_text(notebook_cells.dump(book))
    return book


def copied(book: Book) -> None:
    at = attend(book)
    book["cells"].insert(at + 1, {**book["cells"][at], "id": "copy", "source": MINE.replace("mine", "second try")})


def without_mark(book: Book) -> None:
    book["cells"][attend(book)]["metadata"] = {}


def moved_to_the_end_without_mark(book: Book) -> None:
    """The answer defined far above its check, after another cell that defines the same name."""
    cell = book["cells"].pop(attend(book))
    cell["metadata"], cell["id"] = {}, "mine"
    book["cells"][10:10] = [{**cell, "id": "old", "source": "def attend():\n    pass"}, cell]


def deleted(book: Book) -> None:
    del book["cells"][attend(book)]


def merged(book: Book) -> None:
    at, checked = attend(book), check(book)
    book["cells"][at]["source"] = f"{MINE}\n\n{notebook_cells.source(book['cells'][checked])}"
    del book["cells"][checked]


def old_format(book: Book) -> None:
    deleted(book)
    book["nbformat_minor"] = 4
    for cell in book["cells"]:
        cell.pop("id", None)


CHANGES = [lambda book: None, copied, without_mark, moved_to_the_end_without_mark, deleted, merged, old_format]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("<>"))
def test_one_exercise_comes_back_and_nothing_else_changes(
    home: Path, lectures: Path, change: Callable[[Book], None]
) -> None:
    before = edit(home, change)
    said = reset(home, "w07", "7.3b", lectures, now=NOW).said
    assert said[-1] == RELOAD
    after = notebook_cells.load(home / LESSON)
    nbformat.validate(nbformat.from_dict(after))
    blanks = notebook_cells.load(lectures / LESSON)["cells"]
    blank = notebook_cells.source(
        next(cell for cell in blanks if notebook_cells.grade_id(cell) == "w07-3-attend-answer")
    )
    [mine] = [cell for cell in after["cells"] if notebook_cells.grade_id(cell) == "w07-3-attend-answer"]
    assert (notebook_cells.source(mine), mine["outputs"], mine["execution_count"]) == (blank, [], None)
    assert after["cells"].index(mine) < check(after)
    assert after["cells"][check(after)]["outputs"] == [], "the old verdict is gone, too"
    texts = [notebook_cells.source(cell) for cell in after["cells"]]
    touched = {notebook_cells.source(cell) for cell in before["cells"] if "mine" in notebook_cells.source(cell)}
    touched |= {MINE.replace("mine", "second try")}
    assert [text for text in map(notebook_cells.source, before["cells"]) if text not in touched and text != blank] == [
        text for text in texts if text != blank and (change is not merged or 'check("w07.attend"' not in text)
    ]
    kept = (
        "".join(file.read_text() for file in sorted((home / "kept").glob("*.py"))) if (home / "kept").exists() else ""
    )
    lost = touched & {notebook_cells.source(cell) for cell in before["cells"]} - set(texts)
    assert all(text in kept for text in lost)
    assert bool(lost) == (change not in (deleted, old_format))
    assert change is not copied or "second try" in kept


def test_the_words_name_the_exercise_and_where_the_old_text_is(home: Path, lectures: Path) -> None:
    edit(home, copied)
    said = reset(home, "w07", "attend", lectures, now=NOW).said
    [kept] = (home / "kept").iterdir()
    assert said[0] == (
        f"7.3b · Attend (w07.attend) in {LESSON} is as it was handed out. What you had is kept in kept/{kept.name}. "
        "It stood in 2 cells; the other gave way."
    )
    assert kept.name.startswith("w07.attend 20")
    again = reset(home, "w07", "attend", lectures, now=NOW).said
    assert again == [f"7.3b · Attend (w07.attend) in {LESSON} is as it was handed out already."]
    assert list((home / "kept").iterdir()) == [kept]


def test_a_number_without_its_letter_brings_all_of_it_and_two_texts_never_share_a_file(
    home: Path, lectures: Path
) -> None:
    for _ in range(2):
        edit(home, lambda book: None)
        done = reset(home, "w07", "7.3", lectures, now=NOW)
        assert done.items == {"w07.additive", "w07.attend"}
    names = sorted(file.name for file in (home / "kept").iterdir())
    assert len(names) == 2
    assert names[0].endswith(" (2).py")


def test_a_written_answer_comes_back(home: Path, lectures: Path) -> None:
    file = home / "w07_attention/homework.ipynb"
    book = notebook_cells.load(file)
    cell = next(cell for cell in book["cells"] if notebook_cells.grade_id(cell) == "w07-7-written")
    handed_out, cell["source"] = cell["source"], "My own words."
    file.write_text(notebook_cells.dump(book))
    reset(home, "w07", "q5", lectures, now=NOW)
    assert notebook_cells.load(file)["cells"][book["cells"].index(cell)]["source"] == handed_out
    assert "My own words." in next((home / "kept").glob("*.md")).read_text()


def test_what_cannot_be_found_changes_nothing(home: Path, lectures: Path) -> None:
    def gone(book: Book) -> None:
        del book["cells"][check(book)], book["cells"][attend(book)]

    edit(home, gone)
    before = (home / LESSON).read_bytes()
    with pytest.raises(CourseError, match=r"7\.3b · Attend .* cannot be found .* brings the whole notebook back"):
        reset(home, "w07", "7.3", lectures)
    assert (home / LESSON).read_bytes() == before
    assert not (home / "kept").exists()


def test_a_renamed_copy_is_named_and_can_be_chosen(home: Path, lectures: Path) -> None:
    edit(home, lambda book: None)
    (home / LESSON).rename(home / "w07_attention/mine.ipynb")
    with pytest.raises(CourseError, match=r"There is homework\.ipynb, mine\.ipynb: `--notebook` names one"):
        reset(home, "w07", "7.3b", lectures)
    reset(home, "w07", "7.3b", lectures, copy="w07_attention/mine.ipynb")
    assert "'mine'" not in (home / "w07_attention/mine.ipynb").read_text()
    assert not (home / LESSON).exists()


@pytest.mark.parametrize("text", ["{ not json", "", "[]"])
def test_a_broken_notebook_is_left_alone_until_the_whole_of_it_is_asked_for(
    home: Path, lectures: Path, text: str
) -> None:
    (home / LESSON).write_text(text)
    with pytest.raises(CourseError, match="no notebook"):
        reset(home, "w07", "7.3", lectures)
    assert (home / LESSON).read_text() == text
    said = reset(home, "w07", "lecture", lectures, now=NOW).said
    [kept] = (home / "w07_attention").glob("lecture (yours until *).ipynb")
    assert kept.read_text() == text
    assert kept.name in said[0]
    assert (home / LESSON).read_bytes() == (lectures / LESSON).read_bytes()


def test_a_whole_notebook_counts_as_delivered_again(home: Path, lectures: Path, tmp_path: Path) -> None:
    edit(home, lambda book: None)
    reset(home, "w07", "lecture", lectures)
    assert reset(home, "w07", "lecture", lectures).said == [f"{LESSON} is as it was handed out already."]
    newer = tmp_path / "newer" / LESSON
    newer.parent.mkdir(parents=True)
    newer.write_text((lectures / LESSON).read_text().replace("Attend", "Listen"))
    assert work_folder.update(tmp_path / "newer", home) == [f"{LESSON} was brought up to date"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["w07"], "`course reset w07 lecture`"),
        (["w07", "9.9"], "w07 has nothing called '9.9'; it has: lecture, homework, 7.1, 7.3a"),
        (["w99", "1"], "there is no week 'w99'"),
        (["w01", "1.1"], "no notebooks for 'w01' yet"),
        (["w7", "7.1"], "did you mean 'w07'"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    assert main(["reset", *typed]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("typed", [["start_here"], ["w00"], ["w00", "difference"], ["w00.difference"]])
def test_start_here_comes_back_too(home: Path, lectures: Path, typed: list[str]) -> None:
    file = home / "start_here.ipynb"
    text = file.read_text().replace("raise NotImplementedError()", "return 0  # mine")
    file.write_text(text)
    assert main(["reset", *typed]) == 0
    assert file.read_bytes() == (lectures / "start_here.ipynb").read_bytes()
    kept = [*home.glob("start_here (yours until *).ipynb"), *home.glob("kept/w00.difference *.py")]
    assert ["return 0  # mine" in each.read_text() for each in kept] == [True]


def test_progress_is_forgotten_only_when_asked_and_can_be_brought_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for item in ("w07.attend", "w07.mix"):
        store.record_attempt(item, "right", 1.0, None)
    store.next_hint("w07.attend")
    store.record_answer("w07.why_scale", "b", True)
    assert main(["reset", "w07", "w07.attend"]) == 0
    assert store.attempts()["w07.attend"]["right"]
    assert main(["reset", "w07.attend", "--progress"]) == 0
    assert "Forgotten: 1 attempt and 1 hint, kept in kept/progress w07.attend" in capsys.readouterr().out
    assert list(store.attempts()) == ["w07.mix"]
    [kept] = (home / "kept").glob("progress*.json")
    assert len(read_text(kept.read_bytes(), "kept").attempts) == 1
    assert main(["progress", "--import", str(kept)]) == 0
    assert store.attempts()["w07.attend"]["right"]
    assert store.next_hint("w07.attend") == 1
    assert main(["reset", "w07", "lecture", "--progress"]) == 0
    assert (store.attempts(), store.answers()) == ({}, {}), "the exercises and the questions of the lecture"
    assert main(["reset", "w07", "lecture", "--progress"]) == 0
    assert "no progress of it to forget" in capsys.readouterr().out


@pytest.mark.parametrize("stops_at", ["kept", "written"])
def test_ctrl_c_leaves_the_notebook_whole_and_the_text_safe(
    home: Path, lectures: Path, monkeypatch: pytest.MonkeyPatch, stops_at: str
) -> None:
    edit(home, lambda book: None)
    before = (home / LESSON).read_bytes()

    def stops(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(resetting, "keep" if stops_at == "kept" else "write_atomically", stops)
    assert main(["reset", "w07", "7.3b"]) == 130
    assert (home / LESSON).read_bytes() == before
    monkeypatch.undo()
    monkeypatch.setenv("COURSE_HOME", str(home))
    reset(home, "w07", "7.3b", lectures)
    assert "'mine'" in next((home / "kept").glob("*.py")).read_text()


def test_a_folder_that_cannot_be_written_is_said_and_the_notebook_stays(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(home, lambda book: None)
    before = (home / LESSON).read_bytes()
    (home / "kept").write_text("a file where the folder should be")
    assert main(["reset", "w07", "7.3b"]) == 2
    assert "Could not bring 7.3b of w07 back" in capsys.readouterr().err
    assert (home / LESSON).read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_a_link_stays_a_link(home: Path, lectures: Path, tmp_path: Path) -> None:
    edit(home, lambda book: None)
    (home / LESSON).rename(tmp_path / "elsewhere.ipynb")
    (home / LESSON).symlink_to(tmp_path / "elsewhere.ipynb")
    reset(home, "w07", "7.3b", lectures)
    assert (home / LESSON).is_symlink()
    assert "'mine'" not in (tmp_path / "elsewhere.ipynb").read_text()


def test_two_at_once_wait_for_each_other(home: Path) -> None:
    edit(home, lambda book: None)
    command = [sys.executable, "-m", "course_lib.cli", "reset", "w07"]
    with only_one(home / ".course" / "update.lock", "this test holds them up"):
        both = [subprocess.Popen([*command, what], stdout=subprocess.PIPE, text=True) for what in ("7.1", "7.3b")]
        with pytest.raises(subprocess.TimeoutExpired):
            both[0].communicate(timeout=1.5)
        assert "'mine'" in (home / LESSON).read_text()
    said = [each.communicate(timeout=60)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert "7.1 · Mix" in said[0]
    assert json.loads((home / LESSON).read_text())["cells"]
    assert "'mine'" not in (home / LESSON).read_text()
