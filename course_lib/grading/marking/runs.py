"""Who does the marking: workers of this machine, or a cluster. The same tasks go in and the same marks come out."""

from collections.abc import Callable, Iterator

from course_lib.grading.marking.worker import Job, Task
from course_lib.grading.records import Marked

Run = Callable[[Job, list[Task]], Iterator[Marked]]


def on_this_machine(workers: int) -> Run:
    """So many processes side by side."""

    def run(job: Job, tasks: list[Task]) -> Iterator[Marked]:
        from course_lib.grading.marking.pool import Pool

        with Pool(job, workers) as pool:
            yield from pool.run(tasks)

    return run


def on_a_cluster(address: str) -> Run:
    """The workers of a Dask scheduler, such as tcp://127.0.0.1:8786."""

    def run(job: Job, tasks: list[Task]) -> Iterator[Marked]:
        from course_lib.grading.marking.cluster import mark_on

        yield from mark_on(address, job, tasks)

    return run
