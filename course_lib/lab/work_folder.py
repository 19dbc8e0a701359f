"""The learner's own folder: every update brings what is new and never overwrites what a person touched.

Beside the notebooks lies `.course/delivered.json`: for each file what was put in its place and what was offered last.
A copy that is as it was delivered is brought up to date. One that was changed or run stays; the new version is laid
beside it. One that was deleted stays away.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib import __version__
from course_lib.errors import CourseError
from course_lib.file_lock import only_one
from course_lib.lab.fingerprints import SameContent, content_of, fingerprint, is_as_delivered, marks_of_cells
from course_lib.paths import course_home, repo_root, write_atomically
from course_lib.system_errors import refused

MANIFEST = Path(".course") / "delivered.json"


@dataclass(frozen=True)
class Step:
    """What an update does with one file: `put` it, `replace` an untouched copy, lay it `beside`, or only `note` it."""

    name: str  # `w07_attention/lecture.ipynb`
    action: str
    offered: str  # fingerprint of the course's version

    def says(self, where: Path | None = None) -> str:
        """A line for the person who learns."""
        told = {
            "put": f"{self.name} is new",
            "replace": f"{self.name} was brought up to date",
            "beside": f"{self.name} is yours and stays as it is; the new version lies beside it",
            "note": f"{self.name} has the new version's text already",
            "link": f"{self.name} leads through a symbolic link; it was left alone",
        }[self.action]
        return f"{told}: {where.name}" if where and self.action == "beside" else told


def update(source: Path | None = None, home: Path | None = None, version: str = __version__) -> list[str]:
    """Bring the learner's folder up to date with the course's lectures; returns a line for each thing that changed.

    Raises CourseError when there are no lectures, or when the folder cannot be written (the old files are then whole).
    """
    source, home = source or lectures(), home or course_home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with only_one(home / ".course" / "update.lock", "your course folder is being brought up to date"):
            return list(_carry_out(source, home, version))
    except OSError as error:
        raise refused(error, "bring your course folder up to date", home) from error


def plan(source: Path | None = None, home: Path | None = None) -> list[Step]:
    """What `update` would do, without doing it. An empty list: everything is up to date."""
    source, home = source or lectures(), home or course_home()
    return list(_steps(source, home, read_manifest(home)))


def lectures() -> Path:
    """Where the course's versions lie. Raises CourseError when this installation has none."""
    root = repo_root()
    if root is None or not (root / "lectures").is_dir():
        raise CourseError(
            "this installation has no lectures: clone the course's repository and run `make lab` in it "
            "(authors: `course build` makes lectures/ from solutions/)"
        )
    return root / "lectures"


def read_manifest(home: Path) -> dict[str, Any]:
    """What was delivered; empty where nothing was, or where the note was lost (then everything counts as touched)."""
    try:
        found = json.loads((home / MANIFEST).read_text(encoding="utf-8"))
        return dict(found["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _steps(source: Path, home: Path, known: dict[str, Any]) -> Iterator[Step]:
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in Path(name).parts):
            continue
        if path.suffix == ".md":
            continue  # guides are read where they lie; the folder stays one of notebooks
        new, entry, mine = fingerprint(path.read_bytes()), known.get(name), home / name
        if entry and entry["offered"] == new:
            continue  # they have it, or were offered it, or threw it away
        if _behind_link(mine, home):
            yield Step(name, "link", new)
        elif not mine.exists():
            if entry is None:
                yield Step(name, "put", new)
        elif content_of(mine) == content_of(path):
            yield Step(name, "note", new)
        elif entry and is_as_delivered(mine, entry["placed"]):
            yield Step(name, "replace", new)
        else:
            yield Step(name, "beside", new)


def _carry_out(source: Path, home: Path, version: str) -> Iterator[str]:
    known = read_manifest(home)
    steps = list(_steps(source, home, known))
    for step in steps:
        mine, content = home / step.name, (source / step.name).read_bytes()
        entry = known.setdefault(step.name, {"placed": None, "beside": None})
        entry["offered"] = step.offered
        if step.action in ("put", "replace"):
            write_atomically(mine, content)
            entry |= _placed(content)
        elif step.action == "note" and fingerprint(mine.read_bytes()) == step.offered:
            entry |= _placed(content)  # a crash came between the file and this note
        elif step.action == "beside":
            mine = _lay_beside(mine, content, entry, version)
        if step.action != "note":
            yield step.says(mine)
    if steps:
        _note(home, known, version)


def bring_back(name: str, source: Path, home: Path, version: str = __version__) -> None:
    """Put the course's version of one file in the learner's place, whatever stands there; the caller has kept that.

    Hold the folder's lock. Raises OSError when it cannot be written; the old file is then whole.
    """
    content, known = (source / name).read_bytes(), read_manifest(home)
    write_atomically((home / name).resolve(), content)
    entry = known.setdefault(name, {"placed": None, "beside": None})
    entry["offered"] = fingerprint(content)
    entry |= _placed(content)
    _note(home, known, version)


def _placed(content: bytes) -> dict[str, Any]:
    """What is noted of a file that lies in its place: how to know it again, and each cell of a notebook."""
    return {"placed": SameContent.of(content).as_dict(), "cells": marks_of_cells(content)}


def _note(home: Path, known: dict[str, Any], version: str) -> None:
    text = json.dumps({"version": version, "files": known}, indent=1, ensure_ascii=False)
    write_atomically(home / MANIFEST, text + "\n")


def _lay_beside(mine: Path, content: bytes, entry: dict[str, Any], version: str) -> Path:
    """Write `lecture (new 0.2.0).ipynb`; one laid there earlier goes if nobody touched it."""
    if entry["beside"] and is_as_delivered(mine.parent / entry["beside"]["name"], entry["beside"]["as"]):
        (mine.parent / entry["beside"]["name"]).unlink()
    count, beside = 1, mine.with_name(f"{mine.stem} (new {version}){mine.suffix}")
    while beside.exists() or beside.is_symlink():
        count += 1
        beside = mine.with_name(f"{mine.stem} (new {version}, {count}){mine.suffix}")
    write_atomically(beside, content)
    entry["beside"] = {"name": beside.name, "as": SameContent.of(content).as_dict()}
    return beside


def _behind_link(mine: Path, home: Path) -> bool:
    """True when the file, or a folder between it and the course folder, is a symbolic link."""
    return any(path.is_symlink() for path in (mine, *mine.parents) if home in path.parents)
