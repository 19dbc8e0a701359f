"""`course grade`: options in, a few lines for the teacher out."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.grading.classroom import ABOUT, Classroom, week_of
from course_lib.grading.records import Marked


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with an estimate on a terminal; nothing elsewhere."""
    from tqdm import tqdm

    bar = tqdm(desc=what, unit="", leave=False, disable=not sys.stderr.isatty())

    def tell(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield tell
    finally:
        bar.close()


def runner(chosen: Namespace) -> Any:
    """Who marks."""
    from course_lib.grading.marking.runs import on_a_cluster, on_this_machine

    return on_a_cluster(chosen.scheduler) if chosen.scheduler else on_this_machine(chosen.workers)


def grade_class(chosen: Namespace) -> int:
    """`course grade CLASS [WEEK] [--book URL] [--workers N] [--scheduler URL] [--verify [N]] [--again]`"""
    if chosen.demo:
        from course_lib.grading.demo.run import make_demo

        chosen.folder, chosen.demo = str(make_demo(chosen.folder)), False
    if chosen.folder is None:
        raise CourseError("which class? `course grade CLASSFOLDER`, or `course grade --demo` to see one marked")
    classroom = Classroom.open(class_of(chosen))
    week = week_of(classroom, chosen.week)
    if chosen.trust_submissions:
        print("Warning: submissions run without a sandbox, with all your rights.", file=sys.stderr)
    if chosen.verify is not None:
        return verify_class(chosen, classroom, week)
    from course_lib.grading.marking.grade import grade

    with progress(f"marking {week}") as tell:
        done = grade(classroom, week, runner(chosen), chosen.book or "", chosen.trust_submissions, chosen.again, tell)
    for line in in_words(done.marks):
        print(line)
    speed = f", {done.new / done.seconds:.1f} a second with the start" if done.new else ""
    known = len(done.marks) - done.new
    print(f"{done.new} marked in {done.seconds:.1f} s{speed}; {known} were known, equal or missing.")
    print(f"The book changed in {done.changed} rows: {chosen.book or classroom.root / 'gradebook.db'}")
    if not chosen.marks_only:
        from course_lib.cli.commands_reports import make_pages, make_report

        print(make_pages(classroom, week, chosen.book))
        print(f"{make_report(classroom, week, chosen.book)[1]}: how the class did.")
    return 0


def class_of(chosen: Namespace) -> Path:
    """The class folder that is meant; submissions that are no class yet are collected into one first."""
    root = Path(chosen.folder)
    if (root / ABOUT).is_file() or not root.exists():
        return root
    if chosen.week is None:
        raise CourseError(f"which week's homework is in {root}? Name it: course grade {root} w07")
    from course_lib.cli.commands_collect import collect_work

    to = Path(chosen.to or f"{root.stem}-class")
    collect_work(
        Namespace(
            week=chosen.week,
            source=[str(root)],
            to=str(to),
            roster=chosen.roster,
            due=chosen.due,
            late=chosen.late,
        )
    )
    return to


def verify_class(chosen: Namespace, classroom: Classroom, week: str) -> int:
    """`course grade CLASS --verify [N]`: 0 when every mark is what a fresh marking gives, else 1."""
    from course_lib.grading.marking.verify import verify

    with progress(f"marking {week} again") as tell:
        found = verify(classroom, week, runner(chosen), chosen.verify, chosen.trust_submissions, tell=tell)
    for line in found.differences:
        print(line)
    print(f"{found.checked} of {found.of} submissions marked again: {len(found.differences)} differences.")
    return int(bool(found.differences))


def in_words(marks: tuple[Marked, ...]) -> Iterator[str]:
    """Marks a line each, then what the columns are, and what is left for a person to mark."""
    wide = max((len(each.student) for each in marks), default=0)
    for each in marks:
        kept = f" x {each.keeps:.0%}" if each.keeps < 1 else ""
        by_question = "  ".join(f"{question.points:g}" for question in each.questions)
        yield f"{each.student:<{wide}}  {each.points:>5g} of {each.out_of:g}{kept}   {each.problem or by_question}"
    some = next((each for each in marks if each.questions), None)
    if some:
        yield f"The columns: {', '.join(f'{each.title} ({each.out_of:g})' for each in some.questions)}."
    if some and some.written:
        more, told = sum(each.out_of for each in some.written), sum(any(w.answered for w in m.written) for m in marks)
        yield f"{more:g} points more are yours to give, for answers in words: {told} wrote one (`course formgrader`)."
