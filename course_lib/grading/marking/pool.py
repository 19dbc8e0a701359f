"""Workers side by side on this machine. One that dies loses nothing: its submission goes to a fresh one."""

import contextlib
import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from course_lib.errors import CourseError
from course_lib.grading.marking.worker import Job, Task, give_up, work
from course_lib.grading.records import Marked

TRIES = 2  # a submission that ends two workers is not given to a third
BOOTS = 3  # workers that die before they are ready, in a row


@dataclass
class Worker:
    """A process and the line to it."""

    process: BaseProcess
    line: Connection
    task: Task | None = None  # what it is at
    is_ready: bool = False


class Pool:
    """So many workers for one run. Use it as `with Pool(job, workers) as pool: for marked in pool.run(tasks): ...`.

    live   the whole life of a worker: says "ready", then answers each Task with a Marked, until nobody listens
    """

    def __init__(self, job: Job, workers: int, live: Callable[[Connection, Job], None] = work) -> None:
        """Raises CourseError for fewer than one worker."""
        if workers < 1:
            raise CourseError(f"{workers} workers cannot mark anything; 1 or more can")
        self.job, self.size, self.live = job, workers, live
        self.workers: list[Worker] = []
        self.died = 0  # workers that ended by themselves
        self.unborn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.line.close()  # the worker hears it when it next listens; its sandbox dies with it
            if kind is not None or worker.task is not None or not worker.is_ready:
                worker.process.terminate()
        for worker in self.workers:
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self.workers = []

    def run(self, tasks: Iterable[Task]) -> Iterator[Marked]:
        """Mark them all, in whatever order they are done. Raises CourseError when no worker can be started."""
        waiting, tries = deque(tasks), Counter[int]()
        while len(self.workers) < min(self.size, len(waiting)):
            self.start()
        left = len(waiting)
        while left:
            for worker in self.workers:
                if worker.is_ready and worker.task is None and waiting:
                    self.give(worker, waiting.popleft())
            for line in wait([worker.line for worker in self.workers]):
                worker = next(each for each in self.workers if each.line is line)
                try:
                    said = worker.line.recv()
                except (EOFError, OSError):
                    task = self.bury(worker)
                    if task is not None:
                        tries[id(task)] += 1
                        if tries[id(task)] >= TRIES:
                            left -= 1
                            yield give_up(self.job, task)
                        else:
                            waiting.appendleft(task)
                    if left:
                        self.start()
                    continue
                if isinstance(said, CourseError):
                    raise said
                if isinstance(said, Marked):
                    left, worker.task = left - 1, None
                    yield said
                worker.is_ready, self.unborn = True, 0

    def start(self) -> None:
        """One more worker."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=self.live, args=(theirs, self.job), name="course grader", daemon=False)
        with ctrl_c_is_ours():
            process.start()
        theirs.close()
        self.workers.append(Worker(process, ours))

    def give(self, worker: Worker, task: Task) -> None:
        """Send a task; a worker that has just died is found out when it is next listened to."""
        worker.task = task
        try:
            worker.line.send(task)
        except OSError:
            return

    def bury(self, worker: Worker) -> Task | None:
        """Take a dead worker out -> what it was at. Raises CourseError when none comes to life."""
        self.workers.remove(worker)
        worker.line.close()
        worker.process.join(5)
        self.died += 1
        if not worker.is_ready:
            self.unborn += 1
            if self.unborn >= BOOTS:
                raise CourseError(
                    f"{self.unborn} workers in a row ended before they were ready (exit {worker.process.exitcode}); "
                    "`course doctor` may know why"
                )
        return worker.task


@contextlib.contextmanager
def ctrl_c_is_ours() -> Iterator[None]:
    """A process that is started inside never hears Ctrl-C, from its first moment on; here it is heard afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows: a worker says so itself, a little later
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # or starting a process would start it, and unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
