"""Marks that were worked out before, by what they depend on. It may be deleted at any time; it is then filled again."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from course_lib.errors import CourseError
from course_lib.grading.plain_records import from_json
from course_lib.grading.records import Marked

LINES = 500  # keys in one question to the database


class Cache:
    """Marks by key, in one SQLite file that several programs may share. Use it as `with Cache(path) as cache:`."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises CourseError for a file that is something else, or cannot be written."""
        try:
            self.file = sqlite3.connect(path, timeout=60)
            self.file.execute("PRAGMA journal_mode=WAL")
            self.file.execute("PRAGMA synchronous=NORMAL")
            self.file.execute("CREATE TABLE IF NOT EXISTS marks (key TEXT PRIMARY KEY, marked TEXT) WITHOUT ROWID")
        except sqlite3.Error as error:
            raise CourseError(
                f"{path} cannot be used as a store of marks ({error}); delete it, or make room"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def find(self, keys: Iterable[str]) -> dict[str, Marked]:
        """The marks of those keys that are known."""
        wanted, found = list(dict.fromkeys(keys)), dict[str, Marked]()
        for start in range(0, len(wanted), LINES):
            some = wanted[start : start + LINES]
            marks = ",".join("?" * len(some))
            rows = self.file.execute(f"SELECT key, marked FROM marks WHERE key IN ({marks})", some)
            found |= {key: from_json(Marked, json.loads(text)) for key, text in rows}
        return found

    def keep(self, marks: Iterable[tuple[str, Marked]]) -> None:
        """Remember marks; all of them or, after a crash, none."""
        rows = [(key, marked.text) for key, marked in marks]
        with self.file:
            self.file.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", rows)
