"""A week made with `course new-week` passes the course's own tests before anyone writes a line of it.

The whole flow runs once, in a copy of this checkout: the command, the test files that walk over weeks, then the build.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_lib.authoring import new_week_files
from course_lib.authoring.new_week import NOTE, TABLE, new_week, put, undo
from course_lib.authoring.new_week_files import as_notebook, files_of, placeholders
from course_lib.authoring.places import checkout
from course_lib.cli import main
from course_lib.curriculum.weeks import WEEKS
from course_lib.errors import CourseError
from tests.browser.harness import find_chromium
from tests.test_files import complaints
from tests.test_imports import breaches

PARTS = ("course_lib", "tests", "solutions", "lectures", "pyproject.toml", "README.md")
FREE = [week for week in WEEKS.values() if not (checkout() / "solutions" / week.folder).exists()]
WEEK = FREE[0] if FREE else None
TITLE = "Another name, for a test's sake"
UNWRITTEN = pytest.mark.skipif(WEEK is None, reason="all sixteen weeks are written")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course, of the written weeks week 7 alone, in which the command was typed."""
    assert WEEK is not None
    root = tmp_path_factory.mktemp("checkout")
    for name in PARTS:
        part, skip = checkout() / name, shutil.ignore_patterns("__pycache__", ".*", "w0[1-689]_*", "w1?_*")
        shutil.copytree(part, root / name, ignore=skip) if part.is_dir() else shutil.copy(part, root)
    said = course(root, "new-week", WEEK.id, "--title", TITLE)
    assert said.returncode == 0, said.stderr
    assert f"solutions/{WEEK.folder}/lecture.ipynb\n" in said.stdout
    return root


def course(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command of the course that stands in `root`."""
    return run(root, "course_lib.cli", *arguments)


def run(root: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A module of the present environment in another checkout, which comes first on the path."""
    own = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    own = {name: value for name, value in own.items() if not name.startswith(("PYTEST_", "COURSE_TEST", "COURSE_HOME"))}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=root, env=own, capture_output=True, text=True, check=False, timeout=300)


@UNWRITTEN
def test_the_new_week_passes_the_tests_that_walk_over_weeks(made: Path) -> None:
    """Its solutions ran when they were made; here its copies with blank answers have to find what those found."""
    assert WEEK is not None
    files = [f"tests/{part}/test_{WEEK.name}.py" for part in ("layers", "widgets")]
    files += [f"tests/browser/test_{WEEK.name}_page.py"] if find_chromium() else []
    files += ["tests/exercises/test_every_exercise.py", f"tests/exercises/test_answers_{WEEK.id}.py"]
    files += [f"tests/grading/marking/test_{part}.py" for part in ("assignment", "remote", "marking")]
    files += ["tests/site/test_lessons.py", "tests/notebooks/test_lectures.py"]
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short", "-rA", "-k", f"{WEEK.id} or {WEEK.name}")
    done = run(made, "pytest", *files, *options)
    assert done.returncode == 0, done.stdout[-6000:]
    passed = re.findall(r"^PASSED (\S+)", done.stdout, re.MULTILINE)
    assert [file for file in files if not any(each.startswith(file) for each in passed)] == []
    assert len(passed) > 100


@UNWRITTEN
def test_its_files_keep_the_rules_for_files(made: Path) -> None:
    assert WEEK is not None
    mine = [name for name in files_of(WEEK, TITLE) if name.startswith("course_lib") and name.endswith(".py")]
    assert len(mine) >= 6
    assert [said for name in mine for said in complaints(made / name, made / "course_lib")] == []
    assert [said for said in breaches(made / "course_lib") if any(said.startswith(name) for name in mine)] == []
    alone = ("--follow-imports=silent", f"--cache-dir={made.parent / 'types'}")  # the rest is typed in test_lint
    done = run(made, "mypy", *alone, *mine)
    assert done.returncode == 0, done.stdout + done.stderr


