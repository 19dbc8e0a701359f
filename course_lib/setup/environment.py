"""The course's own environment: `.venv` beside pyproject.toml, with the exact files that locks/ names by their hashes.

A stamp inside `.venv`, written last, says what was installed; while it fits, set-up is over before it begins.
Needs nothing but Python itself.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.file_lock import only_one
from course_lib.system_errors import explain_pip, refused
from course_lib.terminal import run

ROOT = Path(__file__).resolve().parents[2]
NEEDS = 2.5e9  # bytes of disk that a processor-only torch and JupyterLab take
LOCKS = {"": "locks/course.txt", "grading,site": "locks/grader.txt", "test": "locks/test.txt"}
"""What each set of extras adds, smallest first: the tests need all three files."""
LOADS = "torch, jupyterlab, course_lib"  # what must import once all is installed


def ready(extra: str = "", root: Path = ROOT) -> str:
    """Make sure that `.venv` holds the course with this extra ("" or "test"), and return its Python.

    Raises CourseError with the way out: no room, no network, no right to write, a Python without venv.
    """
    try:
        if not _fits(root, extra):
            place = hashlib.sha256(str(root).encode()).hexdigest()[:12]
            with only_one(Path(tempfile.gettempdir()) / f"course-set-up-{place}.lock", "this course is being set up"):
                if not _fits(root, extra):  # the one we waited for may have done it
                    _install(root, extra)
    except OSError as error:
        raise refused(error, "set up the course", root) from error
    return str(venv_python(root))


def venv_python(root: Path) -> Path:
    """Where the environment's Python is on this system."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _stamp(root: Path) -> Path:
    return root / ".venv" / "course-stamp.json"


def wanted(root: Path) -> dict[str, str]:
    """What an environment must be like; `extras` grows with what was asked for."""
    names = ("pyproject.toml", "constraints.txt", *LOCKS.values())
    content = b"".join((root / name).read_bytes() for name in names)
    return {"root": str(root), "requirements": hashlib.sha256(content).hexdigest()}


def _fits(root: Path, extra: str) -> bool:
    """True when `.venv` was finished, for these requirements, in this place, and its Python still runs."""
    try:
        stamp = json.loads(_stamp(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    same = all(stamp.get(name) == value for name, value in wanted(root).items())
    return same and extra in stamp["extras"] and stamp["python"] == version_of(venv_python(root))


def version_of(python: str | Path) -> str | None:
    """`3.11` of a Python that runs and has pip, else None."""
    code = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        said = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()


def _install(root: Path, extra: str) -> None:
    """Make `.venv` where it is missing, broken, moved or half done, and install into it."""
    venv, unfinished = root / ".venv", root / ".venv" / "course-unfinished"
    before = _read_stamp(root)
    moved = before.get("root", str(root)) != str(root)  # the scripts in it name the old place
    if venv.exists() and (moved or unfinished.exists() or version_of(venv_python(root)) is None):
        print("An environment is there, but it is broken, unfinished or from elsewhere; making it again.", flush=True)
        shutil.rmtree(venv)
    if not venv.exists():
        if (free := shutil.disk_usage(root).free) < NEEDS:
            raise CourseError(
                f"The set-up needs {NEEDS / 1e9:.1f} GB of disk, and {free / 1e9:.1f} GB are free at {root}: free some "
                "space, then run the same command again."
            )
        print(f"Making an environment for the course in {venv}", flush=True)
        _make_venv(venv)
    unfinished.touch()
    _stamp(root).unlink(missing_ok=True)
    extras = sorted({"", extra, *before.get("extras", [])})
    print("Installing what the course needs: a few minutes the first time, the last of them silent.", flush=True)
    _pip_install(root, extras)
    stamp = {**wanted(root), "extras": extras, "python": version_of(venv_python(root))}
    _stamp(root).write_text(json.dumps(stamp), encoding="utf-8")
    unfinished.unlink()


def _read_stamp(root: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(_stamp(root).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _make_venv(venv: Path) -> None:
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    shutil.rmtree(venv, ignore_errors=True)  # or the next try would find half of one
    said = made.stdout + made.stderr
    if "ensurepip" in said or "No module named venv" in said:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise CourseError(
            f"This Python ({sys.executable}) cannot make environments: its venv module was left out. On Debian and "
            f"Ubuntu run `sudo apt install {package}`, elsewhere install Python afresh; then the same command again."
        )
    raise CourseError(f"Could not make the environment {venv}: {explain_pip(said)}.")


def _pip_install(root: Path, extras: list[str]) -> None:
    """Install the locked files, each held against its hash, then torch, whose builds differ by machine, the course.

    The locks are whole, so pip resolves nothing: what is missing in them shows when the course is loaded.
    """
    log = root / ".venv" / "course-pip.log"
    log.unlink(missing_ok=True)
    pip = [str(venv_python(root)), "-m", "pip", "--disable-pip-version-check", "--log", str(log), "install"]
    names = list(LOCKS.values())
    largest = max(list(LOCKS).index(extra) for extra in extras)
    locked = [part for name in names[: largest + 1] for part in ("-r", name)]
    steps = [["--require-hashes", "--no-deps", *locked]]
    if re.search(r"^torch==", (root / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE):
        steps.append(["torch", "-c", "constraints.txt"])
    steps.append(["--quiet", "--no-deps", "--no-build-isolation", "-e", "."])
    if any(run([*pip, *step], root) for step in steps):
        said = log.read_text(encoding="utf-8", errors="replace")[-6000:] if log.exists() else ""
        raise CourseError(f"The installation did not end well: {explain_pip(said)}.\nAll that pip said is in {log}.")
    if run([str(venv_python(root)), "-c", f"import {LOADS}"], root):
        raise CourseError("What was installed does not load (see above). `course doctor` explains how to mend it.")
