"""Every task has exactly one row, whoever dies in the middle of it, and nobody outlives the pool."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom
from course_lib.grading.marking.grade import grade
from course_lib.grading.marking.pool import Pool
from course_lib.grading.marking.question_marks import DOWN
from course_lib.grading.marking.runs import on_this_machine
from tests.grading import fake_workers
from tests.grading.fake_workers import FakeJob, FakeTask
from tests.grading.small_class import WEEK, book_of, copied, kept, plain, results_of
from tests.grading.walled import family, hears_ctrl_c, still_run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed here")


def pool(workers: int, live: Callable[..., None] = fake_workers.live, job: Any = None) -> Pool:
    """A pool of workers that mark nothing."""
    return Pool(job or FakeJob(), workers, live)  # type: ignore[arg-type]


def tasks(count: int, **special: bytes) -> list[Any]:
    """t0, t1, ...; some of them with an effect."""
    return [FakeTask(f"t{number}", special.get(f"t{number}", b"0.02")) for number in range(count)]


@pytest.mark.parametrize("workers", [1, 3])
def test_every_task_has_one_row(workers: int) -> None:
    with pool(workers) as opened:
        rows = [each.student for each in opened.run(tasks(12, t0=b"0.3"))]
    assert Counter(rows) == Counter(f"t{number}" for number in range(12))
    assert opened.died == 0
    assert workers == 1 or rows[0] != "t0", "whoever is done first comes first"


def test_no_more_workers_than_tasks_and_none_for_nothing() -> None:
    with pool(5) as opened:
        assert list(opened.run([])) == []
        assert len(opened.workers) == 0
        assert len(list(opened.run(tasks(2)))) == 2
        assert len(opened.workers) == 2


def test_the_task_of_a_killed_worker_is_done_by_another() -> None:
    rows, victim = [], 0
    with pool(2) as opened:
        while len(opened.workers) < 2 or not all(each.is_ready for each in opened.workers):
            assert len(list(opened.run(tasks(2)))) == 2
        for row in opened.run(tasks(100, t5=b"1")):  # long enough that it is still at it when it dies
            rows.append(row)
            busy = [each for each in opened.workers if each.task is not None and each.task.student == "t5"]
            if busy and not victim:
                victim = busy[0].process.pid or 0
                os.kill(victim, signal.SIGKILL)
        assert opened.died == 1
        assert len(opened.workers) == 2, "a third one took the place of the dead"
    assert Counter(each.student for each in rows) == Counter(f"t{number}" for number in range(100))
    (again,) = [each for each in rows if each.student == "t5"]
    assert again.remarks != (str(victim),), "a dead process marks nothing"


def test_an_idle_worker_that_dies_costs_nothing() -> None:
    with pool(2) as opened:
        assert len(list(opened.run(tasks(4)))) == 4
        for each in opened.workers:
            os.kill(each.process.pid or 0, signal.SIGKILL)
        assert Counter(each.student for each in opened.run(tasks(4))) == Counter(["t0", "t1", "t2", "t3"])


def test_a_task_that_kills_once_is_marked_and_one_that_kills_twice_is_told(tmp_path: Path) -> None:
    once = f"kill once {tmp_path / 'done'}".encode()
    with pool(2) as opened:
        rows = {each.student: each for each in opened.run(tasks(8, t1=once, t4=b"kill"))}
        assert opened.died == 3
    assert len(rows) == 8
    assert {name for name, each in rows.items() if each.problem} == {"t4"}
    told = rows["t4"]
    assert told.problem == DOWN and told.points == 0 and told.out_of == 16
    assert {(each.status, each.reason) for each in told.questions} == {("stopped", DOWN)}
    assert told.provenance.seed == 5, "such a row says what it was made with, as all do"


def test_workers_that_cannot_start_are_told_after_three() -> None:
    with pool(1, fake_workers.stillborn) as opened:
        with pytest.raises(CourseError, match=r"3 workers in a row ended before they were ready \(exit 3\)"):
            list(opened.run(tasks(2)))
        assert opened.died == 3


def test_why_there_is_no_sandbox_is_told() -> None:
    with pytest.raises(CourseError, match="bubblewrap is not installed"), pool(1, fake_workers.refuse) as opened:
        list(opened.run(tasks(2)))
    assert multiprocessing.active_children() == []


def test_fewer_than_one_worker_is_refused() -> None:
    with pytest.raises(CourseError, match="0 workers cannot mark anything"):
        pool(0)


@pytest.mark.timed
def test_who_is_not_ready_when_all_is_done_is_not_waited_for(tmp_path: Path) -> None:
    job = FakeJob(kind=str(tmp_path / "first"))
    with pool(2, fake_workers.dawdle, job) as opened:
        assert len(list(opened.run(tasks(3)))) == 3
        began = time.monotonic()
    assert time.monotonic() - began < 4
    assert multiprocessing.active_children() == []


def test_a_run_that_is_broken_off_leaves_nobody() -> None:
    with pytest.raises(ZeroDivisionError), pool(2) as opened:
        for _ in opened.run(tasks(6, t1=b"60")):
            1 / 0  # noqa: B018
    assert multiprocessing.active_children() == []


def test_marks_are_the_same_with_one_worker_and_two(
    collected_class: Classroom, marked_class: Classroom, tmp_path: Path
) -> None:
    both = copied(collected_class, tmp_path / "class")
    done = grade(both, WEEK, on_this_machine(2))
    assert done.new == 9
    assert [plain(each) for each in done.marks] == [plain(each) for each in grade(marked_class, WEEK, None).marks]  # type: ignore[arg-type]
    assert book_of(both) == book_of(marked_class)


def test_ctrl_c_leaves_nothing_running_and_the_next_run_completes(
    collected_class: Classroom, marked_class: Classroom, tmp_path: Path
) -> None:
    classroom = copied(collected_class, tmp_path / "class")
    command = [sys.executable, "-m", "course_lib.cli", "grade", str(classroom.root), "--workers", "2"]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hears_ctrl_c,
    )
    until = time.monotonic() + 120
    while kept(classroom) < 1 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    there = family(running.pid)
    os.killpg(running.pid, signal.SIGINT)  # a terminal tells all of them
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert told.strip() == "Stopped. Nothing half-done was left behind.", "no worker says a word"
    until = time.monotonic() + 10
    while still_run(there) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(there) >= 4 and not still_run(there)
    assert 1 <= kept(classroom) < 9
    again = subprocess.run([*command[:-1], "1"], capture_output=True, text=True, timeout=300)
    assert again.returncode == 0, again.stderr
    assert results_of(classroom) == results_of(marked_class)
    assert book_of(classroom) == book_of(marked_class)
