"""From a bare Python to an environment: made once, mended when broken, and kind when it cannot be made.

The environments here are real; what is installed into them is a package of one line, built without a network.
"""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest

from course_lib import file_lock, system_errors
from course_lib.errors import CourseError
from course_lib.setup import environment

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "course_lib" / "bootstrap.py"

BACKEND = """
import zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "tiny_course-1.0-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        info = "tiny_course-1.0.dist-info"
        wheel.writestr("tiny_course.py", "told = 'hello'\\n")
        needs = open("needs.txt").read()
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: tiny-course\\nVersion: 1.0\\n" + needs)
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return name
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny-course"
version = "1.0"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an environment of its own; each test may break it and must get it back."""
    root = tmp_path_factory.mktemp("project")
    (root / "backend.py").write_text(BACKEND)
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "needs.txt").write_text("Provides-Extra: test\n")
    (root / "constraints.txt").write_text("")
    return root


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment.tempfile, "tempdir", str(tmp_path))  # where the lock lies
    monkeypatch.setattr(environment, "LOADS", "tiny_course")
    monkeypatch.setenv("PIP_NO_INDEX", "1")


def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_pip_install", lambda *_: pytest.fail("pip ran"))


@pytest.mark.timed
def test_made_once_and_then_at_once_there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment.ready("", place)
    said = subprocess.run([python, "-c", "import tiny_course; print(tiny_course.told)"], capture_output=True, text=True)
    assert said.stdout == "hello\n"
    no_pip(monkeypatch)
    begun = time.perf_counter()
    assert environment.ready("", place) == python
    assert time.perf_counter() - begun < 2.0
    assert not (place / ".venv/course-unfinished").exists()


def test_the_tests_need_more_and_keep_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.ready("test", place)
    no_pip(monkeypatch)
    environment.ready("", place)
    environment.ready("test", place)


def test_new_requirements_are_installed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.ready("test", place)
    (place / "constraints.txt").write_text("# changed\n")
    ran: list[list[str]] = []
    monkeypatch.setattr(environment, "_pip_install", lambda _, extras: ran.append(extras))
    environment.ready("", place)
    environment.ready("", place)
    assert ran == [["", "test"]], "once, and with what was asked for before"


