"""A folder of submissions with things in it that are not files."""

import os
import socket
import sys
import zipfile
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.intake.entries import Entry, Limits
from course_lib.grading.intake.sources import open_source
from tests.grading.campus import homework, lay, lay_zip

unix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of Unix")


def entries(source: Path, limits: Limits | None = None, leave_out: Path | None = None) -> dict[str, Entry]:
    with open_source(source, limits or Limits(), leave_out=leave_out) as found:
        return {each.path: each for each in found}


@unix
def test_links_are_not_followed_and_pipes_do_not_hang(tmp_path: Path) -> None:
    secret = lay(tmp_path / "home", {"secret.ipynb": b"secret", "more/x.ipynb": b"secret"})
    top = lay(tmp_path / "in", {"ana/homework.ipynb": homework()})
    (top / "link.ipynb").symlink_to(secret / "secret.ipynb")
    (top / "folder").symlink_to(secret / "more")
    (top / "ana" / "loop").symlink_to(top)
    os.mkfifo(top / "pipe.ipynb")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(top)  # the path of a socket is short
        try:
            server.bind("socket.ipynb")
        finally:
            os.chdir(here)
        found = entries(top)
        assert found.keys() == {
            "ana/homework.ipynb", "link.ipynb", "folder", "ana/loop", "pipe.ipynb", "socket.ipynb",
        }  # fmt: skip
        for name, said in {"link.ipynb": "link", "folder": "link", "ana/loop": "link", "pipe.ipynb": "pipe"}.items():
            assert said in found[name].problem
            with pytest.raises(CourseError):
                found[name].content()
        assert found["socket.ipynb"].problem
        assert found["ana/homework.ipynb"].content() == homework()


@unix
def test_a_file_exchanged_for_a_link_or_a_pipe_after_listing_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    top = lay(tmp_path / "in", {"a.ipynb": b"{}", "b.ipynb": b"{}"})
    found = entries(top)
    for name in found:
        (top / name).unlink()
    (top / "a.ipynb").symlink_to(tmp_path / "secret")
    os.mkfifo(top / "b.ipynb")
    for entry in found.values():
        with pytest.raises(CourseError):
            entry.content()


@unix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS refuses such names itself")
def test_a_name_that_is_no_text_is_a_row(tmp_path: Path) -> None:
    top = lay(tmp_path / "in", {"ana.ipynb": homework()})
    Path(os.fsdecode(os.fsencode(top) + b"/bad\xff.ipynb")).write_bytes(b"{}")
    found = entries(top)
    assert found["ana.ipynb"].content() == homework()
    [bad] = (each for name, each in found.items() if name != "ana.ipynb")
    assert bad.problem == "its name is not text in UTF-8"
    assert bad.path.encode()


def test_a_folder_that_may_not_be_opened_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = lay(tmp_path / "in", {"ana/homework.ipynb": b"{}", "bob/homework.ipynb": b"{}"})
    scan = os.scandir

    def refuse(path: str | Path) -> object:
        if Path(path).name == "ana":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may open everything, so the refusal is made
    found = entries(top)
    assert found["ana"].problem == "this folder cannot be opened (Permission denied)"
    assert found["bob/homework.ipynb"].content() == b"{}"


def test_large_files_and_too_many(tmp_path: Path) -> None:
    top = lay(tmp_path / "in", {"a.ipynb": b"0" * 101, "b.ipynb": b"0" * 100})
    found = entries(top, Limits(file=100))
    assert found["b.ipynb"].content() == b"0" * 100
    with pytest.raises(CourseError, match="larger than"):
        found["a.ipynb"].content()
    with pytest.raises(CourseError, match="more than 1 files"):
        entries(top, Limits(entries=1))


def test_the_class_folder_within_the_source_is_left_out(tmp_path: Path) -> None:
    top = lay(tmp_path, {"ana.ipynb": b"{}", "class/w07/received/ana/x/homework.ipynb": b"{}"})
    assert list(entries(top, leave_out=top / "class")) == ["ana.ipynb"]


def test_a_zip_a_lone_file_and_nothing(tmp_path: Path) -> None:
    assert list(entries(lay_zip(tmp_path / "a.zip", {"x/y.ipynb": b"{}"}))) == ["x/y.ipynb"]
    assert list(entries(lay(tmp_path, {"one.ipynb": b"{}"}) / "one.ipynb")) == ["one.ipynb"]
    with pytest.raises(CourseError, match="there is no"):
        entries(tmp_path / "missing")
    (tmp_path / "broken.zip").write_bytes(b"half a download")
    with pytest.raises(CourseError, match="download it again"):
        entries(tmp_path / "broken.zip")


def test_a_zip_that_stays_open_is_read_in_the_block(tmp_path: Path) -> None:
    file = lay_zip(tmp_path / "a.zip", {"x.ipynb": homework()})
    with open_source(file, Limits()) as [entry]:
        assert entry.content() == homework()
    assert zipfile.is_zipfile(file)
