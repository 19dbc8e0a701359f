"""The learner's folder: what is new arrives, what a person touched stays, whatever happens in between."""

import errno
import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from course_lib.errors import CourseError
from course_lib.file_lock import only_one
from course_lib.lab import work_folder
from course_lib.lab.work_folder import plan, read_manifest, update

LESSON = "w07_attention/lecture.ipynb"


def notebook(text: str, output: str = "", kernel: str = "") -> str:
    """A notebook of one code cell, run or not, saved by one kernel or another."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": [text], "outputs": outputs}
    cell["execution_count"] = 1 if output else None
    metadata = {"kernelspec": {"name": kernel}} if kernel else {}
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "lectures"
    for name, text in {LESSON: "1 + 1", "start_here.ipynb": "'hello'"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(notebook(text))
    return folder


@pytest.fixture
def home(tmp_path: Path, source: Path) -> Path:
    update(source, tmp_path / "my_course", "0.1.0")
    return tmp_path / "my_course"


def texts(home: Path) -> dict[str, str]:
    """Every file a person sees."""
    found = (path for path in sorted(home.rglob("*")) if path.is_file() and ".course" not in path.parts)
    return {path.relative_to(home).as_posix(): path.read_text() for path in found}


def test_everything_arrives_once(tmp_path: Path, source: Path) -> None:
    home = tmp_path / "new"
    (source / ".ipynb_checkpoints").mkdir()
    (source / ".ipynb_checkpoints" / "lecture-checkpoint.ipynb").write_text("{}")
    assert update(source, home) == ["start_here.ipynb is new", f"{LESSON} is new"]
    assert texts(home) == {name: (source / name).read_text() for name in ("start_here.ipynb", LESSON)}
    assert update(source, home) == []
    assert plan(source, home) == []


def test_an_untouched_copy_is_brought_up_to_date(source: Path, home: Path) -> None:
    (source / LESSON).write_text(notebook("2 + 2"))
    assert [step.action for step in plan(source, home)] == ["replace"]
    assert update(source, home) == [f"{LESSON} was brought up to date"]
    assert texts(home)[LESSON] == notebook("2 + 2")
    (source / LESSON).write_text(notebook("3 + 3"))
    assert update(source, home) == [f"{LESSON} was brought up to date"], "and the time after that"


def test_opened_and_saved_is_not_touched(source: Path, home: Path) -> None:
    (home / LESSON).write_text(notebook("1 + 1", kernel="python3"))
    (source / LESSON).write_text(notebook("2 + 2"))
    assert update(source, home) == [f"{LESSON} was brought up to date"]


@pytest.mark.parametrize(
    "mine", [notebook("my answer"), notebook("1 + 1", output="2"), "not a notebook any more", ""], ids=str.__len__
)
def test_what_a_person_touched_stays_and_the_new_one_lies_beside(source: Path, home: Path, mine: str) -> None:
    (home / LESSON).write_text(mine)
    (source / LESSON).write_text(notebook("2 + 2"))
    said = update(source, home, "0.2.0")
    assert said == [
        f"{LESSON} is yours and stays as it is; the new version lies beside it: lecture (new 0.2.0).ipynb",
    ]
    assert texts(home)[LESSON] == mine
    assert texts(home)["w07_attention/lecture (new 0.2.0).ipynb"] == notebook("2 + 2")
    assert update(source, home, "0.2.0") == [], "it is offered once"


def test_the_next_version_takes_the_place_of_an_untouched_offer(source: Path, home: Path) -> None:
    (home / LESSON).write_text(notebook("my answer"))
    for number, version in ((2, "0.2.0"), (3, "0.3.0")):
        (source / LESSON).write_text(notebook(f"{number} + {number}"))
        update(source, home, version)
    assert set(texts(home)) == {"start_here.ipynb", LESSON, "w07_attention/lecture (new 0.3.0).ipynb"}
    (home / "w07_attention/lecture (new 0.3.0).ipynb").write_text(notebook("worked on this one"))
    (source / LESSON).write_text(notebook("4 + 4"))
    update(source, home, "0.3.0")
    assert texts(home)["w07_attention/lecture (new 0.3.0).ipynb"] == notebook("worked on this one")
    assert texts(home)["w07_attention/lecture (new 0.3.0, 2).ipynb"] == notebook("4 + 4")


def test_the_same_text_in_new_clothes_is_no_news(source: Path, home: Path) -> None:
    ran = notebook("1 + 1", output="2", kernel="python3")
    (home / LESSON).write_text(ran)
    (source / LESSON).write_text(notebook("1 + 1", kernel="another"))
    assert update(source, home) == []
    assert texts(home)[LESSON] == ran


def test_what_was_deleted_stays_away(source: Path, home: Path) -> None:
    (home / LESSON).unlink()
    (source / LESSON).write_text(notebook("2 + 2"))
    assert update(source, home) == []
    assert LESSON not in texts(home)


def test_what_the_course_drops_stays_with_the_learner(source: Path, home: Path) -> None:
    (source / LESSON).unlink()
    assert update(source, home) == []
    assert LESSON in texts(home)


@pytest.mark.parametrize("left", ["", "{", "[1, 2]", '{"files": 3}'])
def test_a_lost_manifest_costs_no_work(source: Path, home: Path, left: str) -> None:
    (home / LESSON).write_text(notebook("my answer"))
    (home / ".course/delivered.json").write_text(left)
    assert read_manifest(home) == {}
    update(source, home, "0.1.0")
    assert texts(home)[LESSON] == notebook("my answer")
    assert set(texts(home)) == {"start_here.ipynb", LESSON, "w07_attention/lecture (new 0.1.0).ipynb"}
    (source / "start_here.ipynb").write_text(notebook("'hello again'"))
    assert update(source, home) == ["start_here.ipynb was brought up to date"], "adopted, since it was the same"


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_no_link_is_followed(source: Path, home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (home / "w07_attention").rename(outside)
    (home / "w07_attention").symlink_to(outside)
    before = (outside / "lecture.ipynb").read_text()
    (source / LESSON).write_text(notebook("2 + 2"))
    (source / "secret.ipynb").symlink_to("/etc/hostname")
    assert update(source, home) == [f"{LESSON} leads through a symbolic link; it was left alone"]
    assert (outside / "lecture.ipynb").read_text() == before
    assert not (home / "secret.ipynb").exists()


@pytest.mark.parametrize("stops_at", [1, 2, 3])
def test_a_crash_between_two_writes_loses_nothing(
    source: Path, home: Path, monkeypatch: pytest.MonkeyPatch, stops_at: int
) -> None:
    """Two copies are replaced and the manifest is written: the process dies before one of these."""
    (home / "mine.txt").write_text("mine")
    for name in (LESSON, "start_here.ipynb"):
        (source / name).write_text(notebook("2 + 2"))
    write, done = work_folder.write_atomically, 0

    def dies(path: Path, content: Any) -> None:
        nonlocal done
        done += 1
        if done == stops_at:
            raise KeyboardInterrupt
        write(path, content)

    with monkeypatch.context() as short:
        short.setattr(work_folder, "write_atomically", dies)
        with pytest.raises(KeyboardInterrupt):
            update(source, home)
    assert all(json.loads(text) for name, text in texts(home).items() if name != "mine.txt")
    update(source, home)
    assert texts(home) == {"mine.txt": "mine", LESSON: notebook("2 + 2"), "start_here.ipynb": notebook("2 + 2")}
    (source / LESSON).write_text(notebook("3 + 3"))
    assert update(source, home) == [f"{LESSON} was brought up to date"], "and it still counts as untouched"


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "may not be written by you"), (errno.EROFS, "only be read")],
)
def test_a_refusal_of_the_system_is_put_into_words(
    source: Path, home: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refuses(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    (source / LESSON).write_text(notebook("2 + 2"))
    monkeypatch.setattr(work_folder, "write_atomically", refuses)
    with pytest.raises(CourseError, match=rf"Could not bring your course folder up to date: .*{said}"):
        update(source, home)
    assert texts(home)[LESSON] == notebook("1 + 1")


def test_a_folder_that_cannot_be_made_is_said(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="Could not bring your course folder up to date"):
        update(source, tmp_path / "file" / "my_course")


def test_an_installation_without_lectures_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_folder, "repo_root", lambda: None)
    with pytest.raises(CourseError, match="clone the course's repository"):
        update()


def test_two_at_once(source: Path, tmp_path: Path) -> None:
    home, spawn = tmp_path / "shared", multiprocessing.get_context("spawn")
    both = [spawn.Process(target=update, args=(source, home)) for _ in range(2)]
    with only_one(home / ".course" / "update.lock", "this test holds them up"):
        for each in both:
            each.start()
        both[0].join(2)
        assert texts(home) == {}, "they wait for the lock"
    for each in both:
        each.join(60)
    assert [each.exitcode for each in both] == [0, 0]
    assert set(texts(home)) == {"start_here.ipynb", LESSON}, "neither laid the other's copies aside"
