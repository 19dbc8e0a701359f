"""A class is marked once, and however often the marking is broken off, what comes out in the end is the same."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom
from course_lib.grading.marking import grade as grading
from course_lib.grading.marking.grade import grade
from course_lib.grading.marking.question_marks import DOWN
from course_lib.grading.marking.worker import Job, Task, give_up
from course_lib.grading.records import Marked
from tests.grading.small_class import WEEK, WORSE, book_of, copied, kept, large_class, making_up, results_of
from tests.grading.walled import family, still_run

SIZE, KILLS, REAL_KILLS = 80, 17, 3
PAUSE = 0.02  # seconds that a made-up marking takes

forks = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed here")


def no_run(job: Job, tasks: list[Task]) -> None:
    """Marks nobody."""
    raise AssertionError(f"{len(tasks)} submissions were to be marked again")


def test_every_student_has_a_row_and_a_reason(marked_class: Classroom) -> None:
    marks = {each.student: each for each in marked_class.results(WEEK)}
    assert [marks[name].points for name in ("ada", "jon", "kim", "leo")] == [16.0, 0.0, 0.0, 0.0]
    assert marks["leo"].problem == "nothing was handed in"
    assert marks["kim"].problem.startswith("not a notebook")
    assert all(0 < marks[name].points < 16 for name in WORSE if name != "ada")
    assert marks["ivy"].questions == marks["bob"].questions, "equal submissions, equal marks"
    for each in marks.values():
        assert all(question.reason for question in each.questions), each.student
        assert each.provenance.seed == marked_class.seed


def test_the_second_run_changes_nothing(marked_class: Classroom, tmp_path: Path) -> None:
    again = copied(marked_class, tmp_path / "class")
    before = book_of(again), results_of(again)
    done = grade(again, WEEK, no_run)  # type: ignore[arg-type]
    assert (done.new, done.changed) == (0, 0)
    assert [each.student for each in done.marks] == [each.student for each in again.submissions(WEEK)]
    assert (book_of(again), results_of(again)) == before


def test_what_was_marked_is_not_marked_again_and_again_if_asked(tmp_path: Path) -> None:
    classroom = large_class(tmp_path / "class", 10)
    seen: list[int] = []
    run = making_up(lambda: seen.append(1))
    assert grade(classroom, WEEK, run, tell=lambda done, total: seen.append(100 * total)).new == 7
    assert (seen.count(1), seen.count(700)) == (7, 7), "of ten one is missing, one unreadable, one as another's"
    seen.clear()
    done = grade(classroom, WEEK, run, again=True)
    assert (done.new, done.changed, len(seen)) == (7, 0, 7)


def test_a_submission_that_nobody_could_mark_is_tried_again(tmp_path: Path) -> None:
    classroom = large_class(tmp_path / "class", 5)

    def down(job: Job, tasks: list[Task]) -> list[Marked]:
        return [give_up(job, task) for task in tasks]

    done = grade(classroom, WEEK, down)  # type: ignore[arg-type]
    assert done.new == 3
    assert sum(each.problem == DOWN for each in done.marks) == 3
    assert grade(classroom, WEEK, making_up()).new == 3
    assert not any(each.problem == DOWN for each in classroom.results(WEEK))


def test_a_kept_file_that_changed_is_told(tmp_path: Path) -> None:
    classroom = large_class(tmp_path / "class", 3)
    (row, *_) = classroom.submissions(WEEK)
    (classroom.root / row.file).write_text("{}")
    with pytest.raises(CourseError, match=r"is not what was collected any more; collect s000"):
        grade(classroom, WEEK, making_up())
    (classroom.root / row.file).unlink()
    with pytest.raises(CourseError, match=r"s000's submission cannot be read"):
        grade(classroom, WEEK, making_up())


def in_a_fork(work: Callable[[], object]) -> int:
    """Run it in a process of its own -> its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


@forks
def test_killed_seventeen_times_the_marks_are_those_of_an_undisturbed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The book, the store of marks and the files are the real ones; who marks is made up and takes his time."""
    monkeypatch.setattr(grading, "BATCH", 6)  # so that the book is written often
    chance = random.Random(7)
    undisturbed = large_class(tmp_path / "undisturbed", SIZE)
    killed = copied(undisturbed, tmp_path / "killed")
    grade(undisturbed, WEEK, making_up())
    stages = []
    for _ in range(KILLS):
        heard, told = os.pipe()

        def tick(told: int = told) -> None:
            os.write(told, b".")
            time.sleep(PAUSE)

        child = in_a_fork(lambda tick=tick: grade(killed, WEEK, making_up(tick)))  # type: ignore[misc]
        os.close(told)
        for _ in range(chance.randrange(6)):  # 0: while it opens the book
            os.read(heard, 1)
        time.sleep(chance.uniform(0, 0.15))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(heard)
        assert os.WIFSIGNALED(status), f"it was done before it could be killed, after {stages}"
        folder = killed.week(WEEK).results
        stages.append(len(list(folder.glob("[!.]*"))) if folder.exists() else 0)
    assert len(set(stages)) >= 6, f"the moments were not spread over the run: {stages}"
    assert stages == sorted(stages) and stages[-1] < SIZE, stages
    done = grade(killed, WEEK, making_up())
    assert 0 < done.new < SIZE / 2, "what was marked before a kill was kept"
    assert results_of(killed) == results_of(undisturbed)
    assert book_of(killed) == book_of(undisturbed)
    assert grade(killed, WEEK, no_run).changed == 0  # type: ignore[arg-type]


@forks
def test_killed_three_times_while_it_really_marks(
    collected_class: Classroom, marked_class: Classroom, tmp_path: Path
) -> None:
    """`course grade` itself, with its worker and its sandbox; none of them outlives it."""
    killed = copied(collected_class, tmp_path / "killed")
    for wanted in (1, 3, 5):
        command = [sys.executable, "-m", "course_lib.cli", "grade", str(killed.root), "--workers", "1"]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while kept(killed) < wanted and running.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        there = family(running.pid)
        running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL, "it was done before it could be killed"
        assert len(there) >= 4, "the grader, its worker, bubblewrap and the warm parent"
        until = time.monotonic() + 20
        while still_run(there) and time.monotonic() < until:
            time.sleep(0.05)
        assert not still_run(there)
    before = kept(killed)
    assert 5 <= before < 9
    from course_lib.grading.marking.runs import on_this_machine

    assert grade(killed, WEEK, on_this_machine(1)).new == 9 - before
    assert results_of(killed) == results_of(marked_class)
    assert book_of(killed) == book_of(marked_class)
