"""Notebooks from before go on working: every old name gives the new thing, and says what it is called now."""

import ast
import importlib
import json
import subprocess
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_lib import former_names
from course_lib.authoring.places import checkout
from course_lib.former_names import MODULES, former


def fresh(code: str) -> str:
    """What a fresh Python prints, its warnings included."""
    done = subprocess.run([sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("old", MODULES)
def test_an_old_module_is_the_new_one_and_says_so(old: str) -> None:
    said = fresh(f"import sys, {old}, {MODULES[old]}\nprint(sys.modules[{old!r}] is sys.modules[{MODULES[old]!r}])")
    assert said.startswith("True")
    assert f"{old} is called {MODULES[old]} now" in said


def test_a_module_below_an_old_one_is_not_loaded_twice() -> None:
    said = fresh(
        "from course_lib.doctor.finding import Finding as old\n"
        "from course_lib.setup.doctor.finding import Finding as new\n"
        "import course_lib.setup.doctor.finding as now\nprint(old is new, now.__spec__.name)"
    )
    assert said.startswith("True course_lib.setup.doctor.finding")


def test_the_new_names_say_nothing() -> None:
    assert fresh("from course_lib.curriculum.weeks import WEEKS\nfrom course_lib.setup.doctor import examine_all") == ""


def test_a_name_that_never_was_is_refused_as_ever() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'course_lib\.wekks'"):
        importlib.import_module("course_lib.wekks")


def test_old_names_in_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("a_module")
    module.new, module.__getattr__ = 1, former("a_module", {"old": "new", "gone": "course_lib.errors.CourseError"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "a_module", module)
    with pytest.warns(FutureWarning, match=r"a_module\.old is called a_module\.new now"):
        assert module.old == 1
    with pytest.warns(FutureWarning, match=r"a_module\.gone is called course_lib\.errors\.CourseError now"):
        assert module.gone.__name__ == "CourseError"
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        module.other  # noqa: B018


def given_before() -> list[tuple[str, str]]:
    """Every (module, name) that a notebook of the course has imported so far; lines are added, never removed."""
    lines = Path(__file__).with_name("former_imports.txt").read_text(encoding="utf-8").splitlines()
    return [(module, name) for module, _, name in (line.partition(" ") for line in lines)]


def test_whatever_a_notebook_ever_imported_is_still_there() -> None:
    gone = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        for module, name in given_before():
            try:
                exec(f"from {module} import {name}", {})
            except ImportError as error:
                gone.append(str(error))
    assert gone == []


def test_the_list_holds_what_the_notebooks_import_today() -> None:
    today = {pair for file in (checkout() / "solutions").rglob("*.ipynb") for pair in imported(file)}
    assert len(today) > 100
    missing = sorted(today - set(given_before()))
    assert missing == [], "add these lines to tests/former_imports.txt, so that they go on working when they move"


def imported(notebook: Path) -> Iterator[tuple[str, str]]:
    """What the code of a notebook takes from the course."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        code = "".join(line for line in cell["source"] if not line.lstrip().startswith(("%", "!")))
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "course_lib":
                yield from ((str(node.module), each.name) for each in node.names)


def test_every_new_place_exists() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for new in former_names.MODULES.values():
            assert importlib.import_module(new)
