"""A time limit inside the sandbox, for the sake of a good message. The marker's own clock stands behind it.

What counts is the processor's time, so that an answer is not punished for a busy machine. Who merely waits is stopped
by the clock on the wall.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

TICK = 0.02  # seconds
IDLE = 0.1  # below this share of the processor something sleeps rather than works


class TimeUp(BaseException):
    """The time is used up."""


class Alarm:
    """When time is up: after `seconds` of the processor, of idle waiting, or `wall` seconds of anything."""

    def __init__(self, seconds: float, wall: float) -> None:
        self.seconds, self.wall = seconds, wall
        self.began, self.used = time.monotonic(), time.process_time()

    @property
    def is_over(self) -> bool:
        """Is the time used up?"""
        wall, used = time.monotonic() - self.began, time.process_time() - self.used
        return used >= self.seconds or wall >= self.wall or (wall >= self.seconds and used < IDLE * wall)

    def ring(self, number: int, frame: FrameType | None) -> None:
        """What the signal does at every tick, also after it was swallowed."""
        if self.is_over:
            raise TimeUp


@contextmanager
def within(seconds: float, wall: float) -> Iterator[Alarm]:
    """Raise TimeUp in the block when it takes longer; a block that swallows it hears it again."""
    alarm = Alarm(seconds, wall)
    signal.signal(signal.SIGALRM, alarm.ring)
    signal.setitimer(signal.ITIMER_REAL, max(min(TICK, seconds), 1e-3), TICK)
    try:
        yield alarm
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
