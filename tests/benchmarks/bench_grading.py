"""What marking a class costs: python -m tests.benchmarks.bench_grading [--nbgrader 20] [--ten-thousand [N]]

Ordinary submissions to a week's homework (`--week w04`; else week 7's), made from its solution with a comment that
changes. Without another flag: what a worker costs to start, submissions a second with two workers and what one of them
takes, and how fast marks that are known are found. `--all-weeks` takes one alone for every week with a homework, once
as it is, and once with a marker that forgets between two submissions what it found right (as if no two answers gave
the same numbers). `--nbgrader 20` marks so many with `nbgrader autograde`, in turn with ours, the same submissions.
`--ten-thousand` marks a class of that size with one worker killed midway and counts what is lost or double;
`--scheduler tcp://...` has it done by a Dask cluster, whose workers must run on this machine.
Wall times depend on what else the machine does; ratios and processor times hardly do.
"""

import argparse
import hashlib
import json
import os
import resource
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from course_lib.authoring.places import checkout, choose
from course_lib.grading.isolation.job import Job as SandboxJob
from course_lib.grading.isolation.limits import Ended
from course_lib.grading.isolation.sandbox import Sandbox
from course_lib.grading.marking.cache import Cache
from course_lib.grading.marking.grade import grade
from course_lib.grading.marking.pool import Pool
from course_lib.grading.marking.runs import on_a_cluster
from course_lib.grading.marking.worker import Job, Task, mark, open_marker
from course_lib.grading.records import Marked
from tests.benchmarks.bench_sandbox import processor_ms
from tests.benchmarks.nbgrader_beside import seconds_of_nbgrader
from tests.grading.small_class import WEEK, collected, making_up, solved
from tests.grading.walled import family

SEED = 20261121
JOB = Job(WEEK, SEED)
AT_ONCE = 2


