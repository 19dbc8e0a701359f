"""What a worker does: open a sandbox once, then mark what it is sent, one submission after the other."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.sandbox import COURSE, MODULES, Sandbox
from course_lib.grading.isolation.trusted import Trusted
from course_lib.grading.marking.assignment import load_assignment
from course_lib.grading.marking.marking import CELLS_SECONDS, Marker
from course_lib.grading.marking.pace import MOST
from course_lib.grading.marking.provenance import provenance_of
from course_lib.grading.marking.question_marks import given_up
from course_lib.grading.records import Marked

ENTRY = "course_lib.grading.inside.child:serve"
TAKE_AWAY = "course_lib.grading.inside.stand_ins:take_away"
DRAWING = ("course_lib.viz.show", "course_lib.viz.style", "course_lib.kernel.seed", "course_lib.kernel.budget")


@dataclass(frozen=True)
class Task:
    """One submission to be marked."""

    student: str
    sha256: str
    data: bytes


@dataclass(frozen=True)
class Job:
    """What all tasks of a run share."""

    week: str
    seed: int
    trusted: bool = False

    @property
    def kind(self) -> str:
        """The walls, as they are written into every mark."""
        return (Trusted if self.trusted else Sandbox).kind()


@contextmanager
def open_marker(job: Job) -> Iterator[Marker]:
    """A marker with its sandbox, for as long as the block lasts. Raises CourseError where there can be no sandbox."""
    import torch

    torch.set_num_threads(1)
    assignment = load_assignment(job.week)
    longest = sum(each.exercise.seconds or 5.0 for each in assignment.questions)
    seconds = CELLS_SECONDS + 2 * longest  # a right answer is judged with two seeds
    limits = Limits(wall_seconds=2 * MOST * seconds, cpu_seconds=int(seconds) + 1)
    own = [each.partition(":")[0] for each in assignment.references]
    modules = [*MODULES, *DRAWING, *own, *assignment.modules]
    hide = [COURSE, *places_of(assignment.libraries)]
    prepare = {TAKE_AWAY: assignment.withheld}  # each submission asks for it, too, and finds it done
    kind = Trusted if job.trusted else Sandbox
    with kind([ENTRY], modules=loadable(modules), hide=hide, prepare=prepare) as sandbox:
        yield Marker(assignment, lambda: sandbox.job(limits), provenance_of(assignment, job.seed, job.kind))


def places_of(libraries: list[str]) -> Iterator[Path]:
    """The folders and files of those libraries that are installed."""
    from importlib.util import find_spec

    for name in libraries:
        if (found := find_spec(name)) is not None:
            yield from (Path(each) for each in found.submodule_search_locations or [found.origin or ""])


def loadable(names: list[str]) -> list[str]:
    """Those that are modules here: `from x import y` may name either."""
    from importlib.util import find_spec

    found = []
    for name in dict.fromkeys(names):
        try:
            if find_spec(name) is not None:
                found.append(name)
        except (ImportError, AttributeError, ValueError):  # its parent is no package, or is not installed
            continue
    return found


def work(line: Connection, job: Job) -> None:
    """The whole life of a worker process. Ctrl-C is the business of whoever started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with open_marker(job) as marker:
            line.send("ready")
            while (task := line.recv()) is not None:
                line.send(mark(marker, task))
    except CourseError as error:
        line.send(error)
    except (EOFError, BrokenPipeError):  # nobody is there any more
        return


def mark(marker: Marker, task: Task) -> Marked:
    """The marks of one task."""
    return marker.mark(task.student, task.sha256, task.data)


def give_up(job: Job, task: Task) -> Marked:
    """The row of a task that ends whoever marks it."""
    assignment = load_assignment(job.week)
    return given_up(assignment, task.student, task.sha256, provenance_of(assignment, job.seed, job.kind))
