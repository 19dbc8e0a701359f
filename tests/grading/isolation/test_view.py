"""What stands behind the outer wall: what Python needs, each folder once."""

import sys
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.isolation.sandbox import Sandbox
from course_lib.grading.isolation.view import look_around
from tests.grading.walled import ENTRY, LIGHT, inside

ROOT = Path(__file__).resolve().parents[3]


def test_only_what_python_needs_is_visible() -> None:
    view = look_around([ENTRY, "torch"])
    seen = {*view.folders, *view.links}
    assert str(ROOT / "course_lib") in view.folders
    assert not {"/", "/home", "/etc", "/root", "/tmp", str(ROOT), str(Path.home()), sys.prefix, sys.base_prefix} & seen


def test_a_venv_in_the_class_folder_shows_nothing_of_the_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m venv .` makes the class folder the prefix; lib64 is a link to lib."""
    for name in ("bin", "lib/python3/site-packages", "received"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "gradebook.db").write_text("canary")
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin")
    (tmp_path / "lib64").symlink_to("lib")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    view = look_around([])
    mine = view.below(str(tmp_path))
    assert mine.folders == [str(tmp_path / each) for each in ("bin", "lib", "pyvenv.cfg")]
    assert mine.links == {str(tmp_path / "lib64"): str(tmp_path / "lib")}


def test_a_module_that_does_not_exist_is_named() -> None:
    with pytest.raises(CourseError, match="no module 'no_such_module_anywhere'"):
        look_around(["no_such_module_anywhere.part:function"])


def test_what_is_hidden_is_hidden_under_all_its_names(bwrap: str, tmp_path: Path) -> None:
    """A folder, a link to it, and a link to the folder above it."""
    real, link = tmp_path / "real" / "inner", tmp_path / "link"
    real.mkdir(parents=True)
    (real / "canary").write_text("canary")
    (real.parent / "shown").write_text("hello")
    link.symlink_to(real)
    (tmp_path / "above").symlink_to(real.parent)

    def look(folder):
        import pathlib

        seen = []
        for name in ("real/inner/canary", "link/canary", "above/inner/canary", "real/shown", "above/shown"):
            try:
                seen.append(pathlib.Path(folder, name).read_text())
            except OSError as error:
                seen.append(type(error).__name__)
        return seen

    show = [link, tmp_path / "above", real.parent]
    missing = ["FileNotFoundError"] * 3
    with Sandbox([ENTRY], modules=LIGHT, show=show) as opened:
        assert inside(opened, look, str(tmp_path)) == [*["canary"] * 3, "hello", "hello"]
    with Sandbox([ENTRY], modules=LIGHT, show=show, hide=[link, ROOT / "course_lib"]) as opened:
        assert inside(opened, look, str(tmp_path)) == [*missing, "hello", "hello"]
