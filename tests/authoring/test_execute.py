"""Refreshing outputs: only where the code changed, never with an error, and without what needs a live kernel."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.authoring import run
from course_lib.authoring.build import build
from course_lib.authoring.cells import code, notebook
from course_lib.authoring.execute import clean_outputs, refresh
from course_lib.errors import CourseError
from tests.authoring.ready import HOMEWORK, LECTURE, cell, make_ready, source_of

Edit = Callable[..., None]
VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "a1"}}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the kernel: note the first cell of each notebook that would be run, and number its cells."""
    seen: list[str] = []

    def execute(made: NotebookNode, folder: Path) -> tuple[str | None, dict[str, Any]]:
        seen.append(made.cells[0].source.splitlines()[0])
        cells = [each for each in made.cells if each.cell_type == "code"]
        assert all(each.outputs == [] and each.execution_count is None for each in cells), "an old output is left"
        for number, each in enumerate(cells, start=1):
            each.execution_count = number
            each.outputs = [new_output("stream", text="2\n")]
        return None, {"seconds": 1.25, "cpu_seconds": 1.0}

    monkeypatch.setattr(run, "execute", execute)
    return seen


@pytest.mark.notebook
def test_a_course_that_was_run_and_built_has_no_problem(course: Path) -> None:
    """With real kernels: what hygiene asks for is what a run leaves."""
    said = refresh(root=course)
    assert [line.split(" run in ")[0] for line in said] == [f"solutions/{HOMEWORK}", f"solutions/{LECTURE}"]
    build(root=course)
    assert build(check=True, root=course) == []
    made = source_of(course)
    assert cell(made, "w07-2-finding3").outputs[0].text == "6\n"
    assert "image/png" in cell(made, "w07-1-picture").outputs[0].data
    assert cell(source_of(course, HOMEWORK), "w07-1-marks").outputs[0].data["text/plain"] == "2.0"
    assert refresh(root=course) == []


@pytest.mark.notebook
def test_an_error_leaves_the_file_as_it_was(course: Path, edit: Edit) -> None:
    edit(lambda made: made.update(cells=[cell(made, "w07-0-title"), code("w07-1-try", "x = 1\nx / 0")]))
    before = (course / "solutions" / LECTURE).read_bytes()
    with pytest.raises(CourseError) as caught:
        refresh(["w07_attention/lecture"], root=course)
    assert str(caught.value) == (
        f"solutions/{LECTURE}: cell w07-1-try: ZeroDivisionError: division by zero; the file is unchanged"
    )
    assert (course / "solutions" / LECTURE).read_bytes() == before


def test_only_changed_code_is_run_again(course: Path, edit: Edit, ran: list[str]) -> None:
    make_ready(course)
    assert refresh(root=course) == []
    edit(lambda made: cell(made, "w07-0-title").update(source="# Attention, told anew"))
    assert refresh(root=course) == []
    assert ran == []
    edit(lambda made: cell(made, "w07-2-finding0").update(source="# NBVAL_CHECK_OUTPUT\nprint(2)"))
    assert refresh(root=course) == [f"solutions/{LECTURE} run in 1.2 s, 1.0 CPU s"]
    assert ran == ["# Attention, told anew"]
    assert refresh(root=course) == []


def test_force_runs_what_is_named_whether_it_changed_or_not(course: Path, ran: list[str]) -> None:
    make_ready(course)
    refresh(["w07_attention/homework"], force=True, root=course)
    assert ran == ["# Homework"]
    refresh(force=True, root=course)
    assert ran == ["# Homework", "# Homework", "# Attention, who listens to whom"]


def test_a_refreshed_source_builds_to_the_same_copy(course: Path, ran: list[str]) -> None:
    build(root=course)
    refresh(root=course)
    assert build(root=course) == []
    assert build(check=True, root=course) == []


def made_of(*outputs: NotebookNode) -> NotebookNode:
    """A notebook of one cell with these outputs."""
    made = notebook([code("w07-1-show", "1")])
    made.cells[0].outputs = list(outputs)
    return made


def test_a_widget_leaves_its_picture_and_its_words() -> None:
    still = {"image/png": "iVBO", "text/html": "<img alt='x'>", "text/plain": "weights of one head"}
    made = made_of(new_output("display_data", data={**VIEW, **still}, metadata={"isolated": True}))
    made.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    assert clean_outputs(made) is made
    assert made.cells[0].outputs == [new_output("display_data", data=still)]
    assert "widgets" not in made.metadata


def test_a_widget_with_nothing_beside_it_goes_away() -> None:
    made = made_of(new_output("display_data", data={**VIEW, "text/plain": "IntSlider(value=1)"}))
    assert clean_outputs(made).cells[0].outputs == []


def test_plain_values_errors_and_pictures_stay_as_they_are() -> None:
    kept = [
        new_output("execute_result", data={"text/plain": "2"}, execution_count=1, metadata={"a": 1}),
        new_output("display_data", data={"image/png": "iVBO"}),
        new_output("error", ename="ValueError", evalue="no", traceback=["x"]),
    ]
    assert clean_outputs(made_of(*kept)).cells[0].outputs == kept


def test_a_stream_in_pieces_becomes_one() -> None:
    pieces = [("stdout", "a"), ("stdout", "b\n"), ("stderr", "c"), ("stdout", "d"), ("stdout", "e")]
    made = clean_outputs(made_of(*(new_output("stream", name=name, text=text) for name, text in pieces)))
    assert [(each.name, each.text) for each in made.cells[0].outputs] == [
        ("stdout", "ab\n"),
        ("stderr", "c"),
        ("stdout", "de"),
    ]


def test_what_passes_is_dropped_and_what_matters_is_kept() -> None:
    made = made_of()
    made.cells[0].metadata.update(execution={"x": "1"}, ExecuteTime={}, trusted=True, collapsed=True, scrolled=True)
    made.metadata["language_info"] = {"name": "python", "version": "3.99.9"}
    clean_outputs(made)
    assert made.cells[0].metadata == {"slideshow": {"slide_type": "-"}}
    assert "version" not in made.metadata["language_info"]


def test_a_style_sheet_that_many_outputs_carry_stays_in_the_first() -> None:
    sheet, other = "<style>\np {color: red}\n</style>", "<style>b {}</style>"
    html = [f"{sheet}<p>one</p>", f"{sheet}<p>two</p>", f"{other}<p>three</p>", "<p>four</p>"]
    made = clean_outputs(made_of(*(new_output("display_data", {"text/html": text}) for text in html)))
    kept = [output.data["text/html"] for output in made.cells[0].outputs]
    assert kept == [html[0], "<p>two</p>", html[2], html[3]]
