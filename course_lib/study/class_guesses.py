"""The guesses of a class, read from what students hand in: exported progress, or notebooks with `predict` in them.

No name is read: a file is one person.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.exercises.tracking import store
from course_lib.study.merge import read_text
from course_lib.study.notebook_cells import load, source

MOST_BYTES = 20_000_000  # of one file; more is no notebook of this course


def class_guesses(folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Read every export and notebook below a folder -> for each person the guesses by id, and what could not be read.

    Raises CourseError when the folder is not there.
    """
    if not folder.is_dir():
        raise CourseError(f"there is no folder {folder}; put the progress exports or the notebooks of the class there")
    people, notes = [], []
    for file in sorted(folder.rglob("*")):
        if file.suffix not in (".json", ".ipynb") or any(part.startswith(".") for part in file.parts[-2:]):
            continue
        try:
            if file.stat().st_size > MOST_BYTES:
                raise CourseError(f"{file.name} is larger than {MOST_BYTES // 1_000_000} MB")
            people.append(of_notebook(file) if file.suffix == ".ipynb" else of_export(file))
        except (CourseError, OSError) as error:
            notes.append(f"{file.name} was left out: {error}")
    return people, notes


def of_export(file: Path) -> dict[str, Any]:
    """The guesses that count in one exported progress. Raises CourseError for a file that is none."""
    rows = read_text(file.read_bytes(), file.name).predictions
    ids = {row[0] for row in rows}
    own = {id: sorted(row[1:] for row in rows if row[0] == id) for id in ids}
    found = {id: store.counting_guess(of_one)[0] for id, of_one in own.items()}
    return {id: guess for id, guess in found.items() if guess is not None}


def of_notebook(file: Path) -> dict[str, Any]:
    """The last guess that each `predict("w07.6", 4)` of a notebook writes down; nothing of it is run."""
    cells = load(file)["cells"]
    return dict(found for cell in cells if cell.get("cell_type") == "code" for found in guesses_of(source(cell)))


def guesses_of(code: str) -> Iterator[tuple[str, Any]]:
    """The guesses that stand in a piece of code as plain values."""
    plain = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines())
    try:
        tree = ast.parse(plain)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "predict":
            try:
                id, guess = (ast.literal_eval(each) for each in [*node.args, *(key.value for key in node.keywords)])
                json.dumps(guess if not isinstance(guess, dict) else list(guess.items()))
            except (ValueError, TypeError):  # not two plain values: nothing is guessed there
                continue
            if isinstance(id, str) and guess is not None and guess is not ...:
                yield id, guess
