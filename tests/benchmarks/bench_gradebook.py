"""Seconds to record a class, beside nbgrader's one commit a cell: python -m tests.benchmarks.bench_gradebook

400 submissions of week 7's homework, four marked questions and a written one, into a gradebook on this disk; then the
same again, which changes nothing; then 40 that were marked anew. nbgrader does what its autograder does for each
submission: make its rows, then find and save every mark and every comment. Wall and CPU seconds; the two ways take
turns, medians of the rounds.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from course_lib.grading.gradebook.gradebook import BATCH, Gradebook
from course_lib.grading.records import Marked
from tests.grading.databases import database_of, programs, serve
from tests.grading.sample_marks import MADE, WEEK, homework_file, roster, whole_class


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Wall and CPU seconds of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def prepared(address: str, size: int) -> None:
    """A gradebook with a homework and a class."""
    with Gradebook(address) as book:
        book.students(roster(size))
        book.prepare(WEEK, homework_file())


def record_ours(address: str, marks: list[Marked]) -> None:
    """Our way: batches."""
    with Gradebook(address) as book:
        book.record(marks)


def record_theirs(address: str, marks: list[Marked]) -> None:
    """nbgrader's way: AssignLatePenalties and SaveAutoGrades, a commit for each mark and comment."""
    from nbgrader.api import Gradebook as TheirGradebook

    with TheirGradebook(address) as gradebook:
        for marked in marks:
            gradebook.update_or_create_submission(WEEK, marked.student, timestamp=marked.when or None)
            for question in (*marked.questions, *marked.written):
                grade = gradebook.find_grade(question.grade_id, "homework", WEEK, marked.student)
                grade.auto_score = getattr(question, "points", None)
                grade.needs_manual_grade = grade.auto_score is None
                gradebook.db.commit()
                answer = question.grade_id.replace("points", "answer")
                comment = gradebook.find_comment(answer, "homework", WEEK, marked.student)
                comment.auto_comment = getattr(question, "reason", None)
                gradebook.db.commit()


def measure(fresh: Callable[[], str], size: int, theirs: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Median wall and CPU seconds of each piece of work."""
    spent: dict[str, list[tuple[float, float]]] = {}
    marks = whole_class(size)
    anew = [replace(marked, provenance=replace(MADE, seed=1)) for marked in marks[: size // 10]]
    for _ in range(rounds):
        address, other = fresh(), fresh()
        prepared(address, size)
        prepared(other, size)
        work: dict[str, Callable[[], None]] = {
            f"{size} recorded": lambda: record_ours(address, marks),  # noqa: B023 (used in this round)
            f"{size} again, unchanged": lambda: record_ours(address, marks),  # noqa: B023
            f"{size // 10} marked anew": lambda: record_ours(address, anew),  # noqa: B023
            f"{theirs} by nbgrader, a commit a cell": lambda: record_theirs(other, marks[:theirs]),  # noqa: B023
        }
        for name, each in work.items():
            spent.setdefault(name, []).append(timed(each))
    return {name: tuple(map(statistics.median, zip(*each, strict=True))) for name, each in spent.items()}  # type: ignore[misc]


def report(name: str, found: dict[str, tuple[float, float]], size: int, theirs: int) -> None:
    """A table, and how many times faster a submission goes."""
    print(f"\n{name}, batches of {BATCH}")
    for what, (wall, cpu) in found.items():
        print(f"  {what:<38}{wall:>8.2f} s wall{cpu:>8.2f} s CPU")
    (ours, ours_cpu), *_, (nbgrader, nbgrader_cpu) = found.values()
    wall, cpu = nbgrader / theirs / (ours / size), nbgrader_cpu / theirs / (ours_cpu / size)
    print(f"  a submission: {1000 * ours / size:.1f} ms, nbgrader {1000 * nbgrader / theirs:.0f} ms")
    print(f"  nbgrader takes {wall:.0f} times as long, {cpu:.0f} times the CPU")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=400)
    parser.add_argument("--theirs", type=int, default=20, help="submissions for nbgrader")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-book-") as folder:
        numbers = iter(range(10_000))

        def fresh() -> str:
            return f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"

        report("SQLite", measure(fresh, chosen.size, chosen.theirs, chosen.rounds), chosen.size, chosen.theirs)
    if programs() is None:
        print("\nno PostgreSQL on this machine: not measured")
        return
    with serve() as server:
        found = measure(lambda: database_of(server), chosen.size, chosen.theirs, chosen.rounds)
        report("PostgreSQL on a socket, fsync off", found, chosen.size, chosen.theirs)


if __name__ == "__main__":
    main()
