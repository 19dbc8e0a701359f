"""A copy of everything handed in, under the student's name; a zip that a student made is opened, one level."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.grading.class_files import file_name, folder_name, put
from course_lib.grading.intake.archives import entries_within
from course_lib.grading.intake.entries import Entry, Limits
from course_lib.grading.intake.homework import Homework
from course_lib.grading.intake.uploads import Upload

MOST_FAULTS = 20  # rows for bad members of one student's zip


@dataclass
class Keeper:
    """Writes below `received` of one week, in the class folder `root`. Nothing there is ever written over."""

    root: Path
    received: Path
    homework: Homework
    limits: Limits
    zone: tzinfo | None = None

    def receive(self, entry: Entry, name: str, upload: Upload) -> list[Upload]:
        """Keep one file, called `name` by its student -> the uploads that came of it, at least one."""
        try:
            data = entry.content()
        except CourseError as error:
            return [replace(upload, problem=f"cannot be read: {name}: {error}")]
        if not name.lower().endswith(".zip"):
            return [self._keep(upload, name, data)]
        packed = self._store(upload, file_name(name), data)
        try:
            found = list(self._unpack(entries_within(data, self.limits, self.zone), upload))
        except CourseError as error:
            return [replace(packed, problem=f"cannot be opened: {name}: {error}")]
        return found or [replace(packed, problem=f"no notebook is in {name}")]

    def _unpack(self, entries: list[Entry], upload: Upload) -> Iterator[Upload]:
        faults = 0
        for entry in entries:
            if not entry.problem and not entry.path.lower().endswith(".ipynb"):
                continue
            inner = replace(
                upload, name=f"{upload.name}/{entry.path}", made=entry.when.isoformat() if entry.when else ""
            )
            try:
                data = entry.content()
            except CourseError as error:
                faults += 1
                if faults <= MOST_FAULTS:
                    yield replace(inner, problem=f"cannot be read: {entry.path}: {error}")
                continue
            yield self._keep(inner, entry.path.rpartition("/")[2], data)

    def _keep(self, upload: Upload, name: str, data: bytes) -> Upload:
        if not name.lower().endswith(".ipynb"):
            return replace(self._store(upload, file_name(name), data), problem=f"not a notebook: {name}")
        looked = self.homework.look(data, name, self.limits.file)
        kept = self._store(upload, file_name(name) if looked.problem else "homework.ipynb", data)
        return replace(kept, score=looked.score, problem=looked.problem)

    def _store(self, upload: Upload, name: str, data: bytes) -> Upload:
        """Write the copy. A folder's name is when it came and what is in it; what is there already stays."""
        sha = hashlib.sha256(data).hexdigest()
        moment = datetime.fromisoformat(upload.when).astimezone(UTC) if upload.when else None
        stamp = moment.strftime("%Y%m%dT%H%M%SZ") if moment else "undated"
        folder = self.received / folder_name(upload.student)
        for digits in (8, 16, 64):  # eight digits tell apart what comes by chance, not what is made to be alike
            for there in [*sorted(folder.glob(f"*-{sha[:digits]}")), folder / f"{stamp}-{sha[:digits]}"]:
                file = there / name
                if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() == sha:
                    put(file, data)
                    return replace(upload, file=file.relative_to(self.root).as_posix(), sha256=sha)
        raise CourseError(f"{folder} holds files that were changed by hand: {sha} does not fit its name")
