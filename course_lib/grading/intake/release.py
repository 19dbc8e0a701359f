"""What students get for one week: a zip with lecture and homework, and a list of what must be in it.

The same version of the course always gives the same bytes: sorted files, one fixed date, nothing packed.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_lib import __version__
from course_lib.authoring.build import read
from course_lib.authoring.cells import as_text
from course_lib.authoring.cut import cut
from course_lib.authoring.leaks import problems_of_copy
from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.curriculum.weeks import Week, find_week
from course_lib.errors import CourseError
from course_lib.exercises.engine.registry import exercises
from course_lib.grading.class_files import put
from course_lib.grading.intake.archives import entries_of
from course_lib.grading.intake.entries import Limits
from course_lib.system_errors import refused

MANIFEST = "manifest.json"
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
README = """Week {number}: {title}
From the course "Neural Architectures in Bite-Sized Pieces", version {version}

1. Unpack this zip where you keep your work, and open it in JupyterLab: `jupyter lab` in the folder {folder}.
   The notebooks need the course's library: `pip install` it as your teacher says, then `course doctor` tells you
   whether everything is there.
2. Read and run lecture.ipynb from top to bottom. Then work on homework.ipynb: write where it says YOUR CODE HERE or
   YOUR ANSWER HERE. Leave the locked cells as they are; copies or changes of them count for nothing.
3. Before you hand in: Kernel, Restart Kernel and Run All Cells, look whether it goes to its end, and save.
4. Hand in the file homework.ipynb alone, under this name, through the campus system. You may hand in again until the
   due date; the last one counts.
"""


def release(week: str, out: Path, root: Path | None = None) -> Path:
    """Write the students' zip of a week to `out` (a file, or a folder for it) and return where it is.

    Raises CourseError when lectures/ is stale, when something of the answers is left in it, or when `out` cannot be
    written; nothing is written then.
    """
    try:
        about = find_week(week)
    except ValueError as error:
        raise CourseError(str(error)) from error
    top = checkout(root)
    if found := list(_problems(about, top)):
        raise CourseError(f"{about.id} cannot be released:\n" + "\n".join(f"  {problem}" for problem in found))
    data = _zip(_files(about, top))
    if out.is_dir() or out.suffix.lower() != ".zip":
        out = out / f"{about.folder}-{__version__}.zip"
    put(out, data)
    return out


def check_release(file: Path) -> list[str]:
    """What differs between a released zip and its own manifest, a line each; empty when it is whole.

    Raises CourseError when it is no zip, or has no manifest that can be read.
    """
    limits = Limits()
    try:
        with file.open("rb") as opened:
            entries = [(each.path, each) for each in entries_of(opened, limits)]
            inside = dict(entries)
            if MANIFEST not in inside:
                raise CourseError(f"{file} has no {MANIFEST}: it was not made by `course release`")
            wanted = _wanted(inside[MANIFEST].content(), file)
            return list(_differences(wanted, entries))
    except OSError as error:
        raise refused(error, f"read {file.name}", file) from error


def _differences(wanted: dict[str, dict[str, Any]], entries: list[tuple[str, Any]]) -> Iterator[str]:
    names = [name for name, _ in entries]
    yield from (f"{name} is missing" for name in wanted if name not in names)
    for name in sorted(set(names) - {MANIFEST}):
        if name not in wanted:
            yield f"{name} is not in the manifest"
        elif names.count(name) > 1:
            yield f"{name} is there {names.count(name)} times"
        else:
            try:
                data = dict(entries)[name].content()
            except CourseError as error:
                yield f"{name} differs: {error}"
                continue
            if (len(data), hashlib.sha256(data).hexdigest()) != (wanted[name].get("size"), wanted[name].get("sha256")):
                yield f"{name} differs: {len(data):,} bytes, released with {wanted[name].get('size')}"


def _wanted(data: bytes, file: Path) -> dict[str, dict[str, Any]]:
    try:
        return {each["name"]: dict(each) for each in json.loads(data)["files"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CourseError(f"{file}: its {MANIFEST} is damaged ({error})") from error


def _problems(week: Week, top: Path) -> Iterator[str]:
    """Why the week's copies may not be given out."""
    sources = [place for place in notebooks(top / "solutions") if place.week == week.id]
    if not sources:
        there = sorted({place.week for place in notebooks(top / "solutions") if place.week})
        raise CourseError(f"{week.id} has no notebooks yet; these weeks have: {', '.join(there) or 'none'}")
    if {place.kind for place in sources} != {"lecture", "homework"}:
        raise CourseError(
            f"{week.id} needs a lecture and a homework; it has {', '.join(each.name for each in sources)}"
        )
    for place in sources:
        mine, source = Place(top / "lectures", place.name), read(place)
        if not mine.path.is_file():
            yield f"lectures/{mine.name} is missing: run `course build`"
            continue
        if mine.path.read_text(encoding="utf-8") != as_text(cut(source, place.name)):
            yield f"lectures/{mine.name} is stale: run `course build`"
        yield from problems_of_copy(mine, source)


def _files(week: Week, top: Path) -> dict[str, bytes]:
    """Every file of the zip. The manifest lists the others."""
    names = (f"{week.folder}/homework.ipynb", f"{week.folder}/lecture.ipynb")
    files = {name: (top / "lectures" / name).read_bytes() for name in names}
    text = README.format(title=week.title, number=int(week.id[1:]), version=__version__, folder=week.folder)
    files["README.txt"] = text.replace("\n", "\r\n").encode()  # read with whatever opens a .txt on the student's system
    about = {
        "course": __version__,
        "week": week.id,
        "exercises": [
            {"id": each.id, "title": each.title, "points": each.points, "notebook": each.notebook}
            for each in exercises(week.id)
        ],
        "files": [
            {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in sorted(files.items())
        ],
    }
    return files | {MANIFEST: (json.dumps(about, indent=1, ensure_ascii=False) + "\n").encode()}


def _zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, DATE)
            info.create_system, info.external_attr = 3, 0o100644 << 16  # the same on every system
            packed.writestr(info, data)
    return made.getvalue()
