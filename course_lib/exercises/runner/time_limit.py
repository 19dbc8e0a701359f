"""A time limit that a learner's `except:` cannot swallow for ever.

A watching thread asks the interpreter to raise TimeUp, again and again at short, uneven intervals; on the main thread
of Linux and macOS an alarm signal does so first, because it also wakes a sleeper. After a few swallowed rings each
TimeUp, as it is made, asks for the next one: then every step of the interpreter raises, and no `except` can keep up.
What nothing inside a process can interrupt: one single call into C that never comes back.
"""

import ctypes
import functools
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

PATIENT_RINGS = 4  # after so many swallowed rings, ring at every step

_ask = ctypes.PYFUNCTYPE(None, ctypes.c_ulong, ctypes.py_object)(("PyThreadState_SetAsyncExc", ctypes.pythonapi))


class TimeUp(BaseException):
    """The allowance is used up. Not an Exception, so that `except Exception` lets it pass."""


class Alarm:
    """What both alarms share: a TimeUp of their own, and the way to make it ask for the next one."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(seconds, 1e-3)
        self.inside = False  # is the candidate running? Only then may a ring raise
        self.rings = 0
        self.depth = sys.getrecursionlimit()
        self.target = threading.get_ident()
        self.kind: Any = type("TimeUp", (TimeUp,), {})

    def swallowed(self) -> float:
        """Count a ring -> seconds until the next. From some ring on, be insistent."""
        self.rings += 1
        if self.rings >= PATIENT_RINGS and self.inside:
            # Pure C on purpose: a Python function here would be interrupted by the very ring it asks for.
            self.kind.__init__ = staticmethod(functools.partial(_ask, self.target, self.kind))
        if self.rings >= PATIENT_RINGS:
            sys.setrecursionlimit(sys.getrecursionlimit() + 50)  # endless recursion leaves a ring no room to be made
        return 0.01 + (self.rings * 0.0071) % 0.03


class ThreadAlarm(Alarm):
    """Rings by an asynchronous exception from a watching thread."""

    patience = 0.0  # seconds beyond the limit before the thread begins

    def start(self) -> None:
        """Begin to watch."""
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.watch, name="course time limit", daemon=True)
        self.thread.start()

    def watch(self) -> None:
        """What the watching thread does: wait, then ring until it is told to stop."""
        wait = self.seconds + self.patience
        while not self.done.wait(wait):
            wait = self.swallowed()
            if self.inside:
                _ask(self.target, self.kind)

    def stop(self) -> None:
        """Stop watching; the recursion limit is put back."""
        self.done.set()
        self.thread.join()
        sys.setrecursionlimit(self.depth)


class SignalAlarm(ThreadAlarm):
    """Rings by SIGALRM, which also wakes a sleeper; the thread helps where recursion leaves the handler no room to run.

    The handler and timer that were there before are put back.
    """

    patience = 0.2

    def start(self) -> None:
        super().start()
        self.before = signal.signal(signal.SIGALRM, self.ring)
        self.started = time.monotonic()
        self.theirs = signal.setitimer(signal.ITIMER_REAL, self.seconds, 0.017)

    def ring(self, number: int, frame: FrameType | None) -> None:
        """What the alarm signal does: set the next one, and raise if the candidate is running."""
        signal.setitimer(signal.ITIMER_REAL, self.swallowed(), 0.017)
        if self.inside:
            raise self.kind

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        super().stop()
        signal.signal(signal.SIGALRM, signal.SIG_DFL if self.before is None else self.before)
        left, interval = self.theirs
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - self.started), 1e-3), interval)


def can_signal() -> bool:
    """Signals reach only the main thread, and Windows has no alarm."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def call_within(
    seconds: float, function: Callable[..., Any], *args: Any, **options: Any
) -> tuple[Any, BaseException | None]:
    """Call a function with a time limit -> (its value, what it raised). Never raises itself."""
    alarm: SignalAlarm | ThreadAlarm = SignalAlarm(seconds) if can_signal() else ThreadAlarm(seconds)
    value: Any = None
    error: BaseException | None = None
    alarm.start()
    try:
        alarm.inside = True
        value = function(*args, **options)
        alarm.inside = False
    except BaseException as caught:  # noqa: BLE001 (also SystemExit and KeyboardInterrupt: the notebook must live on)
        alarm.inside = False  # these two lines call nothing, so that no ring can come between
        alarm.kind.__init__ = BaseException.__init__
        error = caught
    while True:
        try:
            alarm.stop()
            return value, error
        except TimeUp:  # one was still on its way; asking Python to forget it (a NULL) would hang a profiled 3.11
            alarm.kind.__init__ = BaseException.__init__
