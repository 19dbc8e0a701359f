"""Collecting a homework: every upload kept, one row for every student, nothing guessed.

Collecting the same files again changes nothing; collecting more adds to what is there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.grading.class_files import clear_leftovers, get_json, put_json
from course_lib.grading.classroom import Classroom
from course_lib.grading.intake.entries import Limits
from course_lib.grading.intake.homework import Homework
from course_lib.grading.intake.keeping import Keeper
from course_lib.grading.intake.late import LatePolicy, read_time
from course_lib.grading.intake.receiving import Receiving
from course_lib.grading.intake.sources import open_source
from course_lib.grading.intake.uploads import NOTHING, Upload, choose, merge
from course_lib.grading.plain_records import as_json, from_json
from course_lib.grading.records import Student, Submission
from course_lib.grading.roster.matching import Claim


@dataclass(frozen=True)
class Collected:
    """What a week's collection holds: a row for every student, older uploads, and files that fit nobody."""

    week: str
    submissions: tuple[Submission, ...]
    older: tuple[Submission, ...] = ()
    unplaced: tuple[dict[str, str], ...] = ()  # {"file": ..., "why": ...}
    notes: tuple[str, ...] = ()
    due: str = ""
    late: str = "none"
    new: int = 0  # uploads that were not there before


def collect(
    source: Path,
    week: str,
    classroom: Classroom,
    roster: Sequence[Student] | None = None,
    due: datetime | None = None,
    policy: LatePolicy | None = None,
    now: datetime | None = None,
    times: Sequence[tuple[Claim, datetime]] = (),
    limits: Limits | None = None,
) -> Collected:
    """Take what students handed in for a week into the class folder.

    source   a folder or a zip, as nbgrader, Canvas and Moodle make them, or simply STUDENT.ipynb
    roster   who is in the class, if it changed or is not known yet; without one, the students are those found
    due      as given before when None; so is policy, which is "none" to begin with
    now      the moment of this collection, for uploads that nobody dated
    times    who handed in when, from a table of the campus system
    Raises CourseError for a source that cannot be read at all; what is wrong with one file is said in its row.
    """
    paths, homework = classroom.week(week), Homework(week)
    now, limits = now or datetime.now(UTC), limits or Limits()
    with classroom.locked(f"the homework of {week} is being collected"):
        clear_leftovers(paths.root)
        before = get_json(paths.collected) if paths.collected.is_file() else {}
        due = due or (read_time(before["due"]) if before.get("due") else None)
        policy = policy if policy is not None else LatePolicy.parse(str(before.get("late", "none")))
        policy.check(due)
        zone = due.tzinfo if due else None
        students = list(roster) if roster is not None else classroom.students()
        has_roster = roster is not None or classroom.has_roster
        keeper = Keeper(classroom.root, paths.received, homework, limits, zone)
        taking = Receiving(keeper, students, has_roster, now, zone, times)
        with open_source(source, limits, zone, leave_out=classroom.root) as entries:
            if not entries:
                raise CourseError(f"{source} holds no files; give the folder or the zip with the submissions")
            taking.take(entries)
            taken = {each.path for each in entries}
        old = [from_json(Upload, each) for each in before.get("uploads", [])]
        uploads = merge(old, taking.uploads)
        left = [each for each in before.get("unplaced", []) if each["file"] not in taken]
        made = _decide(week, taking.students, uploads, due, policy, [*left, *taking.unplaced], len(uploads) - len(old))
        if roster is not None or not has_roster:
            classroom.keep_students(taking.students, found=not has_roster)
        put_json(paths.collected, _as_file(made, uploads))
    return made


def _decide(
    week: str,
    students: list[Student],
    uploads: list[Upload],
    due: datetime | None,
    policy: LatePolicy,
    unplaced: Iterable[dict[str, str]],
    new: int,
) -> Collected:
    theirs: dict[str, list[Upload]] = {each.id: [] for each in students}
    gone = sorted({each.student for each in uploads if each.student not in theirs})
    for each in uploads:
        theirs.get(each.student, []).append(each)
    chosen = [choose(student, week, mine, due, policy) for student, mine in theirs.items()]
    rows = tuple(row for row, _, _ in chosen)
    notes = [note for _, _, some in chosen for note in some]
    undated = [row.student for row in rows if not row.problem and not row.when]
    if undated and due:
        notes.append(
            f"nobody knows when these handed in, so they count as on time: {_some(undated)}. Give a table with the "
            "columns id and when, or Moodle's grading worksheet, beside the submissions to say when"
        )
    if gone:
        notes.append(f"no longer in the roster, so without a row (their files stay): {_some(gone)}")
    return Collected(
        week,
        rows,
        tuple(each for _, older, _ in chosen for each in older),
        tuple(unplaced),
        tuple(notes),
        due.isoformat() if due else "",
        policy.says(),
        new,
    )


def summary(collected: Collected) -> str:
    """What was collected, in a few lines for the terminal."""
    rows = collected.submissions
    missing = [row.student for row in rows if row.problem == NOTHING]
    unreadable = [row for row in rows if row.problem and row.problem != NOTHING]
    late = [row for row in rows if row.days_late > 0 and not row.problem]
    came = f"{len(rows) - len(missing)} of {len(rows)} students handed in"
    lines = [f"{collected.week}: {came}; new uploads: {collected.new}."]
    if collected.due:
        lines.append(f"Due {collected.due}; late policy: {collected.late}; late: {len(late)}.")
    lines += [f"  {row.student}: {row.days_late:.2f} days late, keeps {row.keeps:.0%}" for row in late]
    lines += [f"Handed in nothing ({len(missing)}): {_some(missing)}."] if missing else []
    lines += [f"Cannot be marked ({len(unreadable)}):"] if unreadable else []
    lines += [f"  {row.student}: {row.problem}" for row in unreadable]
    lines += [f"Files that fit no student ({len(collected.unplaced)}):"] if collected.unplaced else []
    lines += [f"  {each['file']}: {each['why']}" for each in collected.unplaced]
    return "\n".join([*lines, *(f"Note: {note}." for note in collected.notes)])


def _as_file(made: Collected, uploads: list[Upload]) -> dict[str, Any]:
    return {
        "submissions": [as_json(each) for each in made.submissions],
        "older": [as_json(each) for each in made.older],
        "unplaced": list(made.unplaced),
        "due": made.due,
        "late": made.late,
        "uploads": [asdict(each) for each in uploads],
    }


def _some(names: list[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
