"""Which tests stay together on one worker, and which begin first: the longest, so that no worker waits at the end.

A file is one unit, since its fixtures may be made once for it. Files of notebooks fall apart into one unit a notebook.
What a unit took is remembered in pytest's cache; without that, as in a fresh clone, the kinds below stand in.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from fnmatch import fnmatch
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

SECONDS = "course/seconds"  # the name in pytest's cache
BY_PARAMETER = ("tests/notebooks/", "tests/authoring/test_homework.py")
"""Where tests share nothing but what their parameter names: `file[w07_attention/lecture.ipynb]` is a unit."""
KINDS = (
    "tests/notebooks/",
    "tests/authoring/test_new_week.py",
    "tests/exercises/test_every_exercise.py",
    "tests/browser/",
    "tests/exercises/",
    "tests/authoring/",
    "tests/grading/",
    "tests/test_",  # types and style, environments
    "tests/models/",
    "tests/site/",
    "tests/train",
)
"""What takes longest, most first, where no run has told yet."""

SLOW = (
    *(f"tests/grading/{folder}/*" for folder in ("attacks", "demo", "gradebook", "inside", "marking")),
    "tests/authoring/test_new_week.py",
    "tests/exercises/test_every_exercise.py",
    "tests/exercises/test_other_right_answers_*",
    "tests/exercises/test_undeclared_*",
    "tests/models/test_*_shipped.py",
    "tests/test_bootstrap.py",
)
"""What `make quick` leaves out besides browsers, notebooks and sandboxes: whole classes, databases, thousands
of answers to exercises, trained networks measured again, environments made from nothing."""


def is_slow(nodeid: str, fixtures: Collection[str]) -> bool:
    """True for what `make quick` leaves out; whoever opens a sandbox asks for `bwrap`, itself or by a fixture."""
    return "bwrap" in fixtures or any(fnmatch(nodeid.partition("::")[0], each) for each in SLOW)


def unit(nodeid: str) -> str:
    """The tests that run one after the other on one worker: those of a file, or of one notebook."""
    file, _, name = nodeid.partition("::")
    _, opens, parameter = name.partition("[")
    return f"{file}[{parameter}" if opens and file.startswith(BY_PARAMETER) else file


def priority(name: str, seconds: Mapping[str, float]) -> tuple[int, float]:
    """How early a unit begins, the least first. Notebooks lead, since homework is marked from what they gave."""
    kind = next((number for number, begin in enumerate(KINDS) if name.startswith(begin)), len(KINDS))
    if kind and name in seconds:
        return 1, -seconds[name]
    if kind:
        return 2, kind
    return 0, -seconds.get(name, 600.0 if "/lecture.ipynb" in name else 0.0)


def longest_first(items: list[pytest.Item], seconds: Mapping[str, float]) -> None:
    """Sort the tests by their units; inside a unit they keep their order."""
    items.sort(key=lambda item: priority(unit(item.nodeid), seconds))


class Units(LoadScopeScheduling):
    """Deals out units in the order in which the workers collected them."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False  # by the number of tests says little about their seconds
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


class Seconds:
    """What each unit took, added up while tests report and remembered for the next run."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.tests: Counter[str] = Counter()

    def add(self, report: pytest.TestReport) -> None:
        """Count one phase of one test."""
        self.of[unit(report.nodeid)] += report.duration  # type: ignore[assignment]
        self.tests[report.nodeid] += report.duration  # type: ignore[assignment]

    def remember(self, config: pytest.Config) -> None:
        """Keep them beside what is known of units that did not run now."""
        if (cache := getattr(config, "cache", None)) is not None:
            rounded = {name: round(value, 1) for name, value in self.of.items()}
            cache.set(SECONDS, known_seconds(config) | rounded)


def known_seconds(config: pytest.Config) -> dict[str, float]:
    """What units took in earlier runs; {} where pytest keeps no cache."""
    cache = getattr(config, "cache", None)
    return dict(cache.get(SECONDS, {})) if cache is not None else {}
