"""The same marks from a Dask cluster: a real scheduler and two workers on this machine, one of them killed midway."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.places import checkout
from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom
from course_lib.grading.marking import cluster
from course_lib.grading.marking.grade import grade, tasks_of
from course_lib.grading.marking.question_marks import DOWN
from course_lib.grading.marking.runs import on_a_cluster
from course_lib.grading.marking.worker import Job, Task
from tests.grading.small_class import WEEK, book_of, copied, made_up, results_of
from tests.grading.walled import family, still_run

try:
    from dask.distributed import Client, WorkerPlugin
except ImportError:
    if os.environ.get("CI") == "true":
        raise
    pytest.skip("Dask is not installed: pip install -e .[grading]", allow_module_level=True)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed here")
NOBODY_THERE = "tcp://127.0.0.1:9"  # the discard port: nothing listens
JOB = Job(WEEK, 5)


@dataclass
class Dask:
    """A scheduler of its own, on a port that was free, and what was started beside it."""

    folder: Path
    processes: list[subprocess.Popen[bytes]]
    address: str = ""

    def start(self, *words: str) -> None:
        """One command of Dask."""
        own = {"PYTHONPATH": str(checkout()), "OMP_NUM_THREADS": "1", "DASK_TEMPORARY_DIRECTORY": str(self.folder)}
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            command = [sys.executable, "-m", "dask", *words]
            self.processes.append(
                subprocess.Popen(
                    command, env=os.environ | own, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
                )
            )

    def log(self) -> str:
        """What they said."""
        return "\n".join(file.read_text()[-2000:] for file in self.folder.glob("*.log"))


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A scheduler without workers; at the end nothing of it is left."""
    dask = Dask(tmp_path_factory.mktemp("dask"), [])
    there = dask.folder / "scheduler.json"
    dask.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(there))
    try:
        until = time.monotonic() + 60
        while not there.exists() and time.monotonic() < until:
            time.sleep(0.05)
        with Client(scheduler_file=str(there), timeout=60, set_as_default=False) as client:
            dask.address = client.scheduler.address
        yield dask
    finally:
        everybody = {pid for each in dask.processes for pid in family(each.pid)}
        for each in reversed(dask.processes):
            each.terminate()
        for each in reversed(dask.processes):
            try:
                each.wait(15)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
        until = time.monotonic() + 15
        while still_run(everybody) and time.monotonic() < until:
            time.sleep(0.1)
        assert not still_run(everybody), "workers or sandboxes outlived the cluster"


@pytest.fixture(scope="module")
def workers(scheduler: Dask) -> Iterator[Client]:
    """The cluster with its two workers."""
    places = ["--host", "127.0.0.1", "--local-directory", str(scheduler.folder)]
    scheduler.start(
        "worker", scheduler.address, "--nworkers", "2", "--nthreads", "1", "--nanny", "--no-dashboard", *places
    )
    with Client(scheduler.address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=90)
        yield client


def test_a_scheduler_without_workers_is_told(scheduler: Dask) -> None:
    with pytest.raises(CourseError, match=rf"{scheduler.address} has no workers; `dask worker {scheduler.address}"):
        list(cluster.mark_on(scheduler.address, JOB, [Task("ada", "", b"")]))


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(CourseError, match=f"there is no Dask scheduler at {NOBODY_THERE}.*`dask scheduler` starts one"):
        list(cluster.mark_on(NOBODY_THERE, JOB, []))
    for address in ("nonsense://127.0.0.1:8786", "127.0.0.1:8786", "tcp://127.0.0.1"):
        with pytest.raises(CourseError, match=f"'{address}' is no address of a Dask scheduler; one looks like tcp:"):
            list(cluster.mark_on(address, JOB, []))


def test_no_dask_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(CourseError, match=r"pip install 'neural-architectures\[grading\]'"):
        list(cluster.mark_on(NOBODY_THERE, JOB, []))


def test_workers_of_another_version_are_told(workers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_lib.__version__", "9.9")
    with pytest.raises(CourseError, match=r"has course \d\S+, and this machine 9\.9; install the same"):
        list(cluster.mark_on(workers.scheduler.address, JOB, []))


def test_one_killed_midway_and_the_marks_are_those_of_this_machine(
    workers: Client,
    scheduler: Dask,
    collected_class: Classroom,
    marked_class: Classroom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "CHUNK", 1)
    classroom = copied(collected_class, tmp_path / "class")
    pids = workers.run(os.getpid)
    assert len(set(pids.values())) == 2
    rows: list[str] = []
    killed: list[int] = []

    def run(job: Job, tasks: list[Task]) -> Iterator[Any]:
        for row in on_a_cluster(scheduler.address)(job, tasks):
            rows.append(row.student)
            at_work = [name for name, keys in workers.processing().items() if keys and name in pids]
            if len(rows) >= 2 and not killed and at_work:
                killed.append(pids[at_work[0]])
                os.kill(killed[0], signal.SIGKILL)
            yield row

    done = grade(classroom, WEEK, run)
    assert killed, f"none could be killed while it worked: {scheduler.log()}"
    assert Counter(rows) == Counter(dict.fromkeys(rows, 1)) and len(rows) == done.new == 9
    assert results_of(classroom) == results_of(marked_class)
    assert book_of(classroom) == book_of(marked_class)


class Deadly(WorkerPlugin):
    """Workers that mark nothing, and die of one student's submission."""

    def __init__(self, student: str) -> None:
        self.student = student

    def setup(self, worker: Any) -> None:
        """In every worker, also in those that take the place of the dead."""

        def mark(job: Job, task: Task) -> Any:
            if task.student == self.student:
                os.kill(os.getpid(), signal.SIGKILL)
            return made_up(job, task)

        cluster.marker_for = lambda job: job  # type: ignore[assignment, return-value]
        cluster.mark = mark  # type: ignore[assignment]


def test_a_submission_that_ends_every_worker_has_a_row_and_spoils_no_others(
    workers: Client, scheduler: Dask, collected_class: Classroom
) -> None:
    workers.register_plugin(Deadly("cyd"))
    workers.run_on_scheduler(no_second_chance)
    rows = [each for each in collected_class.submissions(WEEK) if not each.problem]
    tasks = list(tasks_of(collected_class, rows, {each.student: each.student for each in rows}, {}))
    marks = list(cluster.mark_on(scheduler.address, JOB, tasks))
    assert Counter(each.student for each in marks) == Counter(each.student for each in rows)
    assert {each.student for each in marks if each.problem == DOWN} == {"cyd"}


def no_second_chance(dask_scheduler: Any) -> None:
    """Give up after the first worker, not after the fourth: a death costs seconds."""
    dask_scheduler.allowed_failures = 0
