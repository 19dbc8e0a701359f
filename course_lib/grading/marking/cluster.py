"""Marking on a Dask cluster: the same tasks, in chunks; a worker that dies has its chunks done by another.

Dask gives a chunk up when four workers died that it was with, running or waiting; at the end each submission of such a
chunk is tried again, with nothing else on the cluster.
"""

import atexit
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from course_lib.errors import CourseError
from course_lib.grading.marking.marking import Marker
from course_lib.grading.marking.worker import Job, Task, give_up, mark, open_marker
from course_lib.grading.plain_records import as_json, from_json
from course_lib.grading.records import Marked

CHUNK = 10  # submissions that go to a worker together
AHEAD = 60  # chunks that the scheduler holds: enough for 30 workers, and 30 MB of ordinary notebooks
ADDRESS = re.compile(r"(tcp|tls)://\S+:\d{1,5}")
PATIENCE = 10  # seconds to reach the scheduler
MISSING = "a cluster needs Dask: pip install 'neural-architectures[grading]' on every machine of it"

_here = ExitStack()  # this process's markers, one an assignment, kept open between chunks
_markers: dict[Job, Marker] = {}
_one_at_a_time = threading.Lock()


def mark_on(address: str, job: Job, tasks: list[Task]) -> Iterator[Marked]:
    """Mark them on the cluster behind that scheduler, in whatever order they are done.

    Raises CourseError when there is no Dask, no scheduler, no worker, or workers of another version of the course.
    """
    try:
        from dask.distributed import Client, KilledWorker, as_completed
    except ImportError:
        raise CourseError(MISSING) from None
    if not ADDRESS.fullmatch(address):  # Dask would leave a broken client behind
        raise CourseError(f"{address!r} is no address of a Dask scheduler; one looks like tcp://127.0.0.1:8786")
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise CourseError(f"there is no Dask scheduler at {address} ({error}); `dask scheduler` starts one") from error
    with client:
        check_workers(client, address)
        waiting = deque(tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK))
        alone = deque[Task]()
        at_work: dict[Any, list[Task]] = {}
        done = as_completed([], loop=client.loop, with_results=True, raise_errors=False)
        while waiting or alone or at_work:
            is_last = not waiting and not at_work
            if is_last:
                waiting.append([alone.popleft()])
            while waiting and len(at_work) < AHEAD:
                chunk = waiting.popleft()
                future = client.submit(mark_chunk, [asdict(task) for task in chunk], asdict(job), pure=False)
                at_work[future.key] = chunk
                done.add(future)
            future, answer = next(done)
            chunk = at_work.pop(future.key)
            if future.status == "finished":
                yield from (from_json(Marked, each) for each in answer)
            elif not isinstance(answer[1], KilledWorker):
                raise CourseError(f"the cluster could not mark a chunk: {answer[1]}")
            elif is_last:
                yield give_up(job, chunk[0])
            else:
                alone.extend(chunk)


def check_workers(client: Any, address: str) -> None:
    """Raises CourseError unless there are workers, with the same course as here."""
    from course_lib import __version__

    versions = client.run(course_version)
    if not versions:
        raise CourseError(f"the scheduler at {address} has no workers; `dask worker {address} --nthreads 1` starts one")
    if other := {name: each for name, each in versions.items() if each != __version__}:
        name, found = next(iter(other.items()))
        raise CourseError(f"the worker {name} has course {found}, and this machine {__version__}; install the same")


def course_version() -> str:
    """The version that a worker would mark with."""
    from course_lib import __version__

    return __version__


def mark_chunk(chunk: list[dict[str, Any]], job: dict[str, Any]) -> list[dict[str, Any]]:
    """What a worker does: mark a few submissions in the sandbox that this process keeps open."""
    with _one_at_a_time:
        marker = marker_for(Job(**job))
        return [as_json(mark(marker, Task(**task))) for task in chunk]


def marker_for(job: Job) -> Marker:
    """This process's marker for an assignment; its sandbox is closed when the process ends."""
    if job not in _markers:
        if not _markers:
            atexit.register(_here.close)
        _markers[job] = _here.enter_context(open_marker(job))
    return _markers[job]