@UNWRITTEN
def test_the_build_finds_nothing_but_placeholders(made: Path) -> None:
    assert WEEK is not None
    said = course(made, "build", "--check")
    assert said.returncode == 0, said.stdout
    [left] = re.findall(rf"^{WEEK.id} says REPLACE (\d+) times", said.stdout, re.MULTILINE)
    assert int(left) == placeholders(made)[WEEK.id] > 30


@UNWRITTEN
def test_every_file_of_it_says_where_to_write(made: Path) -> None:
    assert WEEK is not None
    silent = {f"course_lib/exercises/{WEEK.id}/__init__.py"}
    for name in files_of(WEEK, TITLE):
        assert (f"REPLACE {WEEK.id}" in (made / name).read_text(encoding="utf-8")) is (name not in silent), name


@UNWRITTEN
def test_the_title_is_the_one_asked_for(made: Path) -> None:
    assert WEEK is not None
    assert f'"{WEEK.name}", "{TITLE}"' in (made / TABLE).read_text(encoding="utf-8")
    for kind in ("solutions", "lectures"):
        assert f"· {TITLE}" in (made / kind / WEEK.folder / "lecture.ipynb").read_text(encoding="utf-8")
    assert f"{TITLE} (lecture)" in (made / "solutions" / WEEK.folder / "lecture.ipynb").read_text(encoding="utf-8")


@UNWRITTEN
def test_a_second_time_is_refused_and_changes_nothing(made: Path) -> None:
    assert WEEK is not None
    before = content(made)
    said = course(made, "new-week", WEEK.id)
    assert said.returncode == 2
    assert said.stderr.startswith(f"{WEEK.id} is written already (")
    assert "nothing was changed" in said.stderr
    assert content(made) == before


OURS = ["--config", 'lint.isort.known-first-party = ["course_lib", "tests"]']  # here most of their files are missing


