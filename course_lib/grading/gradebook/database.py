"""A database that several programs share: whoever writes takes a turn, whoever finds it taken waits, and says so."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from course_lib.errors import CourseError
from course_lib.grading.gradebook import schema as book_tables
from course_lib.system_errors import NO_SPACE

Result = TypeVar("Result")
SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_NOTADB = 5, 6, 13, 8, 14, 26
IN_USE = {"55P03", "40001", "40P01"}  # PostgreSQL: lock not available, serialization failure, deadlock
OUR_LOCK = 0x636F757273  # any number; the same for every program that writes here
TRY = 0.5  # seconds within the database before Ctrl-C and our own patience are asked again


class Database:
    """One gradebook's database. `write` and `read` run a function in a transaction of its own."""

    def __init__(self, url: str, patience: float = 60, say: Callable[[str], None] = print) -> None:
        """url   `sqlite:///gradebook.db` or `postgresql://teacher@host/grades`

        Makes the tables that are missing. Raises CourseError for what is no gradebook or cannot be reached.
        """
        self.url, self.patience, self.say = address(url), patience, say
        self.name = self.url.render_as_string(hide_password=True)
        self.engine = _engine(self.url)
        try:
            if not self.read(book_tables.are_complete):
                self.write(book_tables.make)
        except BaseException:
            self.close()
            raise

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` so that all of it is written or nothing. While another program writes, wait and try again.

        Raises CourseError when it is still taken after `patience` seconds, cannot be written, or the disk is full.
        """
        begun, told = time.monotonic(), False
        while True:
            try:
                with self.engine.begin() as connection:
                    if self.url.get_backend_name() == "postgresql":
                        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(TRY * 1000)}")
                        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({OUR_LOCK})")
                    return work(connection)
            except DBAPIError as error:
                if not _is_in_use(error) or time.monotonic() - begun > self.patience:
                    raise self._refused(error) from error
            if not told:
                self.say(f"Another program writes to {self.name}; waiting for it (Ctrl-C stops waiting).")
                told = True
            time.sleep(0.05)

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` on one consistent picture of the database. Raises CourseError like `write`."""
        begun = time.monotonic()
        while True:
            try:
                with self.engine.connect().execution_options(reading=True) as connection:
                    return work(connection)
            except DBAPIError as error:
                if not _is_in_use(error) or time.monotonic() - begun > self.patience:
                    raise self._refused(error) from error
            time.sleep(0.05)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def _refused(self, error: DBAPIError) -> CourseError:
        code, said = _code(error), str(error.orig).strip().splitlines()[0]
        if _is_in_use(error):
            why = (
                f"another program has been writing to it for {self.patience:.0f} s. Close formgrader or the other "
                "`course grade`, then run the same command again: what was written so far is whole"
            )
        elif code in (SQLITE_FULL, "53100"):
            why = NO_SPACE
        elif code in (SQLITE_READONLY, "25006"):
            why = "it may not be written by you: change the permissions of the file and its folder, or their owner"
        elif code == SQLITE_CANTOPEN:
            why = (
                f"it cannot be opened; does the folder {Path(self.url.database or '.').parent} exist, and is it yours?"
            )
        elif code == SQLITE_NOTADB:
            why = "this file is no SQLite database"
        else:
            why = said
        return CourseError(f"The gradebook {self.name}: {why}.")


def address(url: str) -> URL:
    """The address of a database; PostgreSQL is always spoken to through psycopg. Raises CourseError for any other."""
    try:
        found = make_url(url)
    except ArgumentError:
        found = None
    kind = found.get_backend_name() if found else ""
    if found is None or kind not in ("sqlite", "postgres", "postgresql") or not found.database:
        shown = found.render_as_string(hide_password=True) if found else url
        raise CourseError(
            f"{shown!r} is no gradebook; write sqlite:///gradebook.db or postgresql://teacher@host/grades"
        )
    return found if kind == "sqlite" else found.set(drivername="postgresql+psycopg")


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(url, connect_args={"timeout": TRY} if sqlite else {"connect_timeout": 10})
    except (NoSuchModuleError, ImportError) as error:
        raise CourseError(
            f"PostgreSQL needs a driver: run `pip install -e '.[grading]'` in the course's folder ({error})"
        ) from None
    if sqlite:
        event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Begin for Python's sqlite3, which would begin late, so that tables would not be made as one.

    Who means to write takes the turn at once: two readers that both turn into writers would block each other.
    """
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _code(error: DBAPIError) -> int | str | None:
    extended = getattr(error.orig, "sqlite_errorcode", None)
    return extended & 0xFF if extended is not None else getattr(error.orig, "sqlstate", None)


def _is_in_use(error: DBAPIError) -> bool:
    return _code(error) in (SQLITE_BUSY, SQLITE_LOCKED) or _code(error) in IN_USE
