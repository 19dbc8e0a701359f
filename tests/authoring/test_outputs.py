"""A test a rule about stored outputs: in order, clean, small, and readable without eyes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.authoring.build import build
from course_lib.authoring.cells import code
from course_lib.authoring.outputs import code_hash
from tests.authoring.ready import LECTURE, cell, make_ready, source_of, stamp

Edit = Callable[..., None]
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "a1", "version_major": 2, "version_minor": 0}}
PNG = {"image/png": "iVBORw0KGgo="}
ALT = "Rows of the weights, each of them sums to one"


@pytest.fixture
def course(course: Path) -> Path:
    """The small course, run and built."""
    return make_ready(course)


def shows(data: dict[str, Any]) -> NotebookNode:
    """What `display` leaves in a notebook."""
    return new_output("display_data", data=data)


def prints(text: str, name: str = "stdout") -> NotebookNode:
    """What `print` leaves in a notebook."""
    return new_output("stream", text=text, name=name)


OUTPUTS: dict[str, tuple[NotebookNode, str]] = {
    "error": (
        new_output("error", ename="ValueError", evalue="no", traceback=[]),
        "ends in an error: ValueError: no",
    ),
    "stderr": (prints("Warning: old\n", "stderr"), "writes to stderr: 'Warning: old'"),
    "widget view": (shows({**WIDGET, "text/plain": "explorer"}), "keeps a widget view that no reader can open"),
    "path in a print": (prints("saved in /home/ann/x.png"), "shows a path of one machine: '/home/ann/x.png'"),
    "path on a Mac": (prints("/Users/ann"), "shows a path of one machine: '/Users/ann'"),
    "path on Windows": (prints("at C:\\Users\\ann"), "shows a path of one machine: 'C:\\\\Users\\\\ann'"),
    "path in a value": (shows({"text/plain": "Path('/tmp/x')"}), 'shows a path of one machine: "/tmp/x\')"'),
    "path in HTML": (shows({"text/html": "<p>in /root/x</p>"}), "shows a path of one machine: '/root/x</p>'"),
    "silent picture": (shows(PNG), 'shows a picture without words; show(fig, alt="...") adds them'),
    "img without alt": (
        shows({**PNG, "text/html": "<img src='data:image/png;base64,iVBO'>"}),
        "shows a picture with alt text ''; say in 20 characters or more what it shows",
    ),
    "short alt": (
        shows({"text/html": "<img alt='a map'>"}),
        "shows a picture with alt text 'a map'; say in 20 characters or more what it shows",
    ),
    "alt of spaces": (
        shows({"text/html": f"<img alt='a{' ' * 30}'>"}),
        f"shows a picture with alt text 'a{' ' * 30}'; say in 20 characters or more what it shows",
    ),
}


@pytest.mark.parametrize(("output", "said"), OUTPUTS.values(), ids=OUTPUTS)
def test_a_bad_output_is_said_and_nothing_else(course: Path, edit: Edit, output: NotebookNode, said: str) -> None:
    edit(lambda made: cell(made, "w07-1-picture").update(outputs=[output]))
    assert build(check=True, root=course) == [f"solutions/{LECTURE}: cell w07-1-picture {said}"]


GOOD = {
    "a picture with words": shows({**PNG, "text/html": f"<figure><img alt='{ALT}'></figure>", "text/plain": ALT}),
    "a fraction and a date": prints("1/2, 3/4, 2026/07/01, a/home, and/or"),
    "a web address": prints("https://arxiv.org/home/x and doi.org/tmp/y"),
    "closing tags": shows({"text/html": "<p>a</p><data></data>"}),
    "embedded bytes": shows({"text/html": f"<img alt='{ALT}' src='data:image/png;base64,AA /home/B=='>"}),
}


@pytest.mark.parametrize("output", GOOD.values(), ids=GOOD)
def test_a_good_output_is_let_through(course: Path, edit: Edit, output: NotebookNode) -> None:
    edit(lambda made: cell(made, "w07-1-picture").update(outputs=[output]))
    assert build(check=True, root=course) == []


def test_widget_state_is_said(course: Path, edit: Edit) -> None:
    edit(lambda made: made.metadata.update(widgets={}))
    assert build(check=True, root=course) == [f"solutions/{LECTURE}: the notebook keeps widget state in its metadata"]


@pytest.mark.parametrize("count", [None, 3, 17], ids=["not run", "run before another", "run again"])
def test_cells_run_out_of_order_are_said(course: Path, edit: Edit, count: int | None) -> None:
    edit(lambda made: cell(made, "w07-1-answer").update(execution_count=count))
    assert build(check=True, root=course) == [
        f"solutions/{LECTURE}: cell w07-1-answer was run as number {count}, not 2: "
        "run everything once, `course build --run`"
    ]


def test_an_empty_cell_has_no_number(course: Path, edit: Edit) -> None:
    edit(lambda made: (made.cells.append(code("w07-9-empty", "")), stamp(made)))
    build(root=course)
    assert build(check=True, root=course) == []


def test_a_large_notebook_is_said(course: Path, edit: Edit) -> None:
    edit(lambda made: cell(made, "w07-1-picture").update(outputs=[prints("x" * 490_000)]))
    size = (course / "solutions" / LECTURE).stat().st_size // 1000
    assert size >= 490
    said = f"the file has {size} kB, more than 480; show smaller or fewer pictures"
    assert build(check=True, root=course) == [f"solutions/{LECTURE}: {said}"]


def test_outputs_of_older_code_are_said(course: Path, edit: Edit) -> None:
    edit(lambda made: cell(made, "w07-2-finding1").update(source="# NBVAL_CHECK_OUTPUT\nprint(3)"))
    build(root=course)
    said = "the outputs are of older code, or made by hand: run `course build --run`"
    assert build(check=True, root=course) == [f"solutions/{LECTURE}: {said}"]


def test_the_fingerprint_is_of_code_alone(course: Path, edit: Edit) -> None:
    before = code_hash(source_of(course))
    edit(lambda made: (cell(made, "w07-0-title").update(source="# Other"), made.metadata.update(x=1)))
    edit(lambda made: cell(made, "w07-1-picture").update(outputs=[]))
    assert code_hash(source_of(course)) == before
    edit(lambda made: cell(made, "w07-1-picture").update(source="1"))
    assert code_hash(source_of(course)) != before
