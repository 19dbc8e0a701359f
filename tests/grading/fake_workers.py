"""Workers that mark nothing, for tests of who gets which task. They start without torch."""

import os
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.grading.records import Marked


@dataclass(frozen=True)
class FakeJob:
    """What Pool needs of a Job."""

    week: str = "w07"
    seed: int = 5
    kind: str = "none"


@dataclass(frozen=True)
class FakeTask:
    """As Task. `data` says what happens: seconds to wait, or "kill", or "kill once FILE"."""

    student: str
    data: bytes = b"0"
    sha256: str = ""


def live(line: Connection, job: FakeJob) -> None:
    """Answer every task with a row that says which process made it."""
    line.send("ready")
    try:
        while True:
            task = line.recv()
            what, _, file = task.data.decode().partition(" once ")
            if what == "kill" and not (file and Path(file).exists()):
                if file:
                    Path(file).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(0.0 if what == "kill" else float(what))
            line.send(Marked(task.student, job.week, task.sha256, (), remarks=(str(os.getpid()),)))
    except (EOFError, BrokenPipeError):
        return


def stillborn(line: Connection, job: FakeJob) -> None:
    """Never gets ready."""
    os._exit(3)


def refuse(line: Connection, job: FakeJob) -> None:
    """There can be no sandbox."""
    line.send(CourseError("bubblewrap is not installed"))


def dawdle(line: Connection, job: FakeJob) -> None:
    """The first to come is ready at once, the others take half a minute; none listens to an end."""
    first = Path(job.kind)
    try:
        first.touch(exist_ok=False)
    except FileExistsError:
        time.sleep(30)
    live(line, job)
