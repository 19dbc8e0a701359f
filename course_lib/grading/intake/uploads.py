"""Every upload ever collected, and which one of a student's counts: the last that can be marked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from course_lib.grading.intake.late import LatePolicy, days_late
from course_lib.grading.records import Submission

NOTHING = "nothing was handed in"
UNREADABLE = ("not a notebook", "cannot be")  # how a problem begins that its student may not know of


@dataclass(frozen=True)
class Upload:
    """One file of one student. Either it can be marked, or `problem` says why not."""

    student: str
    name: str  # where it lay in the source
    file: str = ""  # where it is kept, below the class folder
    sha256: str = ""
    when: str = ""  # ISO 8601 with a zone
    sure: bool = False  # a system said so; otherwise it is the date of a file
    attempt: int = 0  # the system's count
    late: bool = False  # the system's own mark
    made: str = ""  # the file's own date within a zip that was handed in
    score: int = 0  # how much of the homework was recognised in it
    problem: str = ""
    seen: str = ""  # when it was first collected

    @property
    def key(self) -> tuple[str, ...]:
        """Two uploads with the same key are one."""
        if not self.sha256:
            return (self.student, self.name, self.problem)
        return (self.student, self.sha256, self.when if self.sure else "")


def merge(old: Iterable[Upload], new: Iterable[Upload]) -> list[Upload]:
    """All uploads, each once. The same content keeps its earliest date, unless a system told when it came.

    A copy of a file has a later date; that must not make anybody late.
    """
    known: dict[tuple[str, ...], Upload] = {}
    for each in (*old, *new):
        before = known.get(each.key)
        if before is None:
            known[each.key] = each
            continue
        dates = [when for when in (before.when, each.when) if when]
        known[each.key] = replace(
            before,
            when=min(dates, key=datetime.fromisoformat, default=""),
            attempt=max(before.attempt, each.attempt),
            late=each.late,
            score=each.score,
            problem=each.problem,
            file=before.file or each.file,
        )
    told = {(each.student, each.sha256) for each in known.values() if each.sure and each.sha256}
    return [each for each in known.values() if each.sure or (each.student, each.sha256) not in told]


def in_order(uploads: Iterable[Upload]) -> list[Upload]:
    """One student's uploads, the last one last. What has no date came when it was first seen, attempt after attempt."""
    latest, moments = "", {}
    listed = list(uploads)
    for each in sorted((each for each in listed if not each.when), key=lambda each: (each.attempt, each.seen)):
        latest = max(latest, each.seen, key=_moment)
        moments[each.key] = latest

    def rank(each: Upload) -> tuple[float, int, float, int, bool]:
        own_name = each.name.rpartition("/")[2].lower() == "homework.ipynb"
        return _moment(each.when or moments[each.key]), each.attempt, _moment(each.made), each.score, own_name

    return sorted(listed, key=rank)


def choose(student: str, week: str, uploads: Iterable[Upload], due: datetime | None, policy: LatePolicy) -> tuple[
    Submission, list[Submission], list[str]
]:  # fmt: skip
    """The row of one student, the uploads that do not count, and what the teacher should know."""
    ordered = in_order(uploads)
    good = [each for each in ordered if not each.problem]
    if not ordered:
        return Submission(student, week, problem=NOTHING), [], []
    bad = sorted(
        (each for each in ordered if each.problem), key=lambda each: each.name.lower().endswith((".ipynb", ".zip"))
    )
    best = good[-1] if good else bad[-1]
    notes = []
    if good and (newest := ordered[-1]) is not best and newest.problem.startswith(UNREADABLE):
        notes.append(f"{student}: {best.name} counts; {newest.name} came with or after it, but {newest.problem}")
    if not best.when and best.late:
        notes.append(f"{student}: the campus system says LATE but not when it came; counted as on time")
    rest = [_row(each, week, due, policy) for each in ordered if each is not best]
    return _row(best, week, due, policy), rest, notes


def _row(each: Upload, week: str, due: datetime | None, policy: LatePolicy) -> Submission:
    when = datetime.fromisoformat(each.when) if each.when else None
    return Submission(
        each.student,
        week,
        each.file,
        each.sha256,
        each.when,
        days_late(when, due),
        policy.keeps(when, due) if not each.problem else 1.0,
        each.problem,
    )


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() if text else float("-inf")
