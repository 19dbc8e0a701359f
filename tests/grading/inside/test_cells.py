"""A student's cells run in order, each for itself, and only what happened is told, never what was said."""

import sys
import time
import types
from collections.abc import Iterator

import pytest

from course_lib.grading.inside.cells import new_notebook, run_cells


@pytest.fixture
def notebook() -> Iterator[types.ModuleType]:
    """A notebook of its own; the real `__main__` comes back."""
    before = sys.modules["__main__"]
    yield new_notebook()
    sys.modules["__main__"] = before


def run(notebook: types.ModuleType, *cells: str, seconds: float = 5.0, whole: bool = True) -> list[tuple[object, ...]]:
    """Troubles as (cell, kind, name, line)."""
    found = run_cells(notebook, [(cell, whole) for cell in cells], seconds, 4 * seconds)
    return [(each["cell"], each["kind"], each["name"], each["line"]) for each in found]


def test_an_error_ends_its_cell_and_no_other(notebook: types.ModuleType) -> None:
    troubles = run(notebook, "a = 1\nb = missing\nc = 2", "d = a + 1", "def f(:", "import sys; sys.exit(3)", "e = d")
    assert troubles == [(0, "NameError", "missing", 2), (2, "SyntaxError", "", 1), (3, "SystemExit", "", 1)]
    assert (notebook.a, notebook.d, notebook.e) == (1, 2, 2)
    assert not hasattr(notebook, "c")


def test_a_students_own_words_do_not_get_out(notebook: types.ModuleType) -> None:
    secret = "class Secret4711(ValueError): pass\nraise Secret4711('4711')"
    named = "raise NameError('x', name='4711 is the answer')"
    assert run(notebook, secret, named) == [(0, "ValueError", "", 2), (1, "NameError", "", 1)]


def test_of_what_was_handed_out_only_definitions_run(notebook: types.ModuleType) -> None:
    cell = "import math\nfrom nowhere import x\nSIZES = (1, 2)\nprint(1 / 0)\ntable = sum(SIZES)\n"
    cell += "def area(r):\n    return math.pi * r * r"
    assert run(notebook, cell, whole=False) == [(0, "ModuleNotFoundError", "", 2)]
    assert notebook.SIZES == (1, 2)
    assert notebook.area(1) > 3
    assert not hasattr(notebook, "table")


def test_magics_are_no_errors_and_lines_keep_their_numbers(notebook: types.ModuleType) -> None:
    assert run(notebook, "%matplotlib inline\n!ls\na = 1\nsum??\nb", "%%time\nc = 1") == [(0, "NameError", "b", 5)]
    assert notebook.a == 1


@pytest.mark.timed
def test_time_is_shared_by_all_cells(notebook: types.ModuleType) -> None:
    used = time.process_time()
    stubborn = "while True:\n    try:\n        while True: pass\n    except ValueError: pass"
    troubles = run(notebook, stubborn, "a = 1", seconds=0.3)
    assert [each[:2] for each in troubles] == [(0, "time"), (1, "time")]
    assert time.process_time() - used < 0.5


@pytest.mark.timed
def test_who_sleeps_is_woken_by_the_clock(notebook: types.ModuleType) -> None:
    began = time.monotonic()
    troubles = run(notebook, "import time\nwhile True:\n    time.sleep(60)", seconds=0.2)
    assert [each[:2] for each in troubles] == [(0, "time")]
    assert 0.2 <= time.monotonic() - began < 0.7


def test_output_is_shared_by_all_cells_and_stays_inside(
    notebook: types.ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    troubles = run(notebook, "print('secret')", "while True: print('x' * 1000)", "a = 1")
    assert [each[:2] for each in troubles] == [(1, "output"), (2, "output")]
    assert capsys.readouterr().out == ""


def test_functions_know_their_notebook(notebook: types.ModuleType) -> None:
    run(notebook, "SCALE = 3\ndef f(x):\n    return SCALE * x", "SCALE = 4")
    assert notebook.f(2) == 8
    assert notebook.f.__module__ == "__main__"


def test_the_tutorials_postponed_annotations_do_not_leak_in(notebook: types.ModuleType) -> None:
    assert run(notebook, "def f(x: unknown_type): return x") == [(0, "NameError", "unknown_type", 1)]
