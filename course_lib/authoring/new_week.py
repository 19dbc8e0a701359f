"""`course new-week`: a complete small week that passes every test, before anyone has written a line of it.

All or nothing. The week is made, run and checked in a copy of the course; only then its files go into the checkout, and
a note beside them says which, so that also what a power cut leaves behind is taken back by the next call.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from course_lib.authoring.build import build
from course_lib.authoring.new_week_files import files_of
from course_lib.authoring.places import checkout
from course_lib.curriculum.weeks import WEEKS, Week, find_week
from course_lib.errors import CourseError
from course_lib.paths import write_atomically

NOTE, TABLE, LONGEST = ".new-week.json", "course_lib/curriculum/weeks.py", 60


def new_week(id: str, title: str | None = None, root: Path | None = None) -> Iterator[str]:
    """Write the week called `w05` into the checkout and yield what was done, one sentence each.

    title: what the notebooks and the map call it, when weeks.py should not keep its own
    Raises CourseError when there is no such week, when it is written already, or when a check fails; nothing is written
    then.
    """
    top = checkout(root)
    week = _asked(id)
    title = _readable(week.title if title is None else title)
    undo(top)
    files = files_of(week, title)
    _refuse_what_exists(top, week, files)
    if title != week.title:
        files[TABLE] = _table_with(top, week, title)
    yield f"Making {week.folder} in a copy of the course, and running its notebooks there: half a minute or so."
    with tempfile.TemporaryDirectory(prefix="course-new-week-") as folder:
        made = _made_elsewhere(top, Path(folder), week, files)
    put(top, made)
    yield from sorted(made)


def put(top: Path, files: dict[str, str]) -> None:
    """Write all the files or none: an error or Ctrl-C takes back what was written, and so does the next `undo`."""
    before = {name: _text(top / name) for name in files}
    write_atomically(top / NOTE, json.dumps(before))
    try:
        for name, content in files.items():
            write_atomically(top / name, content)
    except BaseException:
        undo(top)
        raise
    (top / NOTE).unlink()


def undo(top: Path) -> None:
    """Take back what an interrupted `put` left: new files and folders go, a changed file becomes what it was."""
    note = _text(top / NOTE)
    for name, before in json.loads(note or "{}").items():
        file = top / name
        if before is not None:
            write_atomically(file, before)
            continue
        file.unlink(missing_ok=True)
        while file.parent != top and file.parent.is_dir() and not any(file.parent.iterdir()):
            file = file.parent
            file.rmdir()
    (top / NOTE).unlink(missing_ok=True)


def _asked(id: str) -> Week:
    try:
        return find_week(id)
    except ValueError as error:
        called = [week.id for week in WEEKS.values() if id.lower() in (week.name, week.folder, week.title.lower())]
        said = f"there is no week {id!r}; did you mean {called[0]!r}?" if called else str(error)
        raise CourseError(
            f"{said} (course_lib/curriculum/weeks.py lists them; a week of your own is one more line there)"
        ) from error


def _readable(title: str) -> str:
    title = title.strip()
    if not title or len(title) > LONGEST or re.search(r'["\\@\x00-\x1f]', title):
        raise CourseError(
            f'a title has 1 to {LONGEST} characters, without ", @ and backslash; this one has {len(title)}: {title!r}'
        )
    return title


def _refuse_what_exists(top: Path, week: Week, files: dict[str, str]) -> None:
    there = [name for name in files if (top / name).exists()]
    if there:
        free = [each.id for each in WEEKS.values() if not any((top / "solutions").glob(f"{each.id}_*"))]
        raise CourseError(
            f"{week.id} is written already ({', '.join(there[:3])}{', ...' if len(there) > 3 else ''}): nothing was "
            f"changed; edit it as it is, or choose a week that is not: {', '.join(free) or 'none is left'}"
        )


def _made_elsewhere(top: Path, copy: Path, week: Week, files: dict[str, str]) -> dict[str, str]:
    """The week's files with outputs and learners' copies, made and checked in `copy` with the library as it is."""
    shutil.copytree(top / "course_lib", copy / "course_lib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(top / "pyproject.toml", copy)
    for name, content in files.items():
        write_atomically(copy / name, content)
    command = [sys.executable, "-m", "course_lib.cli", "build", "--run", week.id]
    own = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=copy, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CourseError(f"the new week does not run, so nothing was written: {done.stderr.strip() or done.stdout}")
    if problems := build(check=True, root=copy):
        raise CourseError("the new week has problems, so nothing was written:\n" + "\n".join(problems))
    copies = [file.relative_to(copy).as_posix() for file in (copy / "lectures").rglob("*.ipynb")]
    return {name: (copy / name).read_text(encoding="utf-8") for name in (*files, *copies)}


def _table_with(top: Path, week: Week, title: str) -> str:
    """weeks.py with another title; raises CourseError when the old one is not found there."""
    table = (top / TABLE).read_text(encoding="utf-8")
    old, new = (f'Week("{week.id}", "{week.name}", "{each}"' for each in (week.title, title))
    if table.count(old) != 1:
        raise CourseError(f"{TABLE} does not say {old!r} once; change the title there, and leave --title out")
    return table.replace(old, new)


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None
