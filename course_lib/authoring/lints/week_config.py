"""The file week.toml beside a week's notebooks: the terms it must say, where part A ends, and what it may leave undone.

terms = ["softmax", "attention weight"]     # the field's words, each bold at first use
part_a_ends_before = "7.7"                  # the first section that is not part of the core

[exceptions]                                # a lint that this week does not pass yet, and why
letters = "K is the width of a head and the matrix of keys until the lecture is rewritten."
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.errors import CourseError

FILE = "week.toml"
REASON = 20  # letters that a reason has at least
KEYS = {"terms", "part_a_ends_before", "exceptions"}


@dataclass(frozen=True)
class WeekConfig:
    """What a week declares of itself. `exceptions`: the reason for each lint that it does not pass yet."""

    terms: tuple[str, ...] = ()
    part_a_ends_before: str = ""
    exceptions: Mapping[str, str] = field(default_factory=dict)


def read_config(folder: Path, lints: set[str]) -> WeekConfig:
    """Read the week.toml of a week's folder. Raises CourseError that says what is missing or wrong with it."""
    file = folder / FILE
    name = f"{folder.name}/{FILE}"
    try:
        made = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CourseError(f"{name} is missing: it lists the week's terms; copy one from another week") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{name} is not TOML: {error}") from error
    if unknown := made.keys() - KEYS:
        raise CourseError(f"{name} says {min(unknown)!r}; it may say {', '.join(sorted(KEYS))}")
    terms, exceptions = made.get("terms", []), made.get("exceptions", {})
    if not isinstance(terms, list) or not all(isinstance(each, str) and each.strip() for each in terms):
        raise CourseError(f"{name}: terms should be a list of words, not {terms!r}")
    if not isinstance(exceptions, dict):
        raise CourseError(f"{name}: exceptions should be a table, [exceptions], not {exceptions!r}")
    for lint, reason in exceptions.items():
        if lint not in lints:
            raise CourseError(f"{name}: there is no lint {lint!r}; there are {', '.join(sorted(lints))}")
        if not isinstance(reason, str) or len(reason.strip()) < REASON:
            raise CourseError(f"{name}: the exception {lint!r} needs a reason of {REASON} letters or more")
    return WeekConfig(tuple(terms), str(made.get("part_a_ends_before", "")), exceptions)
