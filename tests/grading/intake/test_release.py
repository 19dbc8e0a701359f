"""The students' zip: always the same bytes, nothing of the answers in it, and a list that every file is checked by."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from course_lib import __version__
from course_lib.authoring.build import build, read
from course_lib.authoring.cells import as_text
from course_lib.authoring.cut import answers
from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.errors import CourseError
from course_lib.exercises.engine.registry import exercises
from course_lib.grading.intake.release import check_release, release

LECTURE, HOMEWORK = "w07_attention/lecture.ipynb", "w07_attention/homework.ipynb"
CANARY = "w07_attention/canary-4711"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Week 7 alone, built: what others work on in this checkout does not matter."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(checkout() / "solutions" / "w07_attention", root / "solutions" / "w07_attention")
    build(root=root)
    return root


@pytest.fixture
def changing(course: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(course, tmp_path / "course"))


@pytest.fixture(scope="module")
def released(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release("w07", tmp_path_factory.mktemp("out"), course)


def rewritten(file: Path, change: dict[str, bytes | None], more: tuple[tuple[str, bytes], ...] = ()) -> Path:
    """The same zip with some files exchanged, gone (None) or added."""
    with zipfile.ZipFile(file) as old:
        files = [(name, old.read(name)) for name in old.namelist()]
    made = file.with_name(f"{file.stem}-{len(list(file.parent.iterdir()))}.zip")
    with zipfile.ZipFile(made, "w") as new:
        for name, data in [*files, *more]:
            if (content := change.get(name, data)) is not None:
                new.writestr(name, content)
    return made


def test_the_zip_holds_the_students_copies_and_says_what_it_is(course: Path, released: Path) -> None:
    assert released.name == f"w07_attention-{__version__}.zip"
    with zipfile.ZipFile(released) as opened:
        assert opened.namelist() == ["README.txt", "manifest.json", HOMEWORK, LECTURE]
        for name in (LECTURE, HOMEWORK):
            assert opened.read(name) == (course / "lectures" / name).read_bytes()
        about = json.loads(opened.read("manifest.json"))
        readme = opened.read("README.txt").decode()
    assert (about["course"], about["week"]) == (__version__, "w07")
    assert {each["id"]: each["points"] for each in about["exercises"]} == {
        each.id: each.points for each in exercises("w07")
    }
    assert [each["name"] for each in about["files"]] == ["README.txt", HOMEWORK, LECTURE]
    assert __version__ in readme
    assert "Hand in the file homework.ipynb" in readme
    assert check_release(released) == []


def test_no_answer_is_in_the_zip(course: Path, released: Path) -> None:
    with zipfile.ZipFile(released) as opened:
        everything = b"\n".join(opened.read(name) for name in opened.namelist()).decode()
    texts = [
        line
        for place in notebooks(course / "solutions")
        for _, text in answers(read(place))
        for line in text.split("\n")
    ]
    own = [line for line in texts if len(line) > 40]
    assert len(own) > 10
    assert [line for line in own if json.dumps(line)[1:-1] in everything] == []


def test_the_same_version_gives_the_same_bytes(changing: Path, released: Path, tmp_path: Path) -> None:
    for file in changing.rglob("*.ipynb"):
        file.touch()
    assert release("w07", tmp_path / "again.zip", changing).read_bytes() == released.read_bytes()
    with zipfile.ZipFile(released) as opened:
        assert {(each.date_time, each.create_system, each.compress_type) for each in opened.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 3, zipfile.ZIP_STORED)
        }


def test_a_stale_or_missing_copy_is_not_released(changing: Path, tmp_path: Path) -> None:
    source = Place(changing / "solutions", LECTURE)
    made = read(source)
    made.cells[0].source += "\nOne more word."
    source.path.write_text(as_text(made), encoding="utf-8")
    with pytest.raises(CourseError, match=f"lectures/{LECTURE} is stale: run `course build`"):
        release("w07", tmp_path / "out.zip", changing)
    (changing / "lectures" / LECTURE).unlink()
    with pytest.raises(CourseError, match=f"lectures/{LECTURE} is missing"):
        release("w07", tmp_path / "out.zip", changing)
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize("name", [LECTURE, HOMEWORK])
@pytest.mark.parametrize("leak", ["answer", "canary", "marker"])
def test_a_copy_that_gives_something_away_is_not_released(changing: Path, tmp_path: Path, name: str, leak: str) -> None:
    """Also where the source itself leaks, so that the copy is up to date."""
    source = Place(changing / "solutions", name)
    made = read(source)
    text = max((text for _, text in answers(made)), key=len)
    prose = next(cell for cell in made.cells if cell.cell_type == "markdown" and "nbgrader" not in cell.metadata)
    if leak == "marker":
        prose.metadata["note"] = "### BEGIN HIDDEN TESTS"
    else:
        prose.source += f"\n```\n{text}```" if leak == "answer" else f"\n<!-- {CANARY} -->"
    source.path.write_text(as_text(made), encoding="utf-8")
    build(root=changing)
    with pytest.raises(CourseError) as caught:
        release("w07", tmp_path / "out.zip", changing)
    left = {
        "answer": "gives away the answer",
        "canary": "'canary' is left in it",
        "marker": "'BEGIN HIDDEN TESTS' is left",
    }
    assert left[leak] in str(caught.value)
    assert "stale" not in str(caught.value)
    assert not (tmp_path / "out.zip").exists()


def test_what_differs_is_named(released: Path) -> None:
    assert check_release(rewritten(released, {LECTURE: b"{}"}))[0].startswith(
        f"{LECTURE} differs: 2 bytes, released with"
    )
    with zipfile.ZipFile(released) as opened:
        same_size = opened.read(HOMEWORK).replace(b"banded", b"bandes")
    assert [each[: len(HOMEWORK) + 8] for each in check_release(rewritten(released, {HOMEWORK: same_size}))] == [
        f"{HOMEWORK} differs"
    ]
    assert check_release(rewritten(released, {"README.txt": None})) == ["README.txt is missing"]
    assert check_release(rewritten(released, {}, (("evil.py", b"1"),))) == ["evil.py is not in the manifest"]
    with pytest.warns(UserWarning, match="Duplicate name"):
        doubled = rewritten(released, {}, ((LECTURE, b"{}"),))
    assert check_release(doubled) == [f"{LECTURE} is there 2 times"]


def test_what_is_no_release_is_told(course: Path, released: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="has no manifest"):
        check_release(rewritten(released, {"manifest.json": None}))
    with pytest.raises(CourseError, match="is damaged"):
        check_release(rewritten(released, {"manifest.json": b'{"files": [1]}'}))
    (tmp_path / "x.zip").write_bytes(b"no")
    with pytest.raises(CourseError, match="not a whole zip"):
        check_release(tmp_path / "x.zip")
    with pytest.raises(CourseError, match="there is no week 'w99'"):
        release("w99", tmp_path)
    with pytest.raises(CourseError, match="w01 has no notebooks yet; these weeks have: w07"):
        release("w01", tmp_path, course)
