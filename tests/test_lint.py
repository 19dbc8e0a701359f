"""The linter, the formatter and the type checker are tests like any other: one command runs them all."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = [
    "course_lib/layers",
    "course_lib/models",
    "course_lib/train",
]  # what others carry: docstrings begin with a verb


@pytest.mark.parametrize(
    "tool",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "course_lib", "tests", "training"],
        ["ruff", "check", "--select", "D401", "--ignore-noqa", *PUBLIC],
        ["mypy"],
    ],
    ids=["lint", "format", "verbs", "types"],
)
def test_the_tree_is_clean(tool: list[str]) -> None:
    tried = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, f"{' '.join(tool)}:\n{tried.stdout}{tried.stderr}"
