"""Run a learner's function so that nothing it does can hurt the notebook."""

import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from course_lib.exercises.runner.forbidden_calls import Forbidden, ForbiddenCall, watching
from course_lib.exercises.runner.surroundings import (
    OUTPUT_LIMIT,
    Capped,
    TooMuchOutput,
    caught_output,
    limited_memory,
    own_names,
)
from course_lib.exercises.runner.time_limit import TimeUp, call_within

SECONDS = 5.0


def allowed_seconds(own: float | None = None) -> float:
    """The exercise's own limit, else COURSE_CHECK_SECONDS, else 5 seconds."""
    return own or float(os.environ.get("COURSE_CHECK_SECONDS", SECONDS))


@dataclass(frozen=True)
class Outcome:
    """What one guarded call did."""

    value: Any = None
    error: BaseException | None = None
    stopped: str | None = None  # "time", "output" or "interrupt"
    forbidden: str | None = None  # the name of what it called and may not
    printed: str = ""


class Guard:
    """One allowance of time and output, shared by all the calls of one check."""

    def __init__(self, seconds: float, forbidden: Forbidden | None = None) -> None:
        self.seconds = self.left = seconds
        self.forbidden = forbidden
        self.output_left = OUTPUT_LIMIT

    def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Outcome:
        """Call the function under the guard. Never raises, whatever the function does."""
        stream = Capped(self.output_left)
        began = time.monotonic()
        watcher = watching(self.forbidden) if self.forbidden else nullcontext()
        with own_names(), caught_output(stream), limited_memory(), watcher as watch:
            value, error = call_within(self.left, function, *args, **options)
        self.left -= time.monotonic() - began
        self.output_left = stream.left
        stopped = None
        if stream.over or isinstance(error, TooMuchOutput):
            stopped = "output"
        elif isinstance(error, TimeUp) or self.left <= 0:
            stopped = "time"
        elif isinstance(error, KeyboardInterrupt):
            stopped = "interrupt"
        seen = watch.seen if watch is not None else None
        if isinstance(error, ForbiddenCall) and seen is None:
            seen = "something it may not"
        return Outcome(value, error, stopped, seen, stream.text)

    def text_of(self, thing: Any) -> str:
        """str(thing), where also that may be the learner's code and fail."""
        said = call_within(0.2, lambda: str.__str__(str(thing)))[0]
        return str(said[:500]) if type(said) is str else "(its message cannot be read)"
