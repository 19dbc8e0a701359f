"""Fill the outputs of source notebooks whose code changed, and keep of them what a reader can use."""

import re
from pathlib import Path

from nbformat import NotebookNode

from course_lib.authoring.build import read
from course_lib.authoring.cells import LANGUAGE, as_text
from course_lib.authoring.lints.numbers import fill_numbers
from course_lib.authoring.outputs import WIDGET, code_hash
from course_lib.authoring.places import checkout, choose
from course_lib.errors import CourseError
from course_lib.paths import write_atomically

SHEET = re.compile(r"<style>.*?</style>", re.DOTALL)
PASSING = ("execution", "ExecuteTime", "trusted", "collapsed", "scrolled", "jupyter")


def refresh(names: list[str] | None = None, force: bool = False, root: Path | None = None) -> list[str]:
    """Run the named source notebooks whose code changed since their outputs were made, and store the outputs.

    Returns what was done. Prose may change without a run; `force` runs them all. A notebook with an error is not
    written: raises CourseError that names the cell.
    """
    from course_lib.authoring.run import execute

    done = []
    for place in choose(checkout(root) / "solutions", names):
        made = read(place)
        if not force and made.metadata.get("course", {}).get("code_hash") == code_hash(made):
            if fill_numbers(made):
                write_atomically(place.path, as_text(made))
                done.append(f"solutions/{place.name}: numbers in prose filled in from its outputs")
            continue
        for cell in made.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        error, usage = execute(made, place.path.parent)
        if error:
            raise CourseError(f"solutions/{place.name}: {error}; the file is unchanged")
        clean_outputs(made)
        fill_numbers(made)
        made.metadata["course"] = {"code_hash": code_hash(made)}
        write_atomically(place.path, as_text(made))
        done.append(f"solutions/{place.name} run in {usage['seconds']:.1f} s, {usage['cpu_seconds']:.1f} CPU s")
    return done


def clean_outputs(made: NotebookNode) -> NotebookNode:
    """Drop what only a live kernel can use: widget views and state, times, versions. Changes and returns the notebook.

    A widget leaves its still picture and its words behind; neighbouring pieces of one stream become one; a style sheet
    that many outputs carry stays in the first.
    """
    sheets: set[str] = set()
    made.metadata.pop("widgets", None)
    made.metadata["language_info"] = dict(LANGUAGE)
    for cell in made.cells:
        for key in PASSING:
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = _joined([output for output in cell.outputs if _keeps_something(output)])
            for output in cell.outputs:
                _say_sheets_once(output.get("data", {}), sheets)
    return made


def _keeps_something(output: NotebookNode) -> bool:
    """Take the widget view out of an output; False when nothing worth showing is left beside it."""
    data = output.get("data")
    if data is None or WIDGET not in data:
        return True
    del data[WIDGET]
    output.metadata = {}
    return any(kind != "text/plain" for kind in data)


def _say_sheets_once(data: dict[str, str], seen: set[str]) -> None:
    """Take the style sheets out of a piece of HTML that the notebook holds already."""
    for sheet in SHEET.findall(data.get("text/html", "")):
        if sheet in seen:
            data["text/html"] = data["text/html"].replace(sheet, "")
        seen.add(sheet)


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """How a stream is cut into pieces depends on the clock; whole, it is the same in every run."""
    kept: list[NotebookNode] = []
    for output in outputs:
        if kept and output.output_type == "stream" == kept[-1].output_type and output.name == kept[-1].name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept
