"""One job as the marker sees it: a socket to talk over, a way to end it, and how it ended."""

import contextlib
import socket
import time
from types import TracebackType
from typing import Self

from course_lib.errors import CourseError
from course_lib.grading.isolation.keeper import Keeper, explain
from course_lib.grading.isolation.limits import Ended, Limits

GRACE = 5.0  # seconds that the warm parent may be late with its report before it counts as lost


class Job:
    """A running job. `socket` is a stream to its entry; leaving the `with` block ends the job if it still runs."""

    def __init__(self, own: socket.socket, keeper: Keeper, limits: Limits) -> None:
        self.socket = own
        self._keeper, self._until = keeper, time.monotonic() + limits.wall_seconds + GRACE
        self._ended: Ended | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.socket.close()

    @property
    def over(self) -> bool:
        """Has its end been reported (asked for by `ended` or `kill`)?"""
        return self._ended is not None

    @property
    def ended(self) -> Ended:
        """How it ended; waits until it has. A job ends by its wall time at the latest.

        Raises CourseError when the job could not be shut in and therefore never ran.
        """
        if self._ended is None:
            self._ended = Ended("sandbox lost")  # unless a report says better
            report = self._keeper.hear(max(GRACE, self._until - time.monotonic()))
            if report is None:
                self._keeper.close()
            elif "error" in report:
                raise CourseError(explain(report["error"]))
            else:
                self._ended = Ended(**report)
        return self._ended

    def kill(self) -> Ended:
        """End it now, unless it has ended already, by hanging up. -> how it ended"""
        if self._ended is None:
            with contextlib.suppress(OSError):  # it has hung up itself
                self.socket.shutdown(socket.SHUT_RDWR)
        return self.ended
