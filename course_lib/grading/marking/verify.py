"""Are the marks what a fresh marking gives? A sample is marked again, from the submissions, and compared."""

import random
from collections.abc import Callable
from dataclasses import dataclass, fields

from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom
from course_lib.grading.marking.grade import Run, tasks_of
from course_lib.grading.marking.provenance import key_of
from course_lib.grading.marking.worker import Job
from course_lib.grading.records import Marked, QuestionMark

SAMPLE = 20  # submissions, unless asked for more
COMPARED = [each.name for each in fields(QuestionMark)]


@dataclass(frozen=True)
class Verified:
    """What a comparison found."""

    checked: int
    of: int  # marks that could have been checked
    differences: tuple[str, ...]


def verify(
    classroom: Classroom,
    week: str,
    run: Run,
    sample: int = SAMPLE,
    trusted: bool = False,
    chance: random.Random | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Verified:
    """Mark some submissions afresh and compare every question with the marks that are kept.

    sample  how many, drawn by chance; 0: all
    Raises CourseError when nothing is marked yet, or by another version of the course than this one.
    """
    kept = {each.student: each for each in classroom.results(week) if not each.problem}
    if not kept:
        raise CourseError(f"nothing is marked for {week}: run `course grade {classroom.root} {week}` first")
    rows = [each for each in classroom.submissions(week) if each.student in kept and not each.problem]
    chosen = rows if not sample else (chance or random.Random()).sample(rows, min(sample, len(rows)))
    keys = {each.student: f"{each.student} {each.sha256}" for each in chosen}
    tasks = list(tasks_of(classroom, chosen, keys, {}))
    differences = []
    for done, fresh in enumerate(run(Job(week, classroom.seed, trusted), tasks), 1):
        differences += compare(kept[fresh.student], fresh)
        tell(done, len(tasks))
    return Verified(len(tasks), len(rows), tuple(differences))


def compare(kept: Marked, fresh: Marked) -> list[str]:
    """How two markings of a submission differ, in sentences."""
    if key_of(kept.sha256, kept.week, kept.provenance) != key_of(fresh.sha256, fresh.week, fresh.provenance):
        return [f"{kept.student}: marked {what_changed(kept, fresh)}; `course grade` marks it again"]
    found = []
    for old, new in zip(kept.questions, fresh.questions, strict=True):
        for name in COMPARED:
            if getattr(old, name) != getattr(new, name):
                found.append(
                    f"{kept.student}, {old.exercise}: {name} was {getattr(old, name)!r}, now {getattr(new, name)!r}"
                )
    return found


def what_changed(kept: Marked, fresh: Marked) -> str:
    """Why two marks cannot be compared."""
    if kept.sha256 != fresh.sha256:
        return "from another submission"
    old, new = kept.provenance, fresh.provenance
    names = [each.name for each in fields(old) if getattr(old, each.name) != getattr(new, each.name)]
    return f"with other {', '.join(names)}"