@pytest.mark.parametrize(("tool", "options"), [("check", OURS), ("format", ["--check", "--exclude", "*.ipynb"])])
def test_every_week_of_the_list_comes_out_clean(tmp_path: Path, tool: str, options: list[str]) -> None:
    """Names are short and long, and a line that fits with one may not fit with another."""
    shutil.copy(checkout() / "pyproject.toml", tmp_path)
    for week in WEEKS.values():
        for name, text in files_of(week, week.title).items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            assert not re.search(r"@(week|number|name|title|Explorer)@", text)
            if name.endswith(".py"):
                ast.parse(text)
    done = subprocess.run(
        [sys.executable, "-m", "ruff", tool, *options, "."], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


REFUSED = {
    "no such week": (
        "w17",
        None,
        r"there is no week 'w17'; .*\(course_lib/curriculum/weeks.py lists them; a week of your own is",
    ),
    "by its name": ("gnn", None, "there is no week 'gnn'; did you mean 'w12'"),
    "by its title": ("Who touches whom", None, "did you mean 'w12'"),
    "written": ("w07", None, r"w07 is written already \(.*course_lib/exercises/w07/__init__.py, .*nothing was changed"),
    "no title": ("w16", "  ", "a title has 1 to 60 characters, .*this one has 0"),
    "long title": ("w16", 61 * "a", "this one has 61"),
    "a quotation mark": ("w16", 'The "right" model', "a title has 1 to 60 characters, without"),
}


@pytest.mark.parametrize(("id", "title", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_kindly(tmp_path: Path, id: str, title: str | None, said: str) -> None:
    shutil.copytree(checkout() / "course_lib" / "exercises" / "w07", tmp_path / "course_lib" / "exercises" / "w07")
    (tmp_path / "solutions" / "w07_attention").mkdir(parents=True)
    before = content(tmp_path)
    with pytest.raises(CourseError, match=said):
        list(new_week(id, title, tmp_path))
    assert content(tmp_path) == before


def test_an_interrupted_run_leaves_no_half_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at each of the files; also after the end of the process, which the next call mends."""
    (tmp_path / "old.txt").write_text("as it was")
    (tmp_path / "kept").mkdir()
    files = {"a/b/new.txt": "1", "old.txt": "2", "kept/c/new.txt": "3", "a/d.txt": "4"}
    before = content(tmp_path)
    for last in range(len(files)):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr("course_lib.authoring.new_week.write_atomically", stops_after(last + 1))
            put(tmp_path, files)
        assert (content(tmp_path), (tmp_path / "a").exists(), (tmp_path / NOTE).exists()) == (before, False, False)
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr("course_lib.authoring.new_week.write_atomically", stops_after(last + 1))
            patched.setattr("course_lib.authoring.new_week.undo", lambda top: None)  # nobody is left to tidy up
            put(tmp_path, files)
        assert (tmp_path / NOTE).exists()
        undo(tmp_path)
        assert (content(tmp_path), (tmp_path / "a").exists(), (tmp_path / NOTE).exists()) == (before, False, False)
    put(tmp_path, files)
    assert content(tmp_path) == {name: text.encode() for name, text in files.items()}


def test_a_week_that_does_not_run_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure is that of a real run in a real copy."""
    assert WEEK is not None
    root, template = tmp_path / "checkout", tmp_path / "template"
    shutil.copytree(
        checkout() / "course_lib", root / "course_lib", ignore=shutil.ignore_patterns("__pycache__", "assets")
    )
    shutil.copy(checkout() / "pyproject.toml", root)
    (root / "solutions").mkdir()
    shutil.copytree(new_week_files.TEMPLATE, template)
    homework = next(template.rglob("homework.ipynb.txt"))
    homework.write_text(
        homework.read_text(encoding="utf-8").replace("import torch\n", "raise ValueError('not today')\n")
    )
    monkeypatch.setattr(new_week_files, "TEMPLATE", template)
    before = content(root)
    with pytest.raises(CourseError, match=f"so nothing was written: .*{WEEK.id}-0-start: ValueError: not today"):
        list(new_week(WEEK.id, root=root))
    assert content(root) == before


def test_a_notebooks_text_begins_with_a_cell() -> None:
    with pytest.raises(ValueError, match="begins with a line such as `%% text 0-title`, not 'Hello"):
        as_notebook("Hello\n%% text 0-title\n# Title", "w05")


def content(root: Path) -> dict[str, bytes]:
    """Every file with its bytes, caches left out."""
    return {name: file.read_bytes() for name, file in walk(root)}


def walk(root: Path) -> Iterator[tuple[str, Path]]:
    """Path from the root, and file."""
    for file in sorted(root.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and ".hypothesis" not in file.parts:
            yield file.relative_to(root).as_posix(), file


def stops_after(times: int):  # type: ignore[no-untyped-def]
    """`write_atomically`, until Ctrl-C arrives: the note is written first, then so many files."""
    from course_lib.paths import write_atomically

    left = [times]

    def write(path: Path, text: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise KeyboardInterrupt
        write_atomically(path, text)

    return write


def test_what_the_page_for_contributors_names_is_there() -> None:
    """Every path and every verb of `course` on it, for the made-up week and name too where the template has them."""
    page = (checkout() / "CONTRIBUTING.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[\w./*-]+", page))
    template = {file.removesuffix(".txt") for file in map(str, new_week_files.TEMPLATE.rglob("*.txt"))}
    paths = {word.rstrip(".") for word in words if re.match(r"(course_lib|tests|lectures|solutions)/|\.ci/", word)}
    own = {each for each in paths if "w05" not in each and "NAME" not in each}
    assert len(own) > 8
    assert [each for each in sorted(own) if not (checkout() / each).exists()] == []
    made = {each.replace("w05", "@week@").replace("NAME", "@name@") for each in paths - own}
    told = {
        each for each in made if not re.search(r"assets|data/|train_|models/|predictions|diagram/", each)
    }  # what only some weeks have
    assert [each for each in sorted(told) if not any(each.rstrip("*/") in file for file in template)] == []
    verbs = set(re.findall(r"`?\bcourse ([a-z]+(?:-[a-z]+)*)(?= --| w05|`)", page))
    assert verbs >= {"new-week", "build", "data"}
    for verb in verbs:
        with pytest.raises(SystemExit, match="0"):
            main([verb, "--help"])
