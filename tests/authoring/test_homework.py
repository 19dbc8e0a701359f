"""Every homework is an assignment for nbgrader as it stands: released, handed in, marked by the real commands.

One submission is the blank release, one the solved source, one the source with a wrong answer and a noisy right one, so
that losing marks is seen too. Of each the cells after the last marked question are left out, but for those that
nbgrader knows: they train and draw, which the notebook tests do already. Where those ran the blank or the solved cells
in this session, nbgrader marks what they gave; the spoiled ones, and all when this file runs alone, it runs itself.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat import NotebookNode

from course_lib.authoring.build import read
from course_lib.authoring.cells import as_text
from course_lib.authoring.places import Place, checkout, notebooks
from tests.notebooks.kept_runs import kept_file

pytestmark = pytest.mark.notebook
HOMEWORK = [place for place in notebooks(checkout() / "solutions") if place.kind == "homework"]
CONFIG = """c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "try"
c.CourseDirectory.db_url = "sqlite:///{root}/gradebook.db"
c.ExecutePreprocessor.timeout = 120
c.NbGrader.logfile = {root!r} + "/nbgrader.log"
import sys
sys.path.append({checkout!r})
from tests.authoring.kept_execute import KeptExecute, instead_of_execute
c.Autograde.autograde_preprocessors = instead_of_execute()
c.KeptExecute.runs = {runs!r}
c.KeptExecute.taken = {root!r} + "/taken.txt"
"""
NOISY = """
def noisy(*given, answer={name}):
    import sys, warnings
    print("so far so good", file=sys.stderr)
    warnings.warn("slow")
    return answer(*given)
{name} = noisy"""


@dataclass
class Grade:
    """What the gradebook holds for one question of one submission."""

    max: float
    auto: float | None
    manual: float | None
    waits: bool  # for a person


@dataclass
class Assignment:
    """A homework in a course of nbgrader's own: the release, and the gradebook after marking."""

    release: NotebookNode
    taken: list[str]  # the runs of the notebook tests that nbgrader marked, in place of running the cells once more
    there: list[str]  # those that it could have taken
    grades: dict[str, dict[str, Grade]]  # of each student, by grade_id


def grader(cell: NotebookNode) -> dict[str, object]:
    """What nbgrader knows of a cell; {} for cells that are none of its business."""
    return dict(cell.metadata.get("nbgrader", {}))


def is_automatic(cell: NotebookNode) -> bool:
    """True for a cell whose value is a mark."""
    return cell.cell_type == "code" and bool(grader(cell).get("grade"))


def shortened(made: NotebookNode) -> NotebookNode:
    """Everything up to the last automatic mark; after it only what nbgrader knows."""
    last = max(number for number, cell in enumerate(made.cells) if is_automatic(cell))
    made.cells = [cell for number, cell in enumerate(made.cells) if number <= last or grader(cell)]
    return made


