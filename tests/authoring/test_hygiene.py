"""A test a rule: put one defect into a course without fault, and `course build --check` says that and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from course_lib.authoring.build import build
from course_lib.authoring.cells import code, marks, text
from tests.authoring.ready import HOMEWORK, LECTURE, cell, change_raw, make_ready, stamp

Edit = Callable[..., None]
Change = Callable[[NotebookNode], Any]


@pytest.fixture
def course(course: Path) -> Path:
    """The small course, run and built."""
    return make_ready(course)


def check(course: Path) -> list[str]:
    """The problems, once the copies are fresh."""
    build(root=course)
    return build(check=True, root=course)


def source(id: str, text: str) -> Change:
    """Replace the source of one cell."""
    return lambda made: cell(made, id).update(source=text)


def grader(id: str, **values: Any) -> Change:
    """Change what nbgrader knows of one cell."""
    return lambda made: cell(made, id).metadata["nbgrader"].update(values)


def without(*ids: str) -> Change:
    """Leave cells out."""
    return lambda made: made.update(cells=[each for each in made.cells if each.id not in ids])


def test_nothing_is_wrong_with_a_good_course(course: Path) -> None:
    assert build(check=True, root=course) == []


START = '%matplotlib inline\nfrom course_lib import start\nstart("w07")'
LECTURE_DEFECTS: dict[str, tuple[Change, str]] = {
    "id of another week": (
        lambda made: cell(made, "w07-3-end").update(id="w08-3-end"),
        "cell 10 has the id 'w08-3-end'; it should look like w07-3-check",
    ),
    "id by Jupyter": (
        lambda made: cell(made, "w07-3-end").update(id="1f2e3d4c"),
        "cell 10 has the id '1f2e3d4c'; it should look like w07-3-check",
    ),
    "long cell": (
        source("w07-1-picture", "\n".join(["x = 1"] * 21)),
        "cell w07-1-picture has 21 lines of code, more than 20",
    ),
    "no title": (
        source("w07-0-title", "Attention, who listens to whom\n# too late"),
        "the first cell should be text that begins with a title, `# ...`",
    ),
    "no start": (
        source("w07-0-setup", "import torch"),
        "the second cell should be the set-up, code that calls start('w07')",
    ),
    "start of another week": (
        source("w07-0-setup", START.replace("w07", "w08")),
        'cell w07-0-setup should call start("w07")',
    ),
    "long set-up": (
        source("w07-0-setup", START + "\n\na = 1\nb = 1\nc = 1"),
        "cell w07-0-setup, the set-up, has 6 lines, more than 5",
    ),
    "installs": (
        source("w07-1-picture", "%pip install torch"),
        "cell w07-1-picture says '%pip'; set-up installs and fetches, a cell does not",
    ),
    "installs by the shell": (
        source("w07-1-picture", "x = 1\n  !pip install torch"),
        "cell w07-1-picture says '!pip'; set-up installs and fetches, a cell does not",
    ),
    "a path trick": (
        source("w07-1-picture", "import sys\nsys.path.insert(0, '..')"),
        "cell w07-1-picture says 'sys.path'; set-up installs and fetches, a cell does not",
    ),
    "a download": (
        source("w07-1-picture", "from urllib.request import urlopen"),
        "cell w07-1-picture says 'urlopen'; set-up installs and fetches, a cell does not",
    ),
    "kernel of one machine": (
        lambda made: made.metadata.kernelspec.update(name="my-env"),
        "the kernelspec is 'my-env', not 'python3'",
    ),
    "no kernel": (lambda made: made.metadata.pop("kernelspec"), "the kernelspec is None, not 'python3'"),
    "no slide": (
        lambda made: cell(made, "w07-1-check").metadata.pop("slideshow"),
        "cell 3 (w07-1-check) has slide type None; choose one of slide, subslide, fragment, notes, skip, -",
    ),
    "no such slide": (
        lambda made: cell(made, "w07-1-check").metadata.update(slideshow={"slide_type": "film"}),
        "cell 3 (w07-1-check) has slide type 'film'; choose one of slide, subslide, fragment, notes, skip, -",
    ),
    "no look at practice": (without("w07-3-end"), "a section called 'In the wild' is missing"),
    "no limits": (without("w07-4-end"), "a section called 'What we left out' is missing"),
    "no sources": (without("w07-5-end"), "a section called 'References' is missing"),
    "few findings": (
        source("w07-2-finding0", "print(double(0))  # NBVAL_CHECK_OUTPUT"),
        "4 cells say `# NBVAL_CHECK_OUTPUT` on a line of their own; a lecture needs 5",
    ),
    "a finding that shows nothing": (
        lambda made: cell(made, "w07-2-finding0").update(outputs=[]),
        "cell w07-2-finding0 says NBVAL_CHECK_OUTPUT but shows no text to compare",
    ),
}


@pytest.mark.parametrize(("defect", "said"), LECTURE_DEFECTS.values(), ids=LECTURE_DEFECTS)
def test_a_defect_of_a_lecture_is_said_and_nothing_else(course: Path, edit: Edit, defect: Change, said: str) -> None:
    edit(lambda made: (defect(made), stamp(made)))
    assert check(course) == [f"solutions/{LECTURE}: {said}"]


ANSWER = "def double(x):\n    ### BEGIN SOLUTION\n    twice = x + x\n    return twice\n    ### END SOLUTION"
HOMEWORK_DEFECTS: dict[str, tuple[Change, str]] = {
    "start of a lecture": (
        source("w07-0-setup", START),
        'cell w07-0-setup should call start("w07", "homework"), which has a budget of its own',
    ),
    "an answer without gap": (
        source("w07-1-answer", "def double(x):\n    return x"),
        "cell w07-1-answer is an answer without `### BEGIN SOLUTION`: the whole cell would be cut",
    ),
    "few questions": (without("w07-3-marks"), "3 questions are graded; a homework has at least 4"),
    "no points": (grader("w07-1-marks", points=0), "cell w07-1-marks is worth 0 points; it needs a number above 0"),
    "marks nobody can lose": (
        source("w07-1-marks", "assert double(2) == 4"),
        "cell w07-1-marks gives marks but its last line is not points(...): "
        "nbgrader gives full marks to a cell that raises nothing and has no value",
    ),
    "marks that are not shown": (
        source("w07-1-marks", 'mark = points("w07.double", double)'),
        "cell w07-1-marks gives marks but its last line is not points(...): "
        "nbgrader gives full marks to a cell that raises nothing and has no value",
    ),
}


@pytest.mark.parametrize(("defect", "said"), HOMEWORK_DEFECTS.values(), ids=HOMEWORK_DEFECTS)
def test_a_defect_of_a_homework_is_said_and_nothing_else(course: Path, edit: Edit, defect: Change, said: str) -> None:
    edit(lambda made: (defect(made), renumber(made), stamp(made)), HOMEWORK)
    assert check(course) == [f"solutions/{HOMEWORK}: {said}"]


def renumber(made: NotebookNode) -> None:
    """Number the cells as a run would."""
    for number, each in enumerate((each for each in made.cells if each.cell_type == "code"), start=1):
        each.execution_count = number


def test_nothing_to_answer_in_words(course: Path, edit: Edit) -> None:
    def replace(made: NotebookNode) -> None:
        made.cells[-1] = marks("w07-4-marks", cell(made, "w07-1-marks").source, 3)
        renumber(made)
        stamp(made)

    edit(replace, HOMEWORK)
    assert check(course) == [
        f"solutions/{HOMEWORK}: no question is answered in words; "
        "add a written one (grade and solution, in a markdown cell)"
    ]


def test_a_doubled_grade_id_and_a_solution_that_nbgrader_does_not_know(course: Path, edit: Edit) -> None:
    """nbgrader stops at both, so that the cut speaks beside the rule."""
    edit(grader("w07-2-marks", grade_id="w07-1-marks"), HOMEWORK)
    problems = build(check=True, root=course)
    assert (
        f"solutions/{HOMEWORK}: the grade_id 'w07-1-marks' stands on 2 cells; the gradebook needs one each" in problems
    )
    edit(lambda made: cell(made, "w07-1-answer").metadata.pop("nbgrader"))
    problems = build(check=True, root=course)
    said = "cell w07-1-answer holds a solution but its nbgrader metadata do not say `solution: true`"
    assert f"solutions/{LECTURE}: {said}" in problems


@pytest.mark.filterwarnings("ignore:Cell is missing an id", "ignore:Non-unique cell id")
def test_ids_that_are_missing_or_doubled(course: Path) -> None:
    """nbformat mends both without a word, so they are made in the plain file."""
    file = course / "solutions" / LECTURE
    change_raw(file, lambda made: made["cells"][3].pop("id"))
    problems = build(check=True, root=course)
    assert f"solutions/{LECTURE}: cell 3 has no id; give it one such as w07-3-check" in problems
    change_raw(file, lambda made: made["cells"][3].update(id="w07-0-title"))
    problems = build(check=True, root=course)
    assert f"solutions/{LECTURE}: the id 'w07-0-title' stands on 2 cells" in problems


def test_a_guide_outside_the_weeks_has_its_own_form(course: Path, edit: Edit) -> None:
    """start_here needs neither slides nor findings nor last sections, but ids that begin with `start`."""

    def guide(made: NotebookNode) -> None:
        made.cells = [
            text("start-title", "# Start"), code("start-setup", "from course_lib import start\nstart()"),
            text("begin-here", "Go on."),
        ]  # fmt: skip
        renumber(made)
        stamp(made)

    file = course / "solutions" / "start_here.ipynb"
    file.write_text((course / "solutions" / LECTURE).read_text())
    edit(guide, "start_here.ipynb")
    said = "cell 2 has the id 'begin-here'; it should look like start-check"
    assert check(course) == [f"solutions/start_here.ipynb: {said}"]


def test_a_week_has_a_lecture_and_a_homework_and_nothing_else(course: Path) -> None:
    week = course / "solutions" / "w07_attention"
    (week / "homework.ipynb").rename(week / "extra.ipynb")
    problems = check(course)
    assert f"solutions/{HOMEWORK} is missing: every week has a lecture and a homework" in problems
    assert any(each.startswith("solutions/w07_attention/extra.ipynb: a week holds lecture.ipynb") for each in problems)


def test_a_folder_is_called_as_its_week_is(course: Path) -> None:
    (course / "solutions" / "w07_attention").rename(course / "solutions" / "w07_attending")
    problems = check(course)
    assert problems[0].startswith("solutions/w07_attending: no week is called so; weeks.py knows w01_neural_nets, ")
    assert len(problems) == 1
