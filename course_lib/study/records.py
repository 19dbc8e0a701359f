"""The progress file as records: all of it, some added, some forgotten; each change is whole or has not happened."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.exercises.tracking import store
from course_lib.paths import write_atomically
from course_lib.study.merge import Records, as_text, read_text
from course_lib.system_errors import refused

TABLES = ("attempts", "answers", "reviews", "predictions")


def everything() -> Records:
    """All that this machine remembers."""
    return _records(store.look)


def _records(ask: Callable[[str], list[tuple[Any, ...]]]) -> Records:
    rows = {table: frozenset(ask(f"select * from {table}")) for table in TABLES}
    return Records(hints=dict(ask("select * from hints")), **rows)


def take_in(new: Records) -> Records:
    """Add what is not there yet; returns what was new. Raises CourseError, and changes nothing, when it cannot."""
    return store.with_progress_file(lambda book: _added(book, new), sure=True)


def _added(book: sqlite3.Connection, new: Records) -> Records:
    book.execute("begin immediate")  # closing the book before the commit takes everything back
    old = _records(lambda query: book.execute(query).fetchall())
    fresh = {table: getattr(new, table) - getattr(old, table) for table in TABLES}
    for table, rows in fresh.items():
        for row in sorted(rows, key=repr):
            book.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
    hints = {item: seen for item, seen in new.hints.items() if seen > old.hints.get(item, 0)}
    for item, seen in hints.items():
        book.execute(
            "insert into hints values (?, ?) on conflict (exercise) do update set seen = excluded.seen", (item, seen)
        )
    book.execute("commit")
    return Records(**fresh, hints=hints)


def forget(items: set[str], keep: Callable[[str], Path]) -> tuple[Records, Path | None]:
    """Forget what was done with these exercises and questions, once `keep` has stored it in the form of an export.

    -> what was forgotten, and where it is kept; nothing and None where there was nothing
    """
    return store.with_progress_file(lambda book: _forgotten(book, items, keep), sure=True)


def _forgotten(book: sqlite3.Connection, items: set[str], keep: Callable[[str], Path]) -> tuple[Records, Path | None]:
    book.execute("begin immediate")
    gone = _records(lambda query: book.execute(query).fetchall()).of(items)
    if not len(gone):
        return gone, None
    kept = keep(as_text(gone))
    for item in sorted(items):
        for table, name in (
            ("attempts", "exercise"),
            ("answers", "question"),
            ("reviews", "item"),
            ("hints", "exercise"),
            ("predictions", "prediction"),
        ):
            book.execute(f"delete from {table} where {name} = ?", (item,))
    book.execute("commit")
    return gone, kept


def export(file: Path) -> Records:
    """Write everything to a file. An older export is replaced only when it holds nothing that is not here.

    Raises CourseError where the file cannot be written or holds something else; it is untouched then.
    """
    mine = everything()
    try:
        if file.is_dir():
            raise CourseError(f"{file} is a folder; name a file, such as {file / 'progress.json'}")
        if file.exists():
            there = _read_or_refuse(file)
            if (there | mine) != mine:
                raise CourseError(
                    f"{file} holds progress that is not on this machine; nothing was written. "
                    f"`course progress --import {file}` takes it in, or choose another name"
                )
        write_atomically(file, as_text(mine))
    except OSError as error:
        raise refused(error, f"write {file.name}", file) from error
    return mine


def _read_or_refuse(file: Path) -> Records:
    try:
        return read_text(file.read_bytes(), file.name)
    except CourseError as error:
        raise CourseError(f"{file} is there already and is something else ({error}); choose another name") from error


def load(file: Path) -> Records:
    """The records of an exported file. Raises CourseError that says what is wrong with it."""
    try:
        return read_text(file.read_bytes(), str(file))
    except OSError as error:
        raise CourseError(f"{file} cannot be read: {error.strerror or error}") from error
