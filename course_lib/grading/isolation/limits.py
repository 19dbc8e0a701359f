"""What one job may use, and how it ended."""

from dataclasses import dataclass, fields
from typing import Literal

from course_lib.errors import CourseError

Why = Literal["done", "failed", "crashed", "cpu time", "wall time", "hung up", "sandbox lost"]
"""done: the entry returned.  failed: it raised, or left with another exit code than 0.  crashed: a signal ended it
(also memory that ran out in C).  hung up: the marker closed its end.  sandbox lost: the warm parent died under it."""


@dataclass(frozen=True)
class Limits:
    """What one job may use. The marker counts `output_bytes`; everything else is kept by the sandbox itself."""

    wall_seconds: float = 60.0
    cpu_seconds: int = 30  # whole seconds: the kernel counts in them
    memory_mb: int = 1024  # address space beyond what the warm parent already has
    disk_mb: int = 64  # /tmp, and as much again in /dev/shm
    files: int = 64  # open at once
    output_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**40:
                raise CourseError(f"{each.name} must be a number above 0; got {value!r}")
            if each.type is int and not isinstance(value, int):
                raise CourseError(f"{each.name} must be a whole number; got {value!r}")


@dataclass(frozen=True)
class Ended:
    """How a job ended, as the warm parent saw it from outside: the job itself has no say in this."""

    why: Why
    exit: int | None = None  # the exit code, when it left by itself
    signal: int | None = None  # the signal that ended it
    seconds: float = 0.0  # by the clock, from the fork to the end
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0  # what it shares with the warm parent is counted too
