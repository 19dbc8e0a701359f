"""Marks go by exercise and by what the answer does; the reason says why, and no hidden number is in it.

These run without walls, in a forked process: what the walls keep out is tested with the sandbox.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from course_lib.authoring.places import choose
from course_lib.grading.marking.assignment import load_assignment
from course_lib.grading.marking.marking import Marker
from course_lib.grading.marking.pace import stretch
from course_lib.grading.plain_records import as_json
from course_lib.grading.records import Marked, Provenance
from course_lib.lab.work_folder import lectures
from course_lib.paths import repo_root
from tests.grading.rooms import OpenRoom

SEED = 77
WEEKS = sorted({place.week for place in choose(lectures(), None) if place.kind == "homework" and place.week})
BLANK = load_assignment("w07").path
BANDED = "def banded(size, reach):\n    back = torch.arange(size)[:, None] - torch.arange(size)\n    return "
RIGHT = BANDED + "(0 <= back) & (back <= reach)"
WRONG = BANDED + "(0 <= back) & (back < reach)"


@pytest.fixture(scope="module")
def marker() -> Iterator[Marker]:
    """Marks week 7."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield Marker(load_assignment("w07"), OpenRoom, Provenance("0", seed=SEED))
    torch.set_num_threads(threads)


def notebook(*answers: str, instead: dict[str, str] | None = None, keep: bool = True) -> bytes:
    """Week 7's homework with these cells for its first answers; `instead`: what other cells say, by id."""
    found = json.loads(BLANK.read_text())
    left = list(answers)
    for cell in found["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution") and left:
            cell["source"] = left.pop(0)
        cell["source"] = (instead or {}).get(cell["id"], cell["source"])
    return json.dumps(found).encode()


def first(marked: Marked) -> tuple[str, float, str]:
    """The status, points and reason of the first question."""
    mark = marked.questions[0]
    return mark.status, mark.points, mark.reason


@pytest.mark.parametrize("week", WEEKS)
def test_solutions_get_everything_and_blanks_nothing(week: str) -> None:
    assignment = load_assignment(week)
    marker = Marker(assignment, OpenRoom, Provenance("0", seed=SEED))
    root = repo_root()
    assert root is not None
    [place] = [each for each in choose(root / "solutions", [week]) if each.kind == "homework"]
    solved = marker.mark("ada", "1", place.path.read_bytes())
    assert [(each.status, each.points) for each in solved.questions] == [
        ("right", each.exercise.points) for each in assignment.questions
    ]
    blank = marker.mark("bob", "2", assignment.path.read_bytes())
    assert {(each.status, each.points) for each in blank.questions} == {("not attempted", 0.0)}
    assert len(blank.questions) == len(assignment.questions) >= 3
    assert (solved.problem, blank.problem) == ("", "")
    assert [each.answered for each in (*solved.written, *blank.written)] == [True, False]


def test_a_known_mistake_is_named_with_its_nudge(marker: Marker) -> None:
    mark = marker.mark("ada", "1", notebook(WRONG)).questions[0]
    known = marker.assignment.questions[0].exercise.mistakes[mark.mistake]
    assert (mark.status, mark.nudge, mark.cause) == ("wrong", known.nudge, known.cause)
    assert mark.reason == f"It behaves like a known mistake: {mark.mistake}."
    assert 0 < mark.points < mark.out_of
    assert set(mark.kept) & set(mark.broken) == set()


def test_cells_may_be_moved_copied_renamed_and_deleted(marker: Marker) -> None:
    found = json.loads(notebook(RIGHT))
    for cell in found["cells"]:
        cell["metadata"], cell["id"] = {}, "x" + cell["id"][::-1]
    code = [cell for cell in found["cells"] if cell["cell_type"] == "code" and "points(" not in cell["source"]]
    found["cells"] = [*code[:2], code[0], *code[1:], code[1]]
    assert first(marker.mark("ada", "1", json.dumps(found).encode())) == ("right", 3.0, "All 8 laws hold.")


def test_the_last_definition_counts(marker: Marker) -> None:
    data = notebook(WRONG, instead={"w07-2-answer": RIGHT})
    assert first(marker.mark("ada", "1", data))[0] == "right"
    data = notebook(RIGHT, instead={"w07-2-answer": WRONG})
    assert first(marker.mark("ada", "1", data))[0] == "wrong"


