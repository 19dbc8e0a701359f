"""Tests stand where what they test stands: tests/layers/test_attention.py tests course_lib/layers/attention.py.

A name may say more after the module's: `test_sandbox_walls.py` tests `sandbox.py`. What tests a whole, and no module
alone, is in `WHOLES` with the reason.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ELSEWHERE = {"training": "training"}  # what trains the shipped weights stands beside the library
BESIDE = {"benchmarks", "browser", "notebooks", "peers"}
"""Folders that mirror nothing: they try the whole course, in a browser or a kernel."""
WHOLES = {
    r"exercises/test_(undeclared|other_right_answers|answers)_w\d\d": "answers to the exercises of one week",
    "exercises/test_every_exercise": "what must hold for every exercise",
    "exercises/test_kernel": "exercises in a kernel of Jupyter",
    "exercises/test_newcomers": "what newcomers do to a check",
    "exercises/runner/test_limits": "time, output and calls: each limit stops an answer",
    "exercises/predictions/test_predict": "`predict` from the cell to the class's counts",
    r"grading/test_commands_(collect|grade)": "the verbs of cli/ that need what `make grader` installs",
    "grading/attacks/test_attacks": "what a submission may try against the whole marker",
    "authoring/lints/test_lints": "every lint, each on a text that breaks it",
    "models/test_molecule_shipped": "the trained molecule model, its file and the molecules it makes",
    "viz/test_draw": "every still picture",
}


def strangers(root: Path) -> Iterator[str]:
    """Test files whose names say no module of their package and that are no test of a whole."""
    for file in sorted((root / "tests").rglob("test_*.py")):
        inside = file.relative_to(root / "tests")
        package = inside.parts[0]
        if len(inside.parts) == 1 or package in BESIDE:
            continue
        if any(re.fullmatch(whole, inside.with_suffix("").as_posix()) for whole in WHOLES):
            continue
        home = root / ELSEWHERE.get(package, f"course_lib/{package}") / Path(*inside.parent.parts[1:])
        modules = [each.stem for each in home.glob("*") if each.suffix == ".py" or (each / "__init__.py").exists()]
        named = file.stem.removeprefix("test_")
        if not any(f"{named}_".startswith(f"{module}_") for module in modules):
            yield inside.as_posix()


def test_every_test_names_what_it_tests() -> None:
    assert list(strangers(ROOT)) == []


@pytest.mark.parametrize("whole", WHOLES)
def test_every_whole_is_there(whole: str) -> None:
    tests = (file.relative_to(ROOT / "tests").with_suffix("") for file in (ROOT / "tests").rglob("test_*.py"))
    assert any(re.fullmatch(whole, test.as_posix()) for test in tests)


def test_a_stranger_is_found(tmp_path: Path) -> None:
    for name in (
        "course_lib/layers/attention.py",
        "course_lib/setup/doctor/__init__.py",
        "tests/layers/test_attention.py",
        "tests/layers/test_attention_masked.py",
        "tests/layers/test_attentive.py",
        "tests/layers/test_norm.py",
        "tests/setup/test_doctor.py",
        "tests/models/test_attention.py",
        "tests/test_anything.py",
        "tests/browser/test_any_page.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(strangers(tmp_path)) == ["layers/test_attentive.py", "layers/test_norm.py", "models/test_attention.py"]
