"""Every assertion about the wall clock is marked `timed`, so that it is tried again on a busy machine."""

import ast
from pathlib import Path

import pytest

from tests.wall_clock import unmarked

TESTS = Path(__file__).parent


def test_whoever_asks_the_clock_says_so() -> None:
    files = [file for file in sorted(TESTS.rglob("*.py")) if "benchmarks" not in file.parts]
    assert len(files) > 100
    found = [
        f"{file.relative_to(TESTS)}:{line} {name} compares the wall clock: mark it `timed`, or ask time.process_time()"
        for file in files
        for line, name in unmarked(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert found == [], "\n".join(found)


ASKS = {
    "at once": "begun = time.monotonic()\n    work()\n    assert time.monotonic() - begun < 2",
    "by name": "begun = perf_counter()\n    took = perf_counter() - begun\n    assert 1 < took < 2",
    "in a list": "spans = []\n    a = time.time()\n    spans.append(time.time() - a)\n    assert min(spans) < 2",
    "beside another": "a = time.time()\n    took, x = time.time() - a, 1\n    assert x == 1 and took <= 2",
    "by a factor": "a = time.perf_counter_ns()\n    b = time.perf_counter_ns()\n    assert (b - a) / 1e9 < 2",
}
DOES_NOT = {
    "a deadline": "until = time.monotonic() + 60\n    while time.monotonic() < until:\n        pass\n    assert done",
    "processor time": "a = time.process_time()\n    assert time.process_time() - a < 2",
    "another name": "a = time.time()\n    took, x = time.time() - a, 1\n    assert x < 2",
    "no comparison": "a = time.time()\n    assert say(time.time() - a)",
}


@pytest.mark.parametrize("body", ASKS.values(), ids=ASKS)
def test_an_unmarked_comparison_is_found(body: str) -> None:
    text = f"def test_it():\n    {body}\n"
    assert [name for _, name in unmarked(ast.parse(text))] == ["test_it"]
    assert list(unmarked(ast.parse(f"@pytest.mark.timed\n{text}"))) == []
    assert list(unmarked(ast.parse(f"pytestmark = [pytest.mark.browser, pytest.mark.timed]\n{text}"))) == []


@pytest.mark.parametrize("body", DOES_NOT.values(), ids=DOES_NOT)
def test_what_asks_no_clock_needs_no_mark(body: str) -> None:
    assert list(unmarked(ast.parse(f"def test_it():\n    {body}\n"))) == []
