"""Who gets a second try: what asks a browser or a clock, and nothing else; every try is told."""

import subprocess
import sys
from pathlib import Path

SAMPLE = """
import pytest

tries = {}

def fails_at_first(name, failures=1):
    tries[name] = tries.get(name, 0) + 1
    assert tries[name] > failures

@pytest.mark.browser
def test_page(): fails_at_first("page")

@pytest.mark.timed
def test_clock(): fails_at_first("clock", 2)

def test_law(): fails_at_first("law")

@pytest.mark.browser
def test_broken_page(): fails_at_first("broken", 99)
"""


def test_only_browsers_and_clocks_are_asked_again(tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    root = Path(__file__).parents[1]
    options = [f"--rootdir={tmp_path}", f"--config-file={root / 'pyproject.toml'}", "-p", "no:cacheprovider"]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "tests.conftest", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=root,
    ).stdout
    assert "2 failed, 2 passed, 4 rerun" in told, told
    assert sorted(set(names(told, "FAILED"))) == ["test_broken_page", "test_law"], told
    assert sorted(names(told, "RERUN")) == ["test_broken_page", "test_clock", "test_clock", "test_page"], told


def names(told: str, begin: str) -> list[str]:
    """The tests named in the summary's lines that begin so."""
    return [line.partition("::")[2].split()[0] for line in told.splitlines() if line.startswith(begin)]
