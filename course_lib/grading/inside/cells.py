"""A student's cells, run one after the other, come what may."""

import ast
import functools
import linecache
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from course_lib.exercises.runner.surroundings import Capped, TooMuchOutput, caught_output
from course_lib.grading.inside.alarm import TimeUp, within

OUTPUT = 2**20  # characters that all cells together may print
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class CellError:
    """A cell that did not run to its end. Names come from the language, never a message of the student's."""

    cell: int  # counted from 0 among those that were sent
    kind: str  # SyntaxError, NameError, time, output
    name: str = ""  # the unknown name of a NameError
    line: int = 0


def new_notebook() -> types.ModuleType:
    """A fresh `__main__` for the cells."""
    made = types.ModuleType("__main__")
    sys.modules["__main__"] = made
    return made


def run_cells(
    notebook: types.ModuleType, cells: list[tuple[str, bool]], seconds: float, wall: float
) -> list[dict[str, Any]]:
    """Run each (source, whole) in order; where `whole` is False, only imports, definitions and constants.

    An error ends its cell and no other; time and output are shared by all.
    """
    stream, found = Capped(OUTPUT), list[CellError]()
    with caught_output(stream), within(seconds, wall) as alarm:
        for number, (source, whole) in enumerate(cells):
            name = f"<cell {number + 1}>"
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            if alarm.is_over or stream.over:
                found.append(CellError(number, "time" if alarm.is_over else "output"))
                continue
            for step in steps(source, name, whole):
                try:
                    exec(step(), vars(notebook))
                except BaseException as error:  # noqa: BLE001 (also SystemExit: the next cells have a right to run)
                    found.append(cell_error(number, error, name))
    return [asdict(each) for each in found]


def steps(source: str, name: str, whole: bool) -> Iterator[Callable[[], types.CodeType]]:
    """What to compile and run of a cell, piece by piece; each is compiled when its turn comes, and may fail then."""
    text = without_magics(source)
    if whole:
        yield lambda: compile(text, name, "exec", dont_inherit=True)
        return
    for node in ast.parse(text, name).body:  # a cell that was handed out: it has no errors
        if isinstance(node, KEPT) or is_constant(node):
            yield functools.partial(compile, ast.Module([node], []), name, "exec", dont_inherit=True)


def is_constant(node: ast.stmt) -> bool:
    """`SEEDS = (1, 2, 3)`"""
    if not isinstance(node, ast.Assign):
        return False
    try:
        ast.literal_eval(node.value)
    except ValueError:
        return False
    return True


def without_magics(source: str) -> str:
    """`%matplotlib inline` and `!ls` mean nothing here; the lines stay, so that numbers still fit."""
    if source.lstrip().startswith("%%"):
        return ""
    rows = source.split("\n")
    return "\n".join("" if row.startswith(("%", "!", "?")) or row.rstrip().endswith("??") else row for row in rows)


def cell_error(number: int, error: BaseException, name: str) -> CellError:
    """What went wrong, by names that the language gives."""
    if isinstance(error, TimeUp):
        return CellError(number, "time")
    if isinstance(error, TooMuchOutput):
        return CellError(number, "output")
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == name]
    line = (error.lineno or 0) if isinstance(error, SyntaxError) else lines[-1] if lines else 0
    unknown = error.name if isinstance(error, NameError) and isinstance(error.name, str) else ""
    return CellError(number, public_name(type(error)), unknown[:60] if unknown.isidentifier() else "", line)


def public_name(kind: type[BaseException]) -> str:
    """The nearest error that Python or torch know by name; a student's own class is told by what it is built on."""
    for each in kind.__mro__:
        if each.__module__ in ("builtins", "torch", "torch.linalg", "torch._C", "numpy.linalg"):
            return each.__name__
    return "BaseException"
