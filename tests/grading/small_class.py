"""A class of twelve for week 7's homework: right, wrong, blank and broken answers, two equal ones, one that nobody can
read, and one student who handed in nothing. And larger ones, for runs in which nothing is really marked."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_lib.authoring.places import checkout
from course_lib.grading.classroom import Classroom
from course_lib.grading.intake.collect import collect
from course_lib.grading.marking.assignment import load_assignment
from course_lib.grading.marking.provenance import provenance_of
from course_lib.grading.marking.question_marks import unmarked
from course_lib.grading.marking.worker import Job, Task
from course_lib.grading.plain_records import as_json
from course_lib.grading.records import Marked, Student, Submission
from tests.grading.campus import homework
from tests.grading.looking_at_books import contents

WEEK = "w07"
BANDED, RELATIVE, ENTROPY, SILENCE = (f"w07-{number}-answer" for number in range(1, 5))
ONE_TOO_NARROW = """def banded(size, reach):
    steps_back = torch.arange(size)[:, None] - torch.arange(size)
    return (steps_back >= 0) & (steps_back < reach)"""
NATURAL_LOGARITHM = """def entropy(weights):
    safe = weights.clamp(min=torch.finfo(weights.dtype).tiny)
    return -(weights * safe.log()).sum(dim=-1)"""
IN_PLACE = """def silence_head(per_head, head):
    per_head[:, head] = 0
    return per_head"""
CRASH = "def banded(size, reach):\n    raise RuntimeError('not today')"
LEAVES = "def entropy(weights):\n    import os\n    os._exit(3)"
WORSE: dict[str, dict[str, str]] = {  # what each student changed of the solved homework
    "ada": {},
    "bob": {BANDED: ONE_TOO_NARROW},
    "cyd": {ENTROPY: NATURAL_LOGARITHM},
    "dan": {SILENCE: IN_PLACE},
    "eve": {BANDED: CRASH},
    "fay": {ENTROPY: LEAVES},
    "gus": {BANDED: "def banded(", RELATIVE: "1/0"},
    "hal": {BANDED: ONE_TOO_NARROW, ENTROPY: NATURAL_LOGARITHM, SILENCE: IN_PLACE},
    "ivy": {BANDED: ONE_TOO_NARROW},  # as bob's
}
NAMES = [*WORSE, "jon", "kim", "leo"]  # a blank one, an unreadable one, and nothing


def solved(changed: dict[str, str] | None = None, note: str = "") -> bytes:
    """The solved homework with some answers changed; `note` tells one from another."""
    return handed_in("solutions", changed or {}, note)


def blank() -> bytes:
    """The homework as it was handed out."""
    return handed_in("lectures", {}, "")


def handed_in(tree: str, changed: dict[str, str], note: str) -> bytes:
    """A notebook of the course, without outputs."""
    made: dict[str, Any] = json.loads((checkout() / tree / "w07_attention" / "homework.ipynb").read_bytes())
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = changed.get(id, "".join(cell["source"]))
        if note and id == BANDED:
            cell["source"] += f"\n# {note}"
    return json.dumps(made).encode()


def small_class(folder: Path) -> Classroom:
    """The class of twelve, collected."""
    files = {f"{name}.ipynb": solved(changed) for name, changed in WORSE.items()}
    return collected(folder, NAMES, files | {"jon.ipynb": blank(), "kim.ipynb": b"{ no notebook"})


def large_class(folder: Path, size: int) -> Classroom:
    """So many students, of each ten one without a homework, one with an unreadable one and two with equal ones."""
    names = [f"s{number:03d}" for number in range(size)]
    files = {}
    for number, name in enumerate(names):
        if number % 10 != 1:
            same = number - 1 if number % 10 == 5 else number
            files[f"{name}.ipynb"] = b"{" if number % 10 == 2 else homework(f"return {same}")
    return collected(folder, names, files)


def collected(folder: Path, names: list[str], files: dict[str, bytes]) -> Classroom:
    """A class folder with these files handed in, all in time."""
    source = folder.parent / f"{folder.name}-in"
    source.mkdir(parents=True)
    for name, data in files.items():
        (source / name).write_bytes(data)
    classroom = Classroom.create(folder, [Student(name) for name in names])
    collect(source, WEEK, classroom, now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    shutil.rmtree(source)
    return classroom


def copied(classroom: Classroom, folder: Path) -> Classroom:
    """The same class, with the same secret seed, elsewhere."""
    shutil.copytree(classroom.root, folder)
    return Classroom.open(folder)


def made_up(job: Job, task: Task) -> Marked:
    """Marks that depend on the submission alone, without running it."""
    assignment = load_assignment(job.week)
    nothing = Submission(task.student, job.week, sha256=task.sha256)
    marked = unmarked(assignment, nothing, provenance_of(assignment, job.seed, job.kind))
    digits = iter(task.sha256)
    questions = [
        replace(each, points=round(each.out_of * int(next(digits), 16) / 15, 2), status="wrong", reason=task.sha256[:9])
        for each in marked.questions
    ]
    return replace(marked, questions=tuple(questions))


def making_up(before: Callable[[], None] = lambda: None) -> Callable[[Job, list[Task]], Iterator[Marked]]:
    """A Run that marks nothing really. `before` is called before each."""

    def run(job: Job, tasks: list[Task]) -> Iterator[Marked]:
        for task in tasks:
            before()
            yield made_up(job, task)

    return run


def book_of(classroom: Classroom) -> dict[str, list[tuple[Any, ...]]]:
    """What the gradebook holds, but for times."""
    return contents(f"sqlite:///{classroom.root / 'gradebook.db'}")


def results_of(classroom: Classroom) -> dict[str, Any]:
    """Every file in the folder of results by its name, but for the seconds that marking took."""
    folder = classroom.week(WEEK).results
    files = {file.name: json.loads(file.read_text()) for file in folder.iterdir()}
    return {name: {**content, "seconds": 0} for name, content in files.items()}


def plain(marked: Marked) -> dict[str, Any]:
    """Marks without the seconds they took."""
    return as_json(replace(marked, seconds=0.0))


def kept(classroom: Classroom) -> int:
    """How many submissions are marked and known."""
    file = classroom.root / "marks.db"
    if not file.exists():
        return 0
    store = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return int(store.execute("SELECT count(*) FROM marks").fetchone()[0])
    except sqlite3.Error:  # its table is not there yet
        return 0
    finally:
        store.close()
