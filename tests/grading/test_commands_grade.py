"""From a campus download to marks, pages and tables: the commands as a teacher types them, one after the other."""

import csv
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_lib.exercises.engine.registry import exercises
from tests.grading.campus import lay_zip
from tests.grading.small_class import BANDED, ENTROPY, NATURAL_LOGARITHM, ONE_TOO_NARROW, blank, solved

# A cell that looks for what only the marker may know: sentences of the exercises, wherever Python keeps an object.
SPY = """
import gc, hashlib, importlib, sys
DIGESTS = @DIGESTS@
found = [name for name in sys.modules if name.startswith(("course_lib.exercises.w0", "course_lib.exercises.w1"))]
for thing in gc.get_objects():
    held = list(thing.values()) if type(thing) is dict else list(thing) if type(thing) in (list, tuple) else []
    for text in held:
        if type(text) is str and 30 < len(text) < 300:
            found += [text] if hashlib.md5(text.encode("utf-8", "replace")).hexdigest() in DIGESTS else []
try:
    importlib.import_module("course_lib.exercises.w07.homework_distance")
    found.append("imported")
except ImportError:
    pass
if found:
    raise KeyError(found)
"""


def course(folder: Path, *words: str, expect: int = 0) -> str:
    """What a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "course_lib.cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def secrets() -> list[str]:
    """Sentences that stand in the hidden tests and nowhere in what students get."""
    mistakes = [each for exercise in exercises("w07") for each in exercise.mistakes.values()]
    return [each.nudge for each in mistakes if len(each.nudge) > 30]


@pytest.fixture(scope="module")
def teacher(bwrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder in which `course grade download.zip w07` was run, and what it printed."""
    folder = tmp_path_factory.mktemp("teacher")
    (folder / "roster.csv").write_text("id,name,email\nana,Ana Ruiz,\nbo,Bo Ng,\ncy,Cy Wu,\ndi,Di Ode,\nel,El Ba,\n")
    spying = json.loads(solved())
    source = SPY.replace("@DIGESTS@", repr({hashlib.md5(each.encode()).hexdigest() for each in secrets()}))
    spying["cells"].append({"cell_type": "code", "id": "spy", "metadata": {}, "source": source, "outputs": []})
    lay_zip(
        folder / "download.zip",
        {
            "ana.ipynb": solved(),
            "bo.ipynb": solved({BANDED: ONE_TOO_NARROW, ENTROPY: NATURAL_LOGARITHM}),
            "cy.ipynb": blank(),
            "di.ipynb": json.dumps(spying).encode(),
        },
    )
    yield folder, course(folder, "grade", "download.zip", "w07", "--roster", "roster.csv", "--workers", "1")


def test_one_command_marks_and_writes_every_page(teacher: tuple[Path, str]) -> None:
    folder, said = teacher
    room = folder / "download-class"
    assert "4 of 5 students handed in" in said
    assert "ana     16 of 16   3  5  4  4" in said
    assert "el       0 of 16   nothing was handed in" in said
    assert "The columns: A band (3), A bias for distance (5), How wide does a head listen? (4), Switch" in said
    assert "4 points more are yours to give, for answers in words: 3 wrote one" in said
    assert "4 marked in" in said
    assert sorted(page.stem for page in (room / "w07" / "feedback").iterdir()) == ["ana", "bo", "cy", "di", "el"]
    page = (room / "w07" / "feedback" / "bo.html").read_text()
    assert "known mistake" in page
    assert "Bo Ng" in (room / "w07" / "report.html").read_text() or "bo" in (room / "w07" / "report.html").read_text()
    with sqlite3.connect(room / "gradebook.db") as book:
        [(count,)] = book.execute("SELECT count(*) FROM student")
        assert count == 5


def test_a_second_run_changes_nothing_and_verify_agrees(teacher: tuple[Path, str]) -> None:
    folder, _ = teacher
    room = folder / "download-class"
    files = [path for path in (room / "w07").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    said = course(folder, "grade", "download-class", "--marks-only", "--workers", "1")
    assert "0 marked in" in said
    assert "The book changed in 0 rows" in said
    assert {path: path.read_bytes() for path in files} == before
    assert "4 of 4 submissions marked again: 0 differences." in course(
        folder, "grade", "download-class", "--verify", "0", "--workers", "1"
    )


def test_a_mark_that_was_changed_by_hand_is_found(teacher: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(teacher[0] / "download-class", tmp_path / "class")
    file = tmp_path / "class" / "w07" / "results" / "cy.json"
    marked = json.loads(file.read_text())
    marked["questions"][0] |= {"points": 3.0, "status": "right"}
    file.write_text(json.dumps(marked))
    said = course(tmp_path, "grade", "class", "--verify", "0", "--workers", "1", expect=1)
    assert "cy, w07.banded: points was 3.0, now 0.0" in said


def test_marks_come_out_as_tables_and_for_the_formgrader(teacher: tuple[Path, str]) -> None:
    folder, _ = teacher
    course(folder, "export", "download-class", "--out", "marks.csv")
    rows = list(csv.DictReader(io.StringIO((folder / "marks.csv").read_text(encoding="utf-8-sig"))))
    assert {row["id"]: row["points"] for row in rows} == {"ana": "16", "bo": "10.5", "cy": "0", "di": "16", "el": "0"}
    heads = "Student,ID,SIS User ID,SIS Login ID,Section,Week 7 homework (9)"
    (folder / "canvas.csv").write_text(f"{heads}\n    Points Possible,,,,,20\nAna Ruiz,1,,ana,A,\n")
    course(folder, "export", "download-class", "--canvas", "canvas.csv", "--out", "back.csv")
    assert "Ana Ruiz,1,,ana,A,16" in (folder / "back.csv").read_text()
    assert "jupyter lab" in course(folder, "formgrader", "download-class")
    assert (folder / "download-class" / "formgrader" / "autograded" / "ana" / "w07" / "homework.ipynb").is_file()


def test_the_hidden_tests_are_nowhere_a_student_or_a_submission_can_look(teacher: tuple[Path, str]) -> None:
    folder, said = teacher
    assert "di      16 of 16" in said
    marked = json.loads((folder / "download-class" / "w07" / "results" / "di.json").read_text())
    assert marked["remarks"] == []  # the spy found nothing
    course(folder, "release", "w07", "--out", "w07.zip")
    with zipfile.ZipFile(folder / "w07.zip") as made:
        handed_out = "".join(made.read(name).decode() for name in made.namelist())
    pages = {path.stem: path.read_text() for path in (folder / "download-class" / "w07" / "feedback").iterdir()}
    assert not [each for each in secrets() if each in handed_out]
    for student in ("ana", "cy", "di", "el"):
        assert not [each for each in secrets() if each in pages[student]], student
    seed = str(json.loads((folder / "download-class" / "class.json").read_text())["seed"])
    assert not any(seed in page for page in [*pages.values(), handed_out])


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    assert "which class?" in course(tmp_path, "grade", expect=2)
    (tmp_path / "work").mkdir()
    assert "Name it: course grade work w07" in course(tmp_path, "grade", "work", expect=2)
    assert "is not the folder of a class" in course(tmp_path, "feedback", "work", expect=2)
