"""The progress file's tables, an empty book, and a look into one that cannot be written."""

import sqlite3
from pathlib import Path
from typing import Any

TABLES = """
create table if not exists attempts (
    exercise text not null, at real not null, status text not null, score real not null, mistake text);
create table if not exists hints (exercise text primary key, seen integer not null);
create table if not exists answers (
    question text not null, at real not null, chosen text not null, is_right integer not null);
create table if not exists reviews (
    item text not null, at real not null, seed integer not null, is_right integer not null);
create table if not exists predictions (
    prediction text not null, at real not null, part text not null, value text not null);
create index if not exists attempts_by_exercise on attempts (exercise, at);
"""
NEWEST = "predictions"  # a file without this table was made by an earlier version of the course


def empty() -> sqlite3.Connection:
    """A book in memory in which nothing stands."""
    book = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    book.executescript(TABLES)
    return book


def read_only(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask a file that cannot be written, as it is on the disk. Raises sqlite3.Error.

    A table that an earlier version of the course did not have yet is empty.
    """
    book = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)
    try:
        return book.execute(query).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise
    finally:
        book.close()


def is_busy(error: sqlite3.Error) -> bool:
    """Does another program hold the file just now?"""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_broken(error: sqlite3.Error) -> bool:
    """Is the file itself no good (rather than busy, full or out of reach)?"""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
