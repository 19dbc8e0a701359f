"""The folder of pages: nothing of anybody else is touched, and the next run completes what a crash left."""

from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.site import files as module
from course_lib.site.files import MANIFEST, Folder


def written(root: Path, **files: str) -> list[str]:
    folder = Folder(root)
    for name, content in files.items():
        folder.put(name.replace("__", "/") + ".html", content)
    return folder.write()


def names(root: Path) -> set[str]:
    return {each.relative_to(root).as_posix() for each in root.rglob("*") if each.is_file()} - {MANIFEST}


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    root = tmp_path / "site"
    assert written(root, index="1", w07__lecture="2") == ["index.html", "w07/lecture.html"]
    before = (root / "index.html").stat().st_mtime_ns
    assert written(root, index="1", w07__lecture="3") == ["w07/lecture.html"]
    assert (root / "index.html").stat().st_mtime_ns == before
    assert written(root, index="1", w07__lecture="3") == []


def test_what_no_page_needs_goes_and_what_others_put_there_stays(tmp_path: Path) -> None:
    root = tmp_path / "site"
    written(root, index="1", w07__lecture="2")
    (root / "CNAME").write_text("mine")
    assert written(root, index="1") == ["w07/lecture.html"]
    assert names(root) == {"index.html", "CNAME"} and not (root / "w07").exists()


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(CourseError, match=r"holds other things \(thesis.tex\).*--out"):
        written(tmp_path, index="1")
    assert names(tmp_path) == {"thesis.tex"}


def test_after_a_crash_in_the_middle_the_next_run_completes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, count = tmp_path / "site", 0
    real = module.write_atomically

    def dies(path: Path, content: str | bytes) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        real(path, content)

    monkeypatch.setattr(module, "write_atomically", dies)
    with pytest.raises(KeyboardInterrupt):
        written(root, a="1", b="2", c="3")
    monkeypatch.setattr(module, "write_atomically", real)
    assert names(root) == {"a.html"}
    assert written(root, a="1", b="2") == ["b.html", "c.html"]
    assert names(root) == {"a.html", "b.html"}


def test_a_list_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    root, other = tmp_path / "site", tmp_path / "precious.txt"
    written(root, index="1")
    other.write_text("precious")
    (root / MANIFEST).write_text('{"files": ["../precious.txt", "' + str(other) + '", "index.html"]}')
    written(root, index="2")
    assert other.read_text() == "precious"


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: str | bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_atomically", full)
    with pytest.raises(CourseError, match="write the pages"):
        written(tmp_path / "site", index="1")
