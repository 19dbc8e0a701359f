"""The class folder: made once, secret, whole at every moment."""

import errno
import json
import os
import stat
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import paths
from course_lib.errors import CourseError
from course_lib.grading import class_files
from course_lib.grading.class_files import LONGEST, clear_leftovers, file_name, folder_name, get_json, put, put_secret
from course_lib.grading.classroom import Classroom
from course_lib.grading.records import Marked, Provenance, QuestionMark, Student

STUDENTS = [Student("ana5", "Ana Ruiz", "ana@uni.edu", ("1001",)), Student("bob/7", "Bob")]


def marked(student: str, points: float = 1.0) -> Marked:
    question = QuestionMark("w07.banded", "w07-1-points", "A band", points, 3.0, "wrong", "why", kept=("shape",))
    return Marked(student, "w07", "ab" * 32, (question,), provenance=Provenance("0.1", {"w07.banded": "x"}, 7))


def test_a_class_is_made_and_opened_again(tmp_path: Path) -> None:
    made = Classroom.create(tmp_path / "class", STUDENTS)
    opened = Classroom.open(tmp_path / "class")
    assert opened.students() == STUDENTS
    assert opened.seed == made.seed
    assert opened.has_roster
    assert Classroom.create(tmp_path / "other").seed != made.seed
    about = json.loads((tmp_path / "class" / "class.json").read_text())
    assert about.keys() == {"seed", "made_with", "roster"}


@pytest.mark.skipif(sys.platform == "win32", reason="modes of Unix")
def test_the_seed_is_for_its_owner_alone(tmp_path: Path) -> None:
    room = Classroom.create(tmp_path / "class")
    assert stat.S_IMODE((room.root / "class.json").stat().st_mode) == 0o600
    room.keep_students(STUDENTS, found=True)
    assert stat.S_IMODE((room.root / "class.json").stat().st_mode) == 0o600
    assert not Classroom.open(room.root).has_roster


def test_what_is_no_class_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is not the folder of a class"):
        Classroom.open(tmp_path)
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(CourseError, match=r"holds other things \(thesis\.tex\)"):
        Classroom.create(tmp_path)
    room = Classroom.create(tmp_path / "class")
    with pytest.raises(CourseError, match="is the folder of a class already"):
        Classroom.create(room.root)
    with pytest.raises(CourseError, match="did you mean 'w07'"):
        room.week("7")
    with pytest.raises(CourseError, match="nothing was collected for w07"):
        room.submissions("w07")
    (room.root / "class.json").write_text("{}")
    with pytest.raises(CourseError, match="has no seed"):
        Classroom.open(room.root)
    (room.root / "class.json").write_text('{"seed": ')
    with pytest.raises(CourseError, match="is damaged"):
        Classroom.open(room.root)


def test_a_class_that_was_killed_while_it_was_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("course_lib.grading.classroom.put_secret", killed)
    with pytest.raises(KeyboardInterrupt):
        Classroom.create(tmp_path / "class", STUDENTS)
    monkeypatch.undo()
    assert Classroom.create(tmp_path / "class", STUDENTS).students() == STUDENTS


def test_results_are_kept_one_a_student(tmp_path: Path) -> None:
    room = Classroom.create(tmp_path / "class", STUDENTS)
    assert room.results("w07") == []
    assert room.keep(marked("ana5"))
    assert room.keep(marked("bob/7", 2.0))
    assert not room.keep(marked("ana5")), "nothing changes, so nothing is written"
    assert room.keep(marked("ana5", 3.0))
    assert room.results("w07") == [marked("ana5", 3.0), marked("bob/7", 2.0)]
    assert sorted(each.name for each in room.week("w07").results.iterdir()) == ["ana5.json", "bob%2F7.json"]
    room.week("w07").result("ana5").write_text("{}")
    with pytest.raises(CourseError, match="no complete Marked"):
        room.results("w07")


@pytest.mark.parametrize("trouble", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_or_an_end_in_the_middle_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: BaseException
) -> None:
    room = Classroom.create(tmp_path / "class", STUDENTS)
    room.keep(marked("ana5"))
    before = {file: file.read_bytes() for file in room.root.rglob("*") if file.is_file()}

    def fail(handle: int) -> None:
        raise trouble

    monkeypatch.setattr(os, "fsync", fail)
    said = "the disk is full" if isinstance(trouble, OSError) else None
    kind = CourseError if isinstance(trouble, OSError) else KeyboardInterrupt
    with pytest.raises(kind, match=said):
        room.keep(marked("ana5", 3.0))
    with pytest.raises(kind, match=said):
        room.keep_students(STUDENTS[:1])
    with pytest.raises(kind, match=said):
        put_secret(room.root / "class.json", "x")
    assert {file: file.read_bytes() for file in room.root.rglob("*") if file.is_file()} == before


def test_what_a_killed_program_left_is_cleared_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)  # as if there were no time to clean up
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        paths.write_atomically(tmp_path / "w07" / "homework.ipynb", "half")
    monkeypatch.undo()
    (tmp_path / "w07" / ".gitignore").write_text("*")
    [left] = [each for each in (tmp_path / "w07").iterdir() if each.name != ".gitignore"]
    assert class_files.TEMPORARY.fullmatch(left.name)
    clear_leftovers(tmp_path)
    assert [each.name for each in (tmp_path / "w07").iterdir()] == [".gitignore"]


def test_put_writes_only_what_changes(tmp_path: Path) -> None:
    assert put(tmp_path / "a", "one")
    moment = (tmp_path / "a").stat().st_mtime_ns
    assert not put(tmp_path / "a", b"one")
    assert (tmp_path / "a").stat().st_mtime_ns == moment
    assert put(tmp_path / "a", "two")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(CourseError, match="should hold an object"):
        get_json(tmp_path / "list.json")


@pytest.mark.parametrize(
    ("id", "name"),
    [("ana5", "ana5"), ("Ana Ruiz", "Ana Ruiz"), ("ana@uni.edu", "ana@uni.edu"), ("a/b", "a%2Fb"), ("..", "%2E%2E"),
     (".x", "%2Ex"), ("con", "%63on"), ("NUL.x", "%4EUL.x"), ("x.", "x%2E"), ("100%", "100%25"), ("a:b", "a%3Ab")],
)  # fmt: skip
def test_the_folder_of_a_student(id: str, name: str) -> None:
    assert folder_name(id) == name


ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


@given(ids, ids)
def test_folders_differ_as_students_do_and_lead_nowhere_else(one: str, other: str) -> None:
    same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert (folder_name(one) == folder_name(other)) == same
    assert not {"/", "\\", ":", "\0"} & set(folder_name(one))
    assert folder_name(one)[0] not in ". "
    assert folder_name(one)[-1] not in ". "


def test_ids_that_no_folder_can_have_are_refused() -> None:
    for id in ("", "  ", "x" * (LONGEST + 1)):
        with pytest.raises(CourseError, match="1 to 80 characters"):
            folder_name(id)


@given(st.text(max_size=120))
def test_the_name_of_an_upload_is_a_plain_name(name: str) -> None:
    made = file_name(name)
    assert made.strip(". ")
    assert not {"/", "\\", ":", "\0", "*", "?"} & set(made)
    assert made[0] not in ". "
    assert len(made) <= LONGEST + 12
    assert file_name("my home/work (2).IPYNB") == "work _2_.IPYNB"
