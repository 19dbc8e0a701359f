"""What every test shares: a seed, a learner's folder of its own, and the table of what notebooks cost."""

import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Send progress to a throw-away folder before anything of the course is imported; data stay where they are."""
    if hasattr(config, "workerinput"):  # a worker inherits both folders from the controller, but keeps its own progress
        os.environ["COURSE_HOME"] = str(Path(os.environ["COURSE_TEST_FOLDER"]) / config.workerinput["workerid"])
        return
    folder = tempfile.mkdtemp(prefix="course-tests-")
    os.environ["COURSE_TEST_FOLDER"] = folder
    os.environ["COURSE_HOME"] = str(Path(folder) / "home")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if not hasattr(config, "workerinput") and "COURSE_TEST_FOLDER" in os.environ:
        shutil.rmtree(os.environ["COURSE_TEST_FOLDER"], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try again what asks a browser or a clock: on a shared machine either may come late. Each second try is listed."""
    for item in items:
        tries = 2 if item.get_closest_marker("timed") else 1 if item.get_closest_marker("browser") else 0
        if tries:
            item.add_marker(pytest.mark.flaky(reruns=tries))


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Every test starts from the same chance, whatever ran before it on this worker."""
    if "torch" in sys.modules:
        from course_lib.kernel.seed import seed_everything

        seed_everything(0)
    else:
        random.seed(0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One row a notebook that ran: what it cost and what it may cost."""
    folder = Path(os.environ["COURSE_TEST_FOLDER"]) / "rows"
    rows = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    if not rows:
        return
    terminalreporter.section("what the notebooks cost")
    terminalreporter.line(f"{'notebook':<44}{'wall s':>8}{'CPU s':>8}{'budget':>8}{'peak MB':>9}{'network':>9}")
    for row in sorted(rows, key=lambda row: row["notebook"]):
        peak = "unknown" if row["peak_mb"] is None else f"{row['peak_mb']:.0f}"
        costs = f"{row['seconds']:>8.1f}{row['cpu_seconds']:>8.1f}{row['budget']:>8}{peak:>9}{row['network']:>9}"
        terminalreporter.line(f"{row['notebook']:<44}{costs}")