def test_points_in_metadata_and_in_cells_mean_nothing(marker: Marker) -> None:
    found = json.loads(notebook(WRONG))
    for cell in found["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"points": 100, "grade": True}
        if cell["source"] == 'points("w07.banded", banded)':
            cell["source"] = "3.0"
    honest = marker.mark("ada", "1", notebook(WRONG))
    assert first(marker.mark("ada", "1", json.dumps(found).encode())) == first(honest)


CASES: dict[str, tuple[str, tuple[str, float, str]]] = {
    "never defined": ("x = 1", ("not attempted", 0.0, "The notebook defines no `banded`.")),
    "a number": ("banded = 3", ("wrong", 0.0, "The name holds something that is no function.")),
    "a result": (RIGHT + "\nbanded = banded(3, 1)", ("wrong", 0.0, "The name holds something that is no function.")),
    "an error": (BANDED + "back[1000]", ("wrong", 0.0, "The function stops with an error.")),
    "other parameters": ("def banded(a): return a", ("wrong", 0.0, "The function cannot be called as asked.")),
    "nothing returned": ("def banded(size, reach): torch.ones(size)", ("wrong", 0.0, "gives back the right kind")),
    "a syntax error": ("def banded(size reach):", ("not attempted", 0.0, "The notebook defines no `banded`.")),
    "a crash": ("import os\ndef banded(size, reach): os._exit(0)", ("stopped", 0.0, "brought Python down")),
    "endless printing": ("def banded(size, reach):\n while 1: print(size)", ("stopped", 0.0, "prints without end")),
    "the library's own": (
        "from course_lib.layers.masks import banded_mask\ndef banded(size, reach): return banded_mask(size, reach)",
        ("wrong", 0.0, "It calls the library's own answer"),
    ),
    "the library's own, swallowed": (
        "from course_lib.layers.masks import banded_mask\n" + BANDED.replace("return ", "try: banded_mask(1, 1)\n"
        "    except BaseException: pass\n    return ") + "(0 <= back) & (back <= reach)",
        ("wrong", 0.0, "It calls the library's own answer"),
    ),
    "a special tensor": (
        "class Yes(torch.Tensor):\n    __eq__ = lambda self, other: True\n"
        + RIGHT.replace("return ", "return Yes(") + ")",
        ("wrong", 0.0, "gives back the right kind"),
    ),
    "sys.exit": ("import sys\ndef banded(size, reach): sys.exit()", ("wrong", 0.0, "stops with an error")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_gets_a_reason_and_the_other_questions_their_marks(marker: Marker, case: str) -> None:
    source, (status, points, words) = CASES[case]
    entropy = "def entropy(weights): return torch.special.entr(weights).sum(-1) / 0.6931471805599453"
    marked = marker.mark("ada", "1", notebook(source, instead={"w07-3-answer": entropy}))
    assert (marked.questions[0].status, marked.questions[0].points) == (status, points)
    assert words in marked.questions[0].reason
    assert (marked.questions[2].status, marked.questions[2].points) == ("right", 4.0)


def test_an_endless_answer_is_stopped_and_told(marker: Marker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CHECK_SECONDS", "0.3")
    endless = "def banded(size, reach):\n while True:\n  try:\n   while True: pass\n  except BaseException: pass"
    marked = marker.mark("ada", "1", notebook(endless))
    assert first(marked) == ("stopped", 0.0, "Stopped after 0.3 seconds.")
    assert marked.seconds < 8 * stretch()  # the questions after it in a new process; bench_sandbox has the time


def test_the_line_comes_from_the_notebook_and_not_from_the_answer(marker: Marker) -> None:
    lying = (
        "import linecache\ndef banded(size, reach):\n"
        "    for name in list(linecache.cache):\n        linecache.cache[name] = (1, None, [str(size)] * 99, name)\n"
        "    return missing"
    )
    mark = marker.mark("ada", "1", notebook(lying)).questions[0]
    assert mark.line == "line 5: return missing"


def test_nothing_a_submission_says_carries_its_inputs_outside(marker: Marker) -> None:
    """It tells the inputs in every way it has; none of the numbers is in the marks."""
    telling = """
import sys
def relative_bias(by_distance, asking, answering):
    inputs = str(by_distance.tolist())
    print(inputs); sys.stderr.write(inputs)
    kind = type("E" + inputs, (ValueError,), {"__str__": lambda self: inputs})
    globals()["entropy"] = type(inputs, (), {"__call__": None})()
    relative_bias.__name__ = relative_bias.__qualname__ = inputs
    raise kind(inputs)
"""
    said: list[Any] = []
    question = marker.assignment.questions[1].exercise
    marked = marker.mark("ada", "1", notebook(RIGHT, telling))
    for trial in marker.trials.trials.values():
        if trial.exercise.id == question.id:
            said += trial.inputs["by_distance"].flatten().tolist()
    assert len(said) > 20
    text = json.dumps(as_json(replace(marked, seconds=0.0)))  # how long it took may look like an input by chance
    assert not [number for number in said if re.search(re.escape(f"{number:.4f}"[:-1]), text)]
    assert str(SEED) not in json.dumps([each["reason"] for each in as_json(marked)["questions"]])


def test_remarks_are_about_own_cells_only(marker: Marker) -> None:
    marked = marker.mark("ada", "1", notebook(RIGHT, "def relative_bias(a, b, c): return\nharm.max()", "1 / 0"))
    assert marked.remarks[0] == "Code cell 6 stops with NameError in line 2: nothing is called `harm`."
    assert "train or draw" in marked.remarks[1]
    assert marked.remarks[2] == "Code cell 9 stops with ZeroDivisionError in line 1."
    assert len(marked.remarks) == 3


def test_what_cannot_be_read_gets_a_row(marker: Marker) -> None:
    marked = marker.mark("ada", "1", b"{")
    assert "not a notebook" in marked.problem
    assert [each.points for each in marked.questions] == [0.0] * 4
    assert all("not a notebook" in each.reason for each in marked.questions)


def test_marking_leaves_no_process_behind(marker: Marker) -> None:
    children = Path("/proc/self/task") / str(__import__("os").getpid()) / "children"
    before = children.read_text()
    marker.mark("ada", "1", notebook(RIGHT))
    assert children.read_text() == before
