"""From files to uploads: whose is each file, and when did it come? What fits nobody is told, never guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from course_lib.errors import CourseError
from course_lib.grading.class_files import LONGEST
from course_lib.grading.intake.entries import Entry, bad_path
from course_lib.grading.intake.keeping import Keeper
from course_lib.grading.intake.layouts import Handed, recognise, stranger, without_common_folder
from course_lib.grading.intake.times import read_stamp
from course_lib.grading.intake.uploads import Upload
from course_lib.grading.records import Student
from course_lib.grading.roster.matching import Claim, Names, same_id

NAMELESS = "its name does not say whose it is; call it STUDENT.ipynb, or put it into a folder STUDENT"


@dataclass
class Receiving:
    """One collection. `uploads` and `unplaced` grow as files are taken; `students` too where nobody gave a roster."""

    keeper: Keeper
    students: list[Student]
    has_roster: bool
    now: datetime
    zone: tzinfo | None = None
    times: Sequence[tuple[Claim, datetime]] = ()
    uploads: list[Upload] = field(default_factory=list)
    unplaced: list[dict[str, str]] = field(default_factory=list)

    def take(self, entries: list[Entry]) -> None:
        """Take every file, one after the other; a bad one becomes a row that says so."""
        good = [each.path for each in entries if not bad_path(each.path)]
        depth = without_common_folder(good, Names(self.students) if self.has_roster else None)
        inner = [
            (each, each.path if bad_path(each.path) else "/".join(each.path.split("/")[depth:])) for each in entries
        ]
        if not self.has_roster:
            self._welcome([path for _, path in inner if not bad_path(path)])
        names = Names(self.students)
        told = {student: when for claim, when in self.times if (student := names.find(claim)[0])}
        # nbgrader's stamp is believed beside the homework alone, in STUDENT/ASSIGNMENT: others may be the student's own
        stamps = {path.rpartition("/")[0]: each for each, path in inner if _is_stamp(path)}
        for each, path in inner:
            if bad_path(path):
                self.unplaced.append({"file": each.path, "why": each.problem or bad_path(path)})
            elif not _is_stamp(path):
                self._place(each, path, names, told, stamps.get("/".join(path.split("/")[:2])))

    def _welcome(self, paths: list[str]) -> None:
        known = {same_id(each.id) for each in self.students}
        for path in paths:
            new = stranger(recognise(path, self.zone), path)
            if new is not None and same_id(new.id) not in known and len(new.id) <= LONGEST:
                known.add(same_id(new.id))
                self.students.append(new)

    def _place(self, entry: Entry, path: str, names: Names, told: dict[str, datetime], stamp: Entry | None) -> None:
        handed = recognise(path, self.zone)
        if _is_of_another_week(handed.assignment, path, self.keeper.homework.week):
            return
        claim = handed.claim
        if not self.has_roster:
            new = stranger(handed, path)
            claim = Claim((new.id,)) if new else Claim()
        student, why = names.find(claim)
        if student is None:
            self.unplaced.append({"file": entry.path, "why": why if claim.ids or claim.names else NAMELESS})
            return
        when, sure = self._moment(entry, handed, told.get(student), stamp)
        upload = Upload(
            student,
            entry.path,
            when=when.isoformat() if when else "",
            sure=sure,
            attempt=handed.attempt,
            late=handed.late,
            seen=self.now.isoformat(),
        )
        self.uploads += self.keeper.receive(entry, handed.name, upload)

    def _moment(
        self, entry: Entry, handed: Handed, told: datetime | None, stamp: Entry | None
    ) -> tuple[datetime | None, bool]:
        """When it came, and whether a system says so. Canvas and Moodle date files with the download: unknown."""
        if told or handed.when:
            return told or handed.when, True
        if handed.layout in ("canvas", "moodle"):
            return None, False
        if stamp is not None:
            try:
                if found := read_stamp(stamp.content()[:100].decode("utf-8", "replace").strip(), self.zone):
                    return found, True
            except CourseError:
                return entry.when, False  # a stamp that cannot be read says nothing; the file's date does
        return entry.when, False


def _is_stamp(path: str) -> bool:
    return path.rpartition("/")[2] == "timestamp.txt"


def _is_of_another_week(assignment: str, path: str, week: str) -> bool:
    """True below `ana/w08_transformer/` and the like: nbgrader keeps the homework of all weeks in one folder."""
    parts = path.split("/")
    name = assignment or (parts[1] if len(parts) > 2 else "")
    found = re.match(r"(w\d\d)(?![0-9A-Za-z])", name)
    return found is not None and found[1] != week
