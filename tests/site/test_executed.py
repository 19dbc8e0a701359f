"""What a run gave is taken again exactly as long as the same run would give it again."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_output

from course_lib.authoring import run
from course_lib.authoring.cells import as_text, text
from course_lib.errors import CourseError
from course_lib.site import executed as module
from course_lib.site.executed import executed
from course_lib.viz.show import FINER
from tests.site.made_up import lecture, place

FILES = ["data/alignment.py", "viz/style.py"]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A notebook in a folder, a store, and a kernel that only counts; `source()` asks for the notebook."""
    course = tmp_path / "course_lib"
    for name in FILES:
        (course / name).parent.mkdir(parents=True)
        (course / name).write_text(f"# {name}")
    monkeypatch.setattr(module, "ROOT", course)
    here = place(top=tmp_path / "solutions")
    here.path.parent.mkdir(parents=True)
    runs: list[str] = []

    def execute(made: Any, folder: Path) -> tuple[str | None, dict[str, Any]]:
        assert folder == here.path.parent
        assert os.environ[FINER] == module.DPI
        runs.append(here.name)
        for cell in made.cells:
            if cell.cell_type == "code":
                cell.outputs = [new_output("stream", name="stdout", text=f"run {len(runs)}")]
        made.metadata["widgets"] = {"state": len(runs)}
        return ask.trouble, {"files": FILES}

    monkeypatch.setattr(run, "execute", execute)

    def ask(force: bool = False) -> Any:
        return executed(here, tmp_path / "store", lambda line: None, force)

    ask.runs, ask.path, ask.course, ask.store = runs, here.path, course, tmp_path / "store"  # type: ignore[attr-defined]
    ask.trouble, ask.write = None, lambda made: here.path.write_text(as_text(made), encoding="utf-8")  # type: ignore[attr-defined]
    ask.write(lecture())  # type: ignore[attr-defined]
    return ask


def said(made: Any) -> set[str]:
    return {cell.outputs[0].text for cell in made.cells if cell.cell_type == "code"}


def test_the_second_time_nothing_is_run(source: Any) -> None:
    first, second = source(), source()
    assert FINER not in os.environ, "other pictures stay as they are"
    assert len(source.runs) == 1
    assert said(first) == said(second) == {"run 1"}
    assert second.metadata.widgets == {"state": 1}


def test_prose_is_always_that_of_the_file(source: Any) -> None:
    source()
    changed = lecture()
    changed.cells[0].source = "# Another title"
    changed.cells.insert(1, text("w07-new", "A new paragraph."))
    source.write(changed)
    made = source()
    assert len(source.runs) == 1
    assert made.cells[0].source == "# Another title" and made.cells[1].source == "A new paragraph."


@pytest.mark.parametrize("change", ["code", "a module", "a module goes", "dots", "force", "store", "half a store"])
def test_it_runs_again_when_what_it_stands_on_changed(source: Any, change: str, monkeypatch: Any) -> None:
    source()
    (kept,) = source.store.glob("*.json")
    if change == "code":
        changed = lecture()
        changed.cells[4].source += "\nprint('more')"
        source.write(changed)
    elif change == "a module":
        (source.course / FILES[1]).write_text("# other colours")
    elif change == "a module goes":
        (source.course / FILES[0]).unlink()
    elif change == "dots":
        monkeypatch.setattr(module, "DPI", "300")
    elif change == "store":
        kept.unlink()
    elif change == "half a store":
        kept.write_text(kept.read_text()[:-40])
    assert said(source(force=change == "force")) == {"run 2"}
    assert said(source()) == {"run 2"}, "and what it gave is kept"


def test_another_file_of_the_course_costs_no_run(source: Any) -> None:
    source()
    (source.course / "unused.py").write_text("x = 1")
    source()
    assert len(source.runs) == 1


def test_a_cell_that_fails_is_named_and_nothing_is_kept(source: Any) -> None:
    source.trouble = "cell w07-1-hand: ValueError: no"
    with pytest.raises(CourseError, match=r"solutions/w07_attention/lecture.ipynb does not run.*w07-1-hand"):
        source()
    source.trouble = None
    assert not list(source.store.glob("*")) and said(source()) == {"run 2"}


def test_a_store_that_cannot_be_written_is_told(source: Any) -> None:
    source.store.write_text("in the way")
    with pytest.raises(CourseError, match="keep what a notebook shows"):
        source()


def test_what_is_kept_is_plain_json(source: Any) -> None:
    source()
    (kept,) = source.store.glob("*.json")
    assert sorted(json.loads(kept.read_text())) == ["cells", "code", "dpi", "files", "widgets"]
