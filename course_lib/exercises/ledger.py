"""What a learner has done, in one SQLite file that several notebooks may write at once.

Nothing here may stop a lesson: when the file is broken it is set aside and a new one begun, and when nothing can be
written (a full disk, a folder without permission) this session is remembered in memory. `notes()` says so, once.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_lib.paths import progress_file

WAIT = 3.0  # seconds for another notebook to finish its write

TABLES = """
create table if not exists attempts (
    exercise text not null, at real not null, status text not null, score real not null, mistake text);
create table if not exists hints (exercise text primary key, seen integer not null);
create table if not exists answers (
    question text not null, at real not null, chosen text not null, is_right integer not null);
create index if not exists attempts_by_exercise on attempts (exercise, at);
"""

_memory: sqlite3.Connection | None = None
_notes: list[str] = []
_said: set[str] = set()


def notes() -> list[str]:
    """What the learner should know about the file, each sentence once a session."""
    fresh = [note for note in _notes if note not in _said]
    _notes.clear()
    _said.update(fresh)
    return fresh


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, making it where there is none. Raises sqlite3.Error or OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        book.execute("pragma journal_mode = wal")
        book.execute("pragma synchronous = normal")
        if not book.execute("select 1 from sqlite_master where name = 'answers'").fetchone():
            book.executescript(TABLES)
    except BaseException:
        book.close()
        raise
    return book


def set_aside(path: Path) -> None:
    """Move a broken file out of the way, with the two that SQLite keeps beside it."""
    kept = path.with_name(f"{path.name}.broken-{time.time_ns()}")
    path.rename(kept)
    for end in ("-wal", "-shm"):
        if (beside := path.with_name(path.name + end)).exists():
            beside.rename(kept.with_name(kept.name + end))
    _notes.append(f"Your progress file was damaged. It is kept as {kept.name}, and a new one begins here.")


def is_broken(error: sqlite3.Error) -> bool:
    """Is the file itself no good (rather than busy, full or out of reach)?"""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def in_memory() -> sqlite3.Connection:
    """The stand-in for this session."""
    global _memory
    if _memory is None:
        _memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _memory.executescript(TABLES)
    return _memory


def with_book(work: Callable[[sqlite3.Connection], Any]) -> Any:
    """Do something with the open file; on trouble mend what can be mended, else use memory."""
    if _memory is not None:
        return work(_memory)  # once lost, a session stays in one place
    try:
        path = progress_file()
        for _ in range(2):
            seen = path.stat().st_ino if path.exists() else None
            try:
                book = connect(path)
                try:
                    return work(book)
                finally:
                    book.close()
            except sqlite3.Error as error:
                if not is_broken(error):
                    raise
                if path.exists() and path.stat().st_ino == seen:  # else another notebook has already mended it
                    set_aside(path)
        raise sqlite3.OperationalError("the file is damaged again and again")
    except (sqlite3.Error, OSError) as error:
        if "locked" in str(error) or "busy" in str(error):
            _notes.append("Another notebook is writing your progress just now; this one was not counted.")
            book = sqlite3.connect(":memory:", isolation_level=None)
            book.executescript(TABLES)
            return work(book)
        _notes.append(f"Your progress cannot be saved ({error}); this session is remembered until the notebook closes.")
        return work(in_memory())


def record_attempt(exercise: str, status: str, score: float, mistake: str | None) -> None:
    """Remember one judged answer to an exercise."""
    row = (exercise, time.time(), status, score, mistake)
    with_book(lambda book: book.execute("insert into attempts values (?, ?, ?, ?, ?)", row))


def record_answer(question: str, chosen: str, right: bool) -> None:
    """Remember one answer to a quiz question."""
    row = (question, time.time(), chosen, int(right))
    with_book(lambda book: book.execute("insert into answers values (?, ?, ?, ?)", row))


def next_hint(exercise: str) -> int:
    """Count a hint as seen -> how many were seen before."""
    upsert = "insert into hints values (?, 1) on conflict (exercise) do update set seen = seen + 1 returning seen"
    return int(with_book(lambda book: book.execute(upsert, (exercise,)).fetchone()[0])) - 1


def attempts() -> dict[str, dict[str, Any]]:
    """For every exercise tried: best status, number of attempts, best score, when first right."""
    query = """select exercise, count(*), max(score), max(status = 'right'), max(status not in ('not attempted')),
               min(case when status = 'right' then at end) from attempts group by exercise"""
    rows = with_book(lambda book: book.execute(query).fetchall())
    return {
        row[0]: {"attempts": row[1], "score": row[2], "right": bool(row[3]), "tried": bool(row[4]), "since": row[5]}
        for row in rows
    }


def answers() -> dict[str, bool]:
    """For every question answered: was it ever right?"""
    rows = with_book(
        lambda book: book.execute("select question, max(is_right) from answers group by question").fetchall()
    )
    return {name: bool(right) for name, right in rows}
