"""What the sandbox costs: how long it takes to open, and what an empty job takes from start to end.

    python -m tests.benchmarks.bench_sandbox [JOBS]

Wall times depend on what else the machine does; processor times hardly do.
"""

import os
import statistics
import sys
import time
from pathlib import Path

from course_lib.grading.isolation.sandbox import MODULES, Sandbox
from tests.grading.walled import ENTRY, ask, family


def one():
    """The least a job can do."""
    return 1


def processor_ms(pids: set[int]) -> float:
    """What these processes and the children they have waited for have used so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(each) for each in fields[11:15])  # user and system time, own and children's
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def main(jobs: int = 200) -> None:
    """Print one line for opening, one for the jobs."""
    with Sandbox([ENTRY]) as sandbox:
        pids = family(sandbox.pid)
        booted = processor_ms(pids)
        print(
            f"open with {', '.join(MODULES)}: {sandbox.boot_seconds:.2f} s by the clock, "
            f"{booted / 1000:.2f} s of processor time, {sandbox.rss_mb:.0f} MB"
        )
        wall, own = [], time.process_time()
        for _ in range(jobs):
            begun = time.perf_counter()
            with sandbox.job() as job:
                ask(job.socket, one)
                assert job.ended.why == "done", job.ended
            wall.append(1000 * (time.perf_counter() - begun))
        marker = 1000 * (time.process_time() - own) / jobs
        behind = (processor_ms(pids) - booted) / jobs
    wall.sort()
    print(
        f"{jobs} empty jobs from start to end: median {statistics.median(wall):.1f} ms, "
        f"p99 {wall[int(0.99 * jobs) - 1]:.1f} ms, fastest {wall[0]:.1f} ms; "
        f"processor time each: {behind:.1f} ms behind the walls, {marker:.1f} ms in the marker"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