def nbgrader(verb: str, root: Path) -> None:
    """One command of nbgrader; alembic, which it calls, stands beside this Python."""
    own = {"HOME": str(root), "COURSE_HOME": str(root / "home"), "JUPYTER_CONFIG_DIR": str(root / ".jupyter")}
    own |= {"IPYTHONDIR": str(root / ".ipython"), "COURSE_CACHE": str(data_cache())}
    own |= {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    command = [sys.executable, "-m", "nbgrader", verb, "try"]
    done = subprocess.run(command, cwd=root, env=os.environ | own, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"nbgrader {verb}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def data_cache() -> Path:
    """Where the data are, asked before HOME is moved."""
    from course_lib.paths import data_cache

    return data_cache()


def store(made: NotebookNode, file: Path) -> None:
    """Write a notebook where nbgrader looks for it."""
    file.parent.mkdir(parents=True)
    file.write_text(as_text(made), encoding="utf-8")


def mark(place: Place, root: Path) -> Assignment:
    """Release a homework, hand it in three times, and mark all with one command."""
    runs = [str(kept_file(Place(checkout() / top, place.name))) for top in ("lectures", "solutions")]
    config = CONFIG.format(root=str(root), checkout=str(checkout()), runs=runs)
    (root / "nbgrader_config.py").write_text(config)
    store(read(place), root / "source" / "try" / "homework.ipynb")
    nbgrader("generate_assignment", root)
    released = Place(root / "release", "try/homework.ipynb")
    handed_in = {"blank": read(released), "solved": read(place), "spoiled": spoiled(read(place))}
    for student, made in handed_in.items():
        store(shortened(made), root / "submitted" / student / "try" / "homework.ipynb")
    there = [run for run in runs if Path(run).is_file()]
    nbgrader("autograde", root)
    taken = (root / "taken.txt").read_text().splitlines() if (root / "taken.txt").exists() else []
    return Assignment(read(released), taken, there, {student: grades_of(student, root) for student in handed_in})


def spoiled(made: NotebookNode) -> NotebookNode:
    """Make the first answer wrong, and let the second, still right, write to stderr; both just before their marks."""
    first, second = [number for number, cell in enumerate(made.cells) if is_automatic(cell)][:2]
    made.cells[first - 1].source += f"\n{asked(made.cells[first])} = lambda *_: None"
    made.cells[second - 1].source += NOISY.format(name=asked(made.cells[second]))
    return made


def asked(cell: NotebookNode) -> str:
    """The name of the answer that a marked cell judges: `attend` of points("w07.attend", attend)."""
    call = cell.source.splitlines()[-1]
    assert call.startswith("points("), call
    return str(call.rsplit(", ", 1)[1].rstrip(")"))


def grades_of(student: str, root: Path) -> dict[str, Grade]:
    """What the gradebook says."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        [sheet] = book.find_submission("try", student).notebooks
        return {
            each.name: Grade(each.max_score, each.auto_score, each.manual_score, each.needs_manual_grade)
            for each in sheet.grades
        }


@pytest.fixture(scope="module", params=HOMEWORK, ids=lambda place: place.name)
def place(request: pytest.FixtureRequest) -> Place:
    """Each homework in turn."""
    found: Place = request.param
    return found


@pytest.fixture(scope="module")
def marked(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The homework after marking; once, for all tests about it."""
    return mark(place, tmp_path_factory.mktemp("course"))


def automatic(place: Place) -> dict[str, float]:
    """The points of each question that nbgrader marks by itself, from the source's metadata."""
    return {str(grader(cell)["grade_id"]): grader(cell)["points"] for cell in read(place).cells if is_automatic(cell)}


def written(place: Place) -> set[str]:
    """The questions that are answered in words."""
    cells = [cell for cell in read(place).cells if cell.cell_type == "markdown" and grader(cell).get("grade")]
    return {str(grader(cell)["grade_id"]) for cell in cells}


def test_there_is_a_homework() -> None:
    assert HOMEWORK, "a test without homework proves nothing"


def test_nbgrader_releases_what_we_build(place: Place, marked: Assignment) -> None:
    """Our copy, made without a database, is nbgrader's own release, cell by cell."""
    ours = read(Place(checkout() / "lectures", place.name))
    assert [dict(cell) for cell in ours.cells] == [dict(cell) for cell in marked.release.cells]


def test_no_cells_are_run_twice(marked: Assignment) -> None:
    """Each run that the notebook tests have kept is marked; were one not fit, its cells would run a second time."""
    assert set(marked.there) <= set(marked.taken)


def test_a_blank_release_earns_nothing(place: Place, marked: Assignment) -> None:
    grades = marked.grades["blank"]
    assert {name: grades[name].auto for name in automatic(place)} == dict.fromkeys(automatic(place), 0)


def test_the_solved_source_earns_every_automatic_point(place: Place, marked: Assignment) -> None:
    grades = marked.grades["solved"]
    assert {name: grades[name].auto for name in automatic(place)} == automatic(place)


def test_what_is_said_in_words_waits_for_a_person(place: Place, marked: Assignment) -> None:
    grades = marked.grades["solved"]
    assert {name for name, each in grades.items() if each.waits} == written(place)
    assert all(grades[name].auto is None and grades[name].manual is None for name in written(place))


def test_the_gradebook_knows_the_same_points(place: Place, marked: Assignment) -> None:
    """The points that the metadata promise, and the sum that the first cell tells the learner."""
    for grades in marked.grades.values():
        assert set(grades) == {*automatic(place), *written(place)}
        assert {name: grades[name].max for name in automatic(place)} == automatic(place)
    total = sum(each.max for each in marked.grades["solved"].values())
    assert f"**Points:** {total:g}" in read(place).cells[0].source


def test_a_wrong_answer_costs_its_own_marks_and_noise_costs_none(place: Place, marked: Assignment) -> None:
    """nbgrader gives 0 to a marked cell with anything on stderr; `points` keeps a learner's warnings to itself."""
    grades, (first, *_) = marked.grades["spoiled"], automatic(place)
    assert {name: grades[name].auto for name in automatic(place)} == automatic(place) | {first: 0}
