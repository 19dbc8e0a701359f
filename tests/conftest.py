"""What every test shares: a seed, a learner's folder of its own, who runs when, and tables of what it all cost."""

import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.scheduling import Seconds, Units, is_slow, known_seconds, longest_first
from tests.week_parts import BUDGET, seconds_of_weeks

SPENT = Seconds()


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


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker what units took in earlier runs: all have to sort their tests alike."""
    node.workerinput["seconds"] = known_seconds(node.config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Units:
    """Deal out files, and notebooks one by one, the longest first."""
    return Units(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try again what asks a browser or a clock: on a shared machine either may come late. Each second try is listed."""
    if hasattr(config, "workerinput"):
        longest_first(items, config.workerinput["seconds"])
    for item in items:
        if is_slow(item.nodeid, getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
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


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what each unit took; a worker reports to the controller, which sees all."""
    SPENT.add(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remember it for the order of the next run."""
    if not hasattr(session.config, "workerinput"):
        SPENT.remember(session.config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the notebooks cost, and what the tests of each week took."""
    tell_notebooks(terminalreporter)
    weeks = {week: spent for week, spent in seconds_of_weeks(SPENT.tests).items() if spent >= 1}
    if weeks:
        terminalreporter.section(f"seconds of tests a week, of {BUDGET['seconds']}")
        terminalreporter.line("  ".join(f"{week} {spent:.0f}" for week, spent in weeks.items()))


def tell_notebooks(terminalreporter: pytest.TerminalReporter) -> None:
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
