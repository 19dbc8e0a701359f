"""Running notebooks: what a run cost, its first error, and the files left as they were. Kernels are real here."""

import os
import time
from pathlib import Path

import pytest

from course_lib.authoring.cells import as_text, code, notebook, text
from course_lib.authoring.places import Place
from course_lib.authoring.run import Report, execute, run, run_one
from course_lib.curriculum.weeks import WEEKS, Week

pytestmark = pytest.mark.notebook


def write(top: Path, *sources: str, name: str = "w07_attention/lecture.ipynb") -> Place:
    """A notebook of these code cells, called w07-1-cell, w07-2-cell and so on."""
    cells = [text("w07-0-title", "# Try"), *(code(f"w07-{n}-cell", each) for n, each in enumerate(sources, start=1))]
    place = Place(top, name)
    place.path.parent.mkdir(parents=True, exist_ok=True)
    place.path.write_text(as_text(notebook(cells)), encoding="utf-8")
    return place


def test_a_run_reports_what_it_cost_and_changes_no_file(tmp_path: Path) -> None:
    """One kernel, many facts: each kernel costs a second."""
    place = write(
        tmp_path / "lectures",
        "import time\nbegun = time.process_time()\nwhile time.process_time() - begun < 0.4:\n    pass",
        "import time\ntime.sleep(0.4)\nblock = b'x' * 300_000_000\ndel block",
        "import os, pathlib\npathlib.Path('left.txt').write_text(os.environ['COURSE_HOME'])",
        "print(pathlib.Path('lecture.ipynb').exists(), __import__('course_lib').__name__)",
        "assert not os.environ['COURSE_HOME'].startswith(%r)" % os.environ["COURSE_HOME"],  # noqa: UP031
    )
    before, home = place.path.read_bytes(), os.environ["COURSE_HOME"]
    [report] = run(root=tmp_path)
    assert report.notebook == "lectures/w07_attention/lecture.ipynb"
    assert report.first_error is None
    assert report.network_attempts == 0
    assert report.budget == WEEKS["w07"].seconds
    assert report.seconds >= 0.8
    assert report.cpu_seconds is not None
    assert 0.4 <= report.cpu_seconds <= report.seconds
    assert report.peak_mb is not None
    assert 300 < report.peak_mb < 900, "the kernel's own peak, not that of whoever started it"
    assert place.path.read_bytes() == before
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["lecture.ipynb"]
    assert os.environ["COURSE_HOME"] == home
    assert "COURSE_USAGE_DIR" not in os.environ
    assert report.as_dict()["peak_mb"] == report.peak_mb


def test_the_first_error_is_named_with_its_cell_and_ends_the_run(tmp_path: Path) -> None:
    place = write(tmp_path / "solutions", "x = 1", "raise ValueError('too wide: 30')", "import os; os._exit(1)")
    [report] = run(["w07"], "solutions", root=tmp_path)
    assert report.first_error == "cell w07-2-cell: ValueError: too wide: 30"
    assert report.notebook == "solutions/w07_attention/lecture.ipynb"
    assert place.path.exists()


def test_reaching_for_the_network_is_counted(tmp_path: Path) -> None:
    """A look-up and a connection, both caught by the cell itself; this machine's own addresses do not count."""
    place = write(
        tmp_path / "lectures",
        "import socket\ntry:\n    socket.getaddrinfo('nowhere.invalid', 80)\nexcept OSError:\n    pass",
        "outside = socket.socket()\noutside.setblocking(False)\noutside.connect_ex(('192.0.2.1', 9))\noutside.close()",
        "here = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(here.getsockname()).close()",
    )
    report = run_one(place)
    assert report.first_error is None
    assert report.network_attempts == 2


def test_a_dead_kernel_is_noticed_at_once_and_said_kindly(tmp_path: Path) -> None:
    place = write(tmp_path / "lectures", "x = 1", "import os\nos._exit(9)", "x = 2")
    begun = time.perf_counter()
    report = run_one(place)
    assert time.perf_counter() - begun < 30, "a dead kernel should not be waited for"
    assert report.first_error == "the kernel died in cell w07-2-cell: out of memory, or a crash in compiled code"
    assert report.network_attempts == 0, "the record of the cells before it is kept"


def test_a_cell_that_never_ends_is_stopped(tmp_path: Path) -> None:
    made = notebook([code("w07-1-cell", "while True:\n    pass")])
    error, _ = execute(made, tmp_path, cell_seconds=1)
    assert error == "cell w07-1-cell ran longer than 1 s and was stopped"


def test_times_of_an_older_run_do_not_name_the_wrong_cell(tmp_path: Path) -> None:
    made = notebook([code("w07-1-cell", "1 / 0"), code("w07-2-cell", "1")])
    made.cells[1].metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    error, usage = execute(made, tmp_path)
    assert error == "cell w07-1-cell: ZeroDivisionError: division by zero"
    assert usage["seconds"] > 0


def test_a_notebook_of_prose_alone_runs_too(tmp_path: Path) -> None:
    report = run_one(write(tmp_path / "lectures", name="start_here.ipynb"))
    assert report.first_error is None
    assert isinstance(report, Report)


def test_only_two_trees_can_be_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="which='notebooks': notebooks stand in 'lectures' or 'solutions'"):
        run(which="notebooks", root=tmp_path)


def test_the_budget_is_the_weeks_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WEEKS, "w07", Week("w07", "attention", "x", (), 123))
    assert Place(tmp_path, "w07_attention/lecture.ipynb").budget == 123
    assert Place(tmp_path, "w07_attention/homework.ipynb").budget == 45
    assert Place(tmp_path, "start_here.ipynb").budget == 90
