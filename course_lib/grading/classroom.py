"""The folder of a class: who is in it, what came in, what was marked. Every file in it is whole at every moment."""

import json
import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib import __version__
from course_lib.curriculum.weeks import find_week
from course_lib.errors import CourseError
from course_lib.file_lock import only_one
from course_lib.grading.class_files import folder_name, get_json, put, put_json, put_secret, says
from course_lib.grading.plain_records import as_json, from_json
from course_lib.grading.records import Marked, Student, Submission
from course_lib.grading.roster.roster import as_csv, read_roster
from course_lib.system_errors import refused

ABOUT, ROSTER, LOCK = "class.json", "roster.csv", ".class.lock"


@dataclass(frozen=True)
class WeekPaths:
    """Where the things of one week lie below the class folder."""

    root: Path

    @property
    def received(self) -> Path:
        """Every upload, a folder a student."""
        return self.root / "received"

    @property
    def collected(self) -> Path:
        """What counts, what came before it, and what fits nobody."""
        return self.root / "collected.json"

    @property
    def results(self) -> Path:
        """The marks, a file a student."""
        return self.root / "results"

    @property
    def feedback(self) -> Path:
        """The pages for students."""
        return self.root / "feedback"

    @property
    def report(self) -> Path:
        """The page for the teacher."""
        return self.root / "report.html"

    def result(self, student: str) -> Path:
        """The marks of one student."""
        return self.results / f"{folder_name(student)}.json"


class Classroom:
    """One class. `Classroom.create` makes the folder, `Classroom.open` takes one that is there."""

    def __init__(self, root: Path, about: dict[str, Any]) -> None:
        self.root, self._about = root, about

    @classmethod
    def create(cls, root: Path, roster: Iterable[Student] = (), found: bool = False) -> "Classroom":
        """Make the folder with a secret seed of its own. `found`: nobody gave a roster; students are those that come.

        Raises CourseError when the folder holds something else already, or cannot be written.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
            if (root / ABOUT).exists():
                raise CourseError(f"{root} is the folder of a class already; `Classroom.open` takes it")
            strange = sorted(each.name for each in root.iterdir() if each.name != ROSTER and each.name[0] != ".")
            if strange:
                raise CourseError(
                    f"{root} holds other things ({', '.join(strange[:3])}); give a new folder for the class"
                )
            put(root / ROSTER, as_csv(list(roster)))
            about = {"seed": secrets.randbits(53), "made_with": __version__, "roster": "found" if found else "given"}
            put_secret(root / ABOUT, json.dumps(about, indent=1) + "\n")  # last: from here on it is a class
        except OSError as error:
            raise refused(error, "make the folder of the class", root) from error
        return cls(root, about)

    @classmethod
    def open(cls, root: Path) -> "Classroom":
        """Take a folder that `create` made. Raises CourseError when it is none."""
        if not (root / ABOUT).is_file():
            raise CourseError(
                f"{root} is not the folder of a class; `course collect w07 SUBMISSIONS --to {root}` makes one"
            )
        about = get_json(root / ABOUT)
        if type(about.get("seed")) is not int:
            raise CourseError(f"{root / ABOUT} has no seed: bring it back from a backup, or hidden inputs would change")
        return cls(root, about)

    @property
    def seed(self) -> int:
        """The secret from which hidden inputs are drawn; the same for as long as the class lasts."""
        return int(self._about["seed"])

    @property
    def has_roster(self) -> bool:
        """False when the students are those that handed something in."""
        return self._about.get("roster") != "found"

    def locked(self, doing: str, patience: float = 1800) -> AbstractContextManager[None]:
        """Only one program at a time inside; `doing` tells the one that waits what goes on."""
        return only_one(self.root / LOCK, doing, patience)

    def students(self) -> list[Student]:
        """The roster, in its order."""
        try:
            nobody = (self.root / ROSTER).read_text(encoding="utf-8").count("\n") <= 1
        except (OSError, ValueError) as error:
            raise CourseError(f"{self.root / ROSTER} cannot be read ({error}); give it again with --roster") from error
        return [] if nobody else read_roster(self.root / ROSTER, strict=False)[0]

    def keep_students(self, students: Iterable[Student], found: bool = False) -> None:
        """Replace the roster. `found`: these are students that came, not a list that a teacher gave."""
        put(self.root / ROSTER, as_csv(list(students)))
        if self.has_roster == found:
            self._about = self._about | {"roster": "found" if found else "given"}
            put_secret(self.root / ABOUT, json.dumps(self._about, indent=1) + "\n")

    def week(self, week: str) -> WeekPaths:
        """The paths of `w07`. Raises CourseError when there is no such week."""
        try:
            return WeekPaths(self.root / find_week(week).id)
        except ValueError as error:
            raise CourseError(str(error)) from error

    def submissions(self, week: str) -> list[Submission]:
        """One row a student: what counts, or why there is nothing. Raises CourseError before anything is collected."""
        file = self.week(week).collected
        if not file.is_file():
            raise CourseError(
                f"nothing was collected for {week}: run `course collect {week} SUBMISSIONS --to {self.root}`"
            )
        return [from_json(Submission, each) for each in get_json(file).get("submissions", [])]

    def results(self, week: str) -> list[Marked]:
        """Every mark of a week that is there, by student. Raises CourseError that names a damaged file."""
        files = sorted(self.week(week).results.glob("[!.]*.json"))
        return [from_json(Marked, get_json(file)) for file in files]

    def keep(self, marked: Marked) -> bool:
        """Write one student's marks; True when they differ from those that were there."""
        file = self.week(marked.week).result(marked.student)
        return not says(file, marked.text) and put_json(file, as_json(marked))


def week_of(classroom: Classroom, named: str | None) -> str:
    """The week that is meant: the one that is named, or the only one that was collected."""
    if named:
        return named
    there = sorted(each.parent.name for each in classroom.root.glob("w??/collected.json"))
    if len(there) != 1:
        found = f"{', '.join(there)} were collected" if there else "nothing was collected yet"
        raise CourseError(f"which week? In {classroom.root} {found}; name one, such as w07")
    return there[0]
