"""How campus systems name what students hand in. Each file's name alone says whose it is, how late, which attempt.

nbgrader  inbound/STUDENT+ASSIGNMENT+2026-11-21 10:00:00.000000 UTC+RANDOM/homework.ipynb, and
          submitted/STUDENT/ASSIGNMENT/homework.ipynb with timestamp.txt beside it (nbgrader 0.9, exchange/default)
Canvas    lastnamefirstname_LATE_12345_67890_homework-2.ipynb: the name for sorting in small letters without anything
          but letters, digits and `_`; LATE when it was; the user's number; the file's number, which grows from one
          upload to the next; the student's own name for the file, to which Canvas adds -1, -2 when it is handed in
          again. Anonymous: anon_AbC1d instead of name and user. (canvas-lms, lib/content_zipper.rb)
Moodle    Full Name_1234567_assignsubmission_file_/homework.ipynb, or in one folder
          Full Name_1234567_assignsubmission_file_homework.ipynb. The number is that of `Participant 1234567` in the
          grading worksheet; newer versions put the user name first and leave out the last `_`; blind marking says
          Participant instead of a name. (moodle, mod/assign/classes/downloader.php)
plain     STUDENT.ipynb, STUDENT_homework.ipynb, or STUDENT/anything.ipynb, also within further folders

Canvas and Moodle date every file in the zip with the moment of the download, so those dates say nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from course_lib.grading.intake.times import read_stamp
from course_lib.grading.records import Student
from course_lib.grading.roster.matching import Claim, Names, loosely

INBOUND = re.compile(r"(?P<who>.+)\+(?P<what>[^+]+)\+(?P<when>\d{4}-\d\d-\d\d[ _T]\d\d.\d\d.\d\d.*?)(\+[\w=-]{12})?")
MOODLE = re.compile(r"(?P<who>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(_(?P<rest>.*))?", re.DOTALL)
CANVAS = re.compile(
    r"(?:(?P<who>\w+?)_)??(?P<late>late_)?(?P<number>\d+|anon_[A-Za-z0-9]+)_(?P<file>\d+)_(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
AGAIN = re.compile(r"-(\d{1,3})(?=\.\w+$|$)")  # homework-2.ipynb
DECORATION = re.compile(r"(?i)\b(w\d\d|week ?\d+|homework|hw|submission|solution|notebook|final|copy)\b|\(\d+\)")
OURS = ("homework", "lecture", "timestamp")


@dataclass(frozen=True)
class Handed:
    """What the name of one file says."""

    layout: str  # nbgrader, canvas, moodle, plain
    claim: Claim
    name: str  # the student's own name for the file
    when: datetime | None = None  # as the name tells it
    attempt: int = 0  # grows from one upload to the next where the system counts
    late: bool = False  # the system's own mark
    assignment: str = ""  # nbgrader's name for the homework


def recognise(path: str, zone: tzinfo | None = None) -> Handed:
    """Read the name of one file below the source."""
    first, _, rest = unicodedata.normalize("NFC", path).partition("/")
    name = rest.rpartition("/")[2] or first
    if rest and (found := INBOUND.fullmatch(first)):
        when = read_stamp(found["when"], zone)
        return Handed("nbgrader", Claim((), (found["who"],)), name, when, assignment=found["what"])
    if found := MOODLE.fullmatch(first):
        names = () if found["who"] == "Participant" else (found["who"], *_without_user_name(found["who"]))
        ids = (f"Participant {found['number']}", found["number"])
        return Handed("moodle", Claim(ids, names), name if rest else found["rest"] or first)
    if not rest and (found := CANVAS.fullmatch(first)) and (found["who"] or found["number"].startswith("anon_")):
        again = AGAIN.search(found["rest"])
        return Handed(
            "canvas",
            Claim((found["number"],), (found["who"],) if found["who"] else ()),
            AGAIN.sub("", found["rest"]),
            attempt=int(found["file"]) * 1000 + (int(again[1]) if again else 0),
            late=bool(found["late"]),
        )
    return Handed("plain", Claim((), _plain_names(first, rest)), name)


def stranger(handed: Handed, path: str) -> Student | None:
    """The student of a class without a roster, as the name of a file shows them; None when it shows nobody."""
    ids = tuple(" ".join(each.split()) for each in handed.claim.ids)
    names = tuple(" ".join(each.split()) for each in handed.claim.names if each.strip())
    if handed.layout == "canvas":
        return Student(ids[0], names[0] if names else "")
    if handed.layout == "moodle":
        return Student(names[0], names[0], aliases=ids) if names else Student(ids[0], aliases=ids[1:])
    if not names or handed.layout == "nbgrader" or "/" in path:
        return Student(names[0]) if names else None
    bare = names[-1]
    if not path.lower().endswith((".ipynb", ".zip")) or not re.sub(r"[\W\d_]", "", DECORATION.sub("", bare)):
        return None
    return Student(names[0] if loosely(names[0]) == loosely(bare) else bare)


def without_common_folder(paths: Sequence[str], names: Names | None) -> int:
    """How many leading folders all paths share that name nobody: `submitted/ana/x.ipynb` -> 1."""
    split = [path.split("/") for path in paths]
    for depth in range(4):
        heads = {parts[depth] if len(parts) > depth + 1 else None for parts in split}
        head = next(iter(heads)) if len(heads) == 1 else None
        if head is None or recognise(f"{head}/x").layout != "plain":
            return depth
        if names is not None:
            if names.find(Claim((), (head,)))[0]:
                return depth
        elif not _may_be_students({parts[depth + 1] for parts in split}) and head.lower() not in (
            "submitted",
            "inbound",
        ):
            return depth
    return 4


def _may_be_students(found: set[str]) -> bool:
    stems = {name.partition(".")[0].lower() for name in found}
    return len(stems) > 1 and not any(stem.startswith(OURS) for stem in stems)


def _plain_names(first: str, rest: str) -> tuple[str, ...]:
    """Whom the folders name, the outermost first, and then the file itself, with and without `homework` and the like.

    A number at the end goes too where something is left: `ana_homework-2`.
    """
    folders = [first, *rest.split("/")[:-1]] if rest else []
    stem = re.sub(r"(\.[A-Za-z0-9]{1,6})+$", "", rest.rpartition("/")[2] or first)
    bare = " ".join(DECORATION.sub(" ", re.sub(r"[_\-]", " ", stem)).split())
    return tuple(dict.fromkeys(name for name in (*folders, stem, bare, re.sub(r" \d{1,2}$", "", bare)) if name))


def _without_user_name(who: str) -> tuple[str, ...]:
    """`ana5 Ana Ruiz` as `Ana Ruiz` and `ana5`: Moodle may put the user name before the name."""
    user, _, name = who.partition(" ")
    return (name, user) if name else ()
