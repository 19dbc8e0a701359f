"""The source notebooks with all they show, explorers included; each is run again only when what it stands on changed.

What a run gave is kept in a store outside the course, with a list of the course's own files that the run read. While
the notebook's code and those files are the same, the run would be the same.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_lib.authoring.outputs import code_hash
from course_lib.authoring.places import Place
from course_lib.errors import CourseError
from course_lib.paths import write_atomically
from course_lib.system_errors import refused
from course_lib.viz.show import FINER

ROOT = Path(__file__).resolve().parents[1]
DPI = "192"  # of the pictures: two dots a pixel, for projectors and fine screens


def executed(place: Place, store: Path, say: Callable[[str], None], force: bool = False) -> NotebookNode:
    """The notebook at `place` with outputs and the state of its explorers: from the store, or run now.

    Prose is always that of the file as it stands. Raises CourseError that names the first cell that fails.
    """
    from course_lib.authoring.build import read

    source = read(place)
    kept = None if force else _kept(place, source, store)
    if kept is None:
        say(f"running {place.name} (budget {place.budget} s)")
        kept = _run(place, source, store)
    by_id = {cell["id"]: cell for cell in kept["cells"]}
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs = nbformat.from_dict(by_id[cell.id]["outputs"])
    source.metadata["widgets"] = kept["widgets"]
    return source


def _kept(place: Place, source: NotebookNode, store: Path) -> dict[str, Any] | None:
    """What an earlier run gave, where the same run would give it again."""
    try:
        found: dict[str, Any] = json.loads(_file(place, store).read_text(encoding="utf-8"))
        same = (
            found["dpi"] == DPI
            and found["code"] == code_hash(source)
            and found["files"] == fingerprints(found["files"])
        )
        return found if same else None
    except (OSError, ValueError, KeyError, TypeError):  # nothing there, or nothing whole: then it is run
        return None


def _run(place: Place, source: NotebookNode, store: Path) -> dict[str, Any]:
    from course_lib.authoring.run import execute

    made = nbformat.from_dict(source)
    with _fine_pictures():
        trouble, usage = execute(made, place.path.parent)
    if trouble:
        raise CourseError(f"{place.top.name}/{place.name} does not run to its end: {trouble}")
    cells = [{"id": cell.id, "outputs": cell.outputs} for cell in made.cells if cell.cell_type == "code"]
    kept = {
        "code": code_hash(source),
        "dpi": DPI,
        "files": fingerprints(usage["files"]),
        "cells": cells,
        "widgets": made.metadata.get("widgets", {}),
    }
    file = _file(place, store)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, json.dumps(kept))
    except OSError as error:
        raise refused(error, "keep what a notebook shows", file.parent) from error
    return kept


@contextmanager
def _fine_pictures() -> Iterator[None]:
    """Kernels started inside draw pictures of `DPI` dots an inch."""
    before = os.environ.get(FINER)
    os.environ[FINER] = DPI
    try:
        yield
    finally:
        if before is None:
            del os.environ[FINER]
        else:
            os.environ[FINER] = before


def fingerprints(files: Iterable[str]) -> dict[str, str]:
    """A hash of each of the course's own files, by its path below course_lib; '' for one that is gone."""
    found = {}
    for name in sorted(files):
        path = ROOT / name
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""
    return found


def _file(place: Place, store: Path) -> Path:
    return store / (place.name.replace("/", "-").removesuffix(".ipynb") + ".json")