def test_what_was_broken_off_is_made_again(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.ready("", place)
    (place / "constraints.txt").write_text("# changed again\n")
    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stopped.setattr(environment, "_pip_install", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        environment.ready("", place)
    (place / ".venv/half-a-package").touch()
    environment.ready("", place)
    assert "broken, unfinished or from elsewhere; making it again" in capsys.readouterr().out
    assert not (place / ".venv/half-a-package").exists()


def test_an_environment_of_ones_own_is_kept_and_filled(place: Path) -> None:
    environment.ready("", place)
    (place / ".venv/course-stamp.json").unlink()
    (place / ".venv/mine").touch()
    environment.ready("", place)
    assert (place / ".venv/mine").exists()


@pytest.mark.skipif(os.name == "nt", reason="an environment's Python is a link on POSIX alone")
def test_an_environment_whose_python_is_gone_is_made_again(place: Path) -> None:
    python = Path(environment.ready("", place))
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert environment.version_of(python) is None
    environment.ready("", place)
    assert environment.version_of(python) == f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.skipif(os.name == "nt", reason="scripts of POSIX")
def test_a_moved_project_gets_a_new_environment(place: Path, tmp_path: Path) -> None:
    environment.ready("", place)
    moved = tmp_path / "elsewhere"
    place.rename(moved)
    environment.ready("", moved)
    assert json.loads((moved / ".venv/course-stamp.json").read_text())["root"] == str(moved)
    assert str(moved) in (moved / ".venv/bin/pip").read_text(), "scripts lead to the new place"
    moved.rename(place)
    shutil.rmtree(place / ".venv")  # it belongs to the other place


def test_two_at_once_make_one(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    made: list[str] = []
    install = environment._install
    monkeypatch.setattr(environment, "_install", lambda root, extra: (made.append(extra), install(root, extra)))
    (place / "constraints.txt").write_text("# and again\n")
    both = [threading.Thread(target=environment.ready, args=("", place)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert made == [""]
    assert "In another process this course is being set up; waiting" in capsys.readouterr().out


def test_patience_with_a_lock_ends(tmp_path: Path) -> None:
    with (
        file_lock.only_one(tmp_path / "lock", "work is done"),
        pytest.raises(CourseError, match="has not ended in 0 s"),
        file_lock.only_one(tmp_path / "lock", "work is done", patience=0.05),
    ):
        pytest.fail("two hold the same lock")


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "constraints.txt").write_text("")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: usage(10, 9, 1_000_000_000))
    with pytest.raises(CourseError, match=r"needs 2\.5 GB of disk, and 1\.0 GB are free"):
        environment.ready("", tmp_path)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")
def test_a_python_without_venv_names_debians_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "constraints.txt").write_text("")
    debian = tmp_path / "python"
    debian.write_text(
        "#!/bin/sh\nmkdir -p \"$3\"\necho 'The virtual environment was not created: ensurepip is not'\nexit 1"
    )
    debian.chmod(0o755)
    monkeypatch.setattr(environment.sys, "executable", str(debian))
    with pytest.raises(CourseError, match=r"sudo apt install python3\.\d+-venv"):
        environment.ready("", tmp_path)
    assert not (tmp_path / ".venv").exists(), "half an environment would puzzle the next try"


def test_no_network_is_said_and_the_next_try_begins_afresh(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.ready("", place)
    (place / "needs.txt").write_text("Requires-Dist: something-from-afar\n")
    (place / "constraints.txt").write_text("# far away\n")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with monkeypatch.context() as cut:
            cut.delenv("PIP_NO_INDEX")
            cut.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{closed.getsockname()[1]}/simple")
            cut.setenv("PIP_RETRIES", "1")
            with pytest.raises(CourseError, match="the package index cannot be reached"):
                environment.ready("", place)
    assert (place / ".venv/course-unfinished").exists()
    (place / "needs.txt").write_text("")
    environment.ready("", place)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Could not set up the course"):
        environment.ready("", tmp_path / "no such folder")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "not trusted"),
        ("PermissionError: [Errno 13] Permission denied: '/opt'", "may not be written"),
        ("ERROR: No matching distribution found for torch", "no such version"),
        ("\nall went\n\nodd\n", "pip said: all went / odd"),
    ],
)
def test_what_pip_says_is_put_into_words(said: str, meaning: str) -> None:
    assert meaning in system_errors.explain_pip(said)


def older_pythons() -> list[str]:
    """Those that pyenv keeps on this machine, by the name of their folder: `3.9.18`."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    numbers = {folder: tuple(map(int, re.findall(r"\d+", folder.name)[:2])) for folder in versions.glob("[23].*")}
    return sorted(str(folder / "bin/python") for folder, number in numbers.items() if number < (3, 11))


@pytest.mark.parametrize("python", [*older_pythons(), "pretended"])
def test_an_old_python_is_told_so(python: str) -> None:
    if python == "pretended":
        code = f"""
            import runpy, sys
            sys.version_info = (3, 9, 18, "final", 0)
            sys.argv = ["bootstrap.py", "lab"]
            runpy.run_path({str(SCRIPT)!r}, run_name="__main__")
        """
        command = [sys.executable, "-c", textwrap.dedent(code)]
    else:
        command = [python, str(SCRIPT), "lab"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    assert tried.returncode == 2
    assert "needs Python 3.11 or newer, and this is Python" in tried.stderr
    assert "make lab PYTHON=" in tried.stderr
    assert "Traceback" not in tried.stderr


def test_the_script_can_be_read_by_every_python_3() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 4))
    SCRIPT.read_text(encoding="ascii")


def test_an_unknown_verb_gets_the_usage() -> None:
    tried = subprocess.run([sys.executable, str(SCRIPT), "dance"], capture_output=True, text=True, check=False)
    assert tried.returncode == 2
    assert "usage: python3 course_lib/bootstrap.py VERB" in tried.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize("verb", ["lab", "test", "setup", "grader", "doctor"])
def test_make_hands_everything_over(verb: str) -> None:
    command = ["make", "--dry-run", verb, "PYTHON=python9", "ARGS=--port 0"]
    # make tells its children about itself, and `make test` is where this runs
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.run(command, cwd=ROOT, env=outside, capture_output=True, text=True, check=True).stdout
    asked = "" if verb in ("setup", "grader") else " --port 0"
    assert said.strip() == f"python9 course_lib/bootstrap.py {verb}{asked}"