def right_answers(week: str, note: str) -> bytes:
    """A week's solved homework as it is handed in, without outputs; `note` tells one from another."""
    [place] = [each for each in choose(checkout() / "solutions", [week]) if each.kind == "homework"]
    made = json.loads(place.path.read_bytes())
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            cell["source"] = "".join(cell["source"])
    answers = [cell for cell in made["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    next(cell for cell in answers if cell["cell_type"] == "code")["source"] += f"\n# {note}"
    return json.dumps(made).encode()


def ordinary(count: int, first: int = 0, week: str = WEEK) -> list[Task]:
    """So many right answers, all different files."""
    made = [right_answers(week, f"number {number}") for number in range(first, first + count)]
    return [Task(f"s{n:05d}", hashlib.sha256(data).hexdigest(), data) for n, data in enumerate(made, first)]


def line(what: str, found: str, bar: str) -> None:
    """A row of the table."""
    print(f"  {what:<58}{found:>24}   {bar}", flush=True)


def own_ms() -> float:
    """Processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (used.ru_utime + used.ru_stime)


def one_by_one(count: int, week: str = WEEK, forgetful: bool = False) -> None:
    """A worker's start, and what one submission takes of the clock and of the processor, on both sides of the wall."""
    ends: list[Ended] = []
    opened: list[Sandbox] = []
    kill, enter = SandboxJob.kill, Sandbox.__enter__

    def entered(sandbox: Sandbox) -> Sandbox:
        opened.append(sandbox)
        return enter(sandbox)

    def noted(job: SandboxJob) -> Ended:
        if not job.over:
            ends.append(kill(job))
        return job.ended

    Sandbox.__enter__ = entered  # type: ignore[method-assign, assignment]
    began, used = time.perf_counter(), own_ms()
    with open_marker(Job(week, SEED)) as marker:
        (box,) = opened
        full = sum(each.exercise.points for each in marker.assignment.questions)
        line("a worker starts", f"{time.perf_counter() - began:.1f} s", "")
        line("  of the marker's own processor time", f"{(own_ms() - used) / 1000:.1f} s", "")
        line("  the sandbox in it", f"{box.boot_seconds:.1f} s, {box.rss_mb:.0f} MB", "at most 4 s, 300 MB")
        for task in ordinary(5, week=week):
            mark(marker, task)
        SandboxJob.kill = noted  # type: ignore[method-assign]
        pids = family(box.pid)
        before = processor_ms(pids)
        wall, here, inside = [], [], []
        for task in ordinary(count, 1000, week):
            if forgetful:
                marker.judge.scripts.forget_verdicts()
            ends.clear()
            began, used = time.perf_counter(), own_ms()
            assert mark(marker, task).points == full
            wall.append(1000 * (time.perf_counter() - began))
            here.append(own_ms() - used)
            inside.append(1000 * sum(each.cpu_seconds for each in ends))
        behind = (processor_ms(pids) - before) / count
        SandboxJob.kill, Sandbox.__enter__ = kill, enter  # type: ignore[method-assign]
    both = [a + b for a, b in zip(here, inside, strict=True)]
    line(f"one of {count}, alone: median, p99", f"{middle(wall)} / {late(wall)} ms", "80 / 300 ms")
    here_mean = statistics.mean(here)
    line("  processor time in the marker: mean", f"{here_mean:.1f} ms", "")
    line("  behind the walls, with the warm parent: mean", f"{behind:.1f} ms", "")
    line("  together: mean", f"{here_mean + behind:.1f} ms", "at most 50 ms")
    line("  without the warm parent: median, fastest", f"{middle(both)}, {min(both):.0f} ms", "")


def middle(values: list[float]) -> str:
    """The median."""
    return f"{statistics.median(values):.0f}"


def late(values: list[float]) -> str:
    """What 99 of 100 stay below."""
    return f"{sorted(values)[int(0.99 * len(values)) - 1]:.0f}"


def side_by_side(count: int, week: str = WEEK) -> None:
    """Two workers that are warm."""
    with Pool(Job(week, SEED), AT_ONCE) as pool:
        list(pool.run(ordinary(2 * AT_ONCE, week=week)))
        while not all(each.is_ready for each in pool.workers):
            list(pool.run(ordinary(AT_ONCE, week=week)))
        tasks = ordinary(count, 1000, week)
        began = time.perf_counter()
        rows = list(pool.run(tasks))
        seconds = time.perf_counter() - began
    assert len(rows) == count and all(each.status == "right" for row in rows for each in row.questions)
    took = [1000 * each.seconds for each in rows]
    line(f"{count} with {AT_ONCE} workers", f"{count / seconds:.1f} a second", "at least 20")
    line("  one of them: median, p99", f"{middle(took)} / {late(took)} ms", "80 / 300 ms")


def known(count: int) -> None:
    """Marks that were made before."""
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as folder:
        (row,) = making_up()(JOB, ordinary(1))
        with Cache(Path(folder) / "marks.db") as cache:
            cache.keep((str(number), row) for number in range(count))
            began = time.perf_counter()
            assert len(cache.find(str(number) for number in range(count))) == count
            line(
                f"{count} known marks found", f"{count / (time.perf_counter() - began):,.0f} a second", "at least 5,000"
            )
        size = min(count, 400)
        files = {f"s{number:05d}.ipynb": solved(note=str(number)) for number in range(size)}
        classroom = collected(Path(folder) / "class", [name[:-6] for name in files], files)
        grade(classroom, WEEK, making_up())
        began = time.perf_counter()
        done = grade(classroom, WEEK, making_up())
        assert (done.new, done.changed) == (0, 0)
        line(
            f"a class of {size} marked again, with book and files",
            f"{size / (time.perf_counter() - began):,.0f} a second",
            "",
        )


def beside_nbgrader(count: int) -> None:
    """The same submissions, first ours, then theirs, then ours."""
    tasks = ordinary(count, 5000)
    with open_marker(JOB) as marker:
        mark(marker, tasks[0])

        def ours() -> float:
            began = time.perf_counter()
            for task in tasks:
                mark(marker, task)
            return time.perf_counter() - began

        before = ours()
        theirs, done = seconds_of_nbgrader({task.student: task.data for task in tasks}, limit=60)
        after = ours()
    mine = (before + after) / 2 / count
    line(f"nbgrader autograde, {done} of {count} marked", f"{theirs / done:.2f} s each", "")
    line(f"ours, one worker, the same {count}", f"{1000 * mine:.0f} ms each", "")
    line("  times as fast", f"{theirs / done / mine:.0f}", "at least 50")


def whole_class(count: int, address: str) -> None:
    """Many submissions, one worker killed midway."""
    tasks = ordinary(count)
    killed: list[int] = []
    rows: Counter[str] = Counter()
    points: Counter[float] = Counter()
    began = time.perf_counter()
    for row in (cluster_run if address else pool_run)(address, tasks, lambda: sum(rows.values()) >= count // 2, killed):
        rows[row.student] += 1
        points[row.points] += 1
    seconds = time.perf_counter() - began
    assert killed, "no worker was killed"
    lost, double = count - len(rows), sum(each - 1 for each in rows.values())
    line(f"{count} submissions, a worker killed midway", f"{count / seconds:.1f} a second", "")
    line("  lost, double, not with full marks", f"{lost}, {double}, {count - points[16]}", "0, 0, 0")


def pool_run(_: str, tasks: list[Task], is_time: Callable[[], bool], killed: list[int]) -> Iterator[Marked]:
    """Here."""
    with Pool(JOB, AT_ONCE) as pool:
        for row in pool.run(tasks):
            yield row
            busy = [each.process.pid for each in pool.workers if each.task is not None and each.is_ready]
            if not killed and is_time() and busy:
                killed.append(busy[0] or 0)
                os.kill(killed[0], signal.SIGKILL)


def cluster_run(address: str, tasks: list[Task], is_time: Callable[[], bool], killed: list[int]) -> Iterator[Marked]:
    """On a cluster of this machine."""
    from dask.distributed import Client

    with Client(address, set_as_default=False) as client:
        pids = client.run(os.getpid)
        for row in on_a_cluster(address)(JOB, tasks):
            yield row
            if not killed and is_time():
                busy = [name for name, keys in client.processing().items() if keys and name in pids]
                killed += [pids[name] for name in busy[:1]]
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=200, help="submissions for the rates")
    parser.add_argument("--week", default=WEEK, metavar="W", help="which homework: w04, w07, w08, w12, w14")
    parser.add_argument("--all-weeks", action="store_true", help="one alone, for every homework there is")
    parser.add_argument("--nbgrader", type=int, nargs="?", const=20, metavar="N", help="so many with nbgrader, too")
    parser.add_argument("--ten-thousand", type=int, nargs="?", const=10_000, metavar="N", help="a worker killed midway")
    parser.add_argument("--scheduler", default="", metavar="URL", help="on the Dask cluster there")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if chosen.ten_thousand:
        whole_class(chosen.ten_thousand, chosen.scheduler)
        return
    if chosen.nbgrader:
        beside_nbgrader(chosen.nbgrader)
        return
    if chosen.all_weeks:
        places = choose(checkout() / "solutions", None)
        for week in sorted({each.week or "" for each in places if each.kind == "homework"}):
            for forgetful in (False, True):
                print(f"{week}{', forgetting what was found right' if forgetful else ''}")
                one_by_one(chosen.count, week, forgetful)
        return
    one_by_one(chosen.count, chosen.week)
    side_by_side(chosen.count, chosen.week)
    if chosen.week == WEEK:
        known(10_000)


if __name__ == "__main__":
    main()
