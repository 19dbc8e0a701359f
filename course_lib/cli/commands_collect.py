"""`course release` and `course collect`: options in, a few lines for the teacher out."""

import sys
from argparse import Namespace
from pathlib import Path

from course_lib.errors import CourseError


def release_week(chosen: Namespace) -> int:
    """`course release WEEK --out FILE`"""
    from course_lib.grading.intake.release import check_release, release

    made = release(chosen.week, Path(chosen.out))
    if problems := check_release(made):
        raise CourseError(f"{made} was written but does not fit its manifest: {'; '.join(problems)}")
    print(f"{made}: {made.stat().st_size / 1000:,.0f} kB, checked against its manifest.")
    return 0


def collect_work(chosen: Namespace) -> int:
    """`course collect WEEK SOURCE... --to CLASSFOLDER [--roster CSV] [--due ISO] [--late TEXT]`

    A SOURCE that ends in .csv says who handed in when; all others are folders or zips with submissions.
    """
    from course_lib.grading.classroom import ABOUT, Classroom
    from course_lib.grading.intake.collect import collect, summary
    from course_lib.grading.intake.homework import Homework
    from course_lib.grading.intake.late import LatePolicy, read_time
    from course_lib.grading.intake.times import read_times
    from course_lib.grading.roster.roster import read_roster

    sources = [Path(each) for each in chosen.source]
    work = [each for each in sources if each.suffix.lower() != ".csv"]
    if not work:
        raise CourseError("give the folder or the zip with the submissions, too")
    if missing := [str(each) for each in work if not each.exists()]:
        raise CourseError(f"there is no {', '.join(missing)}; give the folder or the zip with the submissions")
    Homework(chosen.week)  # before anything is made: is there such a homework?
    due = read_time(chosen.due, "a due date") if chosen.due else None
    policy = LatePolicy.parse(chosen.late) if chosen.late is not None else None
    root = Path(chosen.to)
    is_new = not (root / ABOUT).exists()
    if policy is not None and (due is not None or is_new):  # a class that is there may know the due date already
        policy.check(due)
    students, notes = read_roster(Path(chosen.roster)) if chosen.roster else (None, [])
    times = [told for each in sources if each not in work for told in read_times(each, due.tzinfo if due else None)]
    for note in notes:
        print(f"Note: {note}.", file=sys.stderr)
    classroom = Classroom.create(root, students or [], found=students is None) if is_new else Classroom.open(root)
    for each in work:
        collected = collect(each, chosen.week, classroom, students, due, policy, times=times)
    print(summary(collected))
    return 0
