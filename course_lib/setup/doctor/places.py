"""The doctor on this machine: its Python, its disk, and the folders the course writes to."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from course_lib.setup.doctor.finding import Finding, note, ok, problem

OLDEST = (3, 11)
LITTLE, VERY_LITTLE = 2e9, 0.2e9  # bytes


def python_is_new(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """Python 3.11 or newer."""
    shown = f"Python {version[0]}.{version[1]} ({sys.executable})"
    if version < OLDEST:
        mend = "install a newer one beside it, then `make clean-env` and `make setup PYTHON=python3.13` (or its name)"
        return problem(f"{shown} is too old; the course needs {OLDEST[0]}.{OLDEST[1]}", mend)
    return ok(shown)


def work_can_be_written() -> Iterator[Finding]:
    """Your course folder and the data cache can be written to."""
    from course_lib.paths import course_home, data_cache

    for what, folder, variable in (
        ("your course folder", course_home(), "COURSE_HOME"),
        ("the data cache", data_cache(), "COURSE_CACHE"),
    ):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".doctor"
            probe.write_bytes(b"written by `course doctor`")
            probe.unlink()
        except OSError as error:
            mend = f"make {folder} writable for you, or set {variable} to a folder that is"
            yield problem(f"{what} cannot be written: {error}", mend)
        else:
            yield ok(f"{what} can be written: {folder}")


def disk_has_room() -> Iterator[Finding]:
    """Room for checkpoints, data and notebooks."""
    from course_lib.paths import course_home, data_cache

    seen = set()
    for folder in (_nearest(course_home()), _nearest(data_cache())):
        free = shutil.disk_usage(folder).free
        if folder.stat().st_dev in seen:
            continue
        seen.add(folder.stat().st_dev)
        shown = f"{free / 1e9:.1f} GB are free at {folder}"
        if free < VERY_LITTLE:
            yield problem(shown, "free some space: notebooks and progress cannot be saved on a full disk")
        else:
            yield note(shown, "free some space: data and checkpoints may not fit") if free < LITTLE else ok(shown)


def progress_is_whole() -> Finding:
    """The record of what you have done can be read."""
    from course_lib.paths import progress_file

    file = progress_file()
    if not file.exists():
        return ok("nothing recorded yet")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as book:
            said = book.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        aside = f"{file.stem}-damaged.sqlite"
        return problem(f"{file} cannot be read ({said})", f"rename it to {aside}; a new one begins with the next check")
    return ok(str(file))


def _nearest(folder: Path) -> Path:
    """The folder, or the closest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())
