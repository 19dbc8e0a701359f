"""A small course in a temporary folder: one week, two notebooks, nothing missing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

from course_lib.authoring.cells import answer, as_text, code, marks, notebook, text, written

PICTURE = """from IPython.display import display
png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
display({"image/png": png, "text/html": '<img alt="One grey point in the middle of nothing">'}, raw=True)"""
CONFIG = 'terms = ["nothing"]\npart_a_ends_before = "7.1"\n'
SOLUTION = "def double(x):\n    ### BEGIN SOLUTION\n    twice = x + x\n    return twice\n    ### END SOLUTION"
CHECK = """def check(id, candidate):  # stands in for the course's own: not attempted, so go on with ours
    try:
        candidate(2)
    except NotImplementedError:
        return lambda x: 2 * x
    return candidate
double = check("w07.double", double)"""
POINTS = """def points(id, candidate):  # stands in for the course's own
    try:
        return 2.0 if candidate(3) == 6 else 0.0
    except NotImplementedError:
        return 0.0
points("w07.double", double)"""


def lecture() -> NotebookNode:
    """A lecture in which nothing is wrong."""
    findings = [code(f"w07-2-finding{n}", f"# NBVAL_CHECK_OUTPUT\nprint(double({n}))") for n in range(5)]
    ends = [text(f"w07-{n}-end", f"## {title}") for n, title in enumerate(
        ("In the wild", "What we left out", "References"), start=3)]  # fmt: skip
    return notebook([
        text("w07-0-title", "# Attention, who listens to whom\nTiny.", "slide"),
        code("w07-0-setup", "%matplotlib inline\nfrom course_lib import start\nstart(\"w07\")"),
        answer("w07-1-answer", SOLUTION),
        code("w07-1-check", CHECK),
        code("w07-1-picture", PICTURE, "fragment"),
        *findings, *ends,
        text("w07-1-end", "## 7.1 Tiny\nThere is **nothing** more.", claim="It is tiny."),
    ])  # fmt: skip


def homework() -> NotebookNode:
    """A homework with three marked answers and a written one."""
    return notebook([
        text("w07-0-title", "# Homework"),
        code("w07-0-setup", "from course_lib import start\nstart(\"w07\", \"homework\")"),
        answer("w07-1-answer", SOLUTION),
        marks("w07-1-marks", POINTS, 2), marks("w07-2-marks", POINTS, 2), marks("w07-3-marks", POINTS, 3),
        written("w07-4-written", "Why?\n\n### BEGIN SOLUTION\nBecause twice one is two.\n### END SOLUTION", 3),
    ])  # fmt: skip


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The folder that holds solutions/ with the week in it, not yet run, not yet built."""
    write(tmp_path, "w07_attention/lecture.ipynb", lecture())
    write(tmp_path, "w07_attention/homework.ipynb", homework())
    (tmp_path / "solutions" / "w07_attention" / "week.toml").write_text(CONFIG)
    return tmp_path


@pytest.fixture
def edit(course: Path) -> Callable[[Callable[[NotebookNode], object]], None]:
    """Change the stored lecture by a function of its notebook."""
    from course_lib.authoring.build import read
    from course_lib.authoring.places import Place

    def change(how: Callable[[NotebookNode], object], name: str = "w07_attention/lecture.ipynb") -> None:
        made = read(Place(course / "solutions", name))
        how(made)
        write(course, name, made)

    return change


def write(course: Path, name: str, made: NotebookNode) -> None:
    """Store a notebook in solutions/."""
    file = course / "solutions" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(as_text(made), encoding="utf-8")
