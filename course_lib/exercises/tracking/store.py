"""What a learner has done, in one SQLite file that several notebooks may write at once.

Nothing here may stop a lesson: when the file is broken it is set aside and a new one begun, and when nothing can be
written (a full disk, a folder without permission) this session is remembered in memory. `notes()` says so, once.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from course_lib.errors import CourseError
from course_lib.exercises.tracking.schema import NEWEST, TABLES, empty, is_broken, is_busy, read_only
from course_lib.paths import progress_file

Result = TypeVar("Result")

WAIT = 3.0  # seconds for another notebook to finish its write

_memory: sqlite3.Connection | None = None
_notes: list[str] = []
_said: set[str] = set()


def notes() -> list[str]:
    """What the learner should know about the file, each sentence once a session."""
    fresh = [note for note in dict.fromkeys(_notes) if note not in _said]
    _notes.clear()
    _said.update(fresh)
    return fresh


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, making it where there is none. Raises sqlite3.Error or OSError."""
    until = time.monotonic() + WAIT
    while True:
        try:
            return _opened(path)
        except sqlite3.OperationalError as error:  # while another one makes the file, SQLite itself does not wait
            if not is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        book.execute("pragma journal_mode = wal")
        book.execute("pragma synchronous = normal")
        if not book.execute("select 1 from sqlite_master where name = ?", (NEWEST,)).fetchone():
            book.executescript(f"begin immediate; {TABLES} commit;")
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


def in_memory() -> sqlite3.Connection:
    """The stand-in for this session."""
    global _memory
    if _memory is None:
        _memory = empty()
    return _memory


def with_progress_file(work: Callable[[sqlite3.Connection], Result], sure: bool = False) -> Result:
    """Do something with the open file; on trouble mend what can be mended, else use memory.

    sure  raise CourseError in place of using memory: for what would be lost without the file
    """
    if _memory is not None and not sure:
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
        busy = "locked" in str(error) or "busy" in str(error)
        if sure:
            advice = "another program is writing it; try again in a moment" if busy else str(error)
            raise CourseError(f"your progress file cannot be changed ({advice}); nothing was changed") from error
        if busy:
            _notes.append("Another notebook is writing your progress just now; this one was not counted.")
            return work(empty())
        _notes.append(f"Your progress cannot be saved ({error}); this session is remembered until the notebook closes.")
        return work(in_memory())


def look(query: str) -> list[tuple[Any, ...]]:
    """Ask the file something. Makes no file where there is none, and reads also where nothing can be written."""
    path = progress_file()
    try:
        if _memory is None and not path.exists():
            return empty().execute(query).fetchall()
        try:
            return list(with_progress_file(lambda book: book.execute(query).fetchall(), sure=_memory is None))
        except CourseError:
            return read_only(path, query)
    except (sqlite3.Error, OSError) as error:
        _notes.append(f"Your progress cannot be read just now ({error}): {path}")
        return empty().execute(query).fetchall()


def record_attempt(exercise: str, status: str, score: float, mistake: str | None) -> None:
    """Remember one judged answer to an exercise."""
    row = (exercise, time.time(), status, score, mistake)
    with_progress_file(lambda book: book.execute("insert into attempts values (?, ?, ?, ?, ?)", row))


def record_answer(question: str, chosen: str, right: bool) -> None:
    """Remember one answer to a quiz question."""
    row = (question, time.time(), chosen, int(right))
    with_progress_file(lambda book: book.execute("insert into answers values (?, ?, ?, ?)", row))


def next_hint(exercise: str) -> int:
    """Count a hint as seen -> how many were seen before."""
    upsert = "insert into hints values (?, 1) on conflict (exercise) do update set seen = seen + 1 returning seen"
    return int(with_progress_file(lambda book: book.execute(upsert, (exercise,)).fetchone()[0])) - 1


def record_review(item: str, seed: int, right: bool) -> None:
    """Remember how one exercise or question went when a review asked for it; the seed tells which review."""
    row = (item, time.time(), seed, int(right))
    with_progress_file(lambda book: book.execute("insert into reviews values (?, ?, ?, ?)", row))


def record_prediction(id: str, part: str, value: Any) -> None:
    """Remember a guess, or what came out (`part` is `guess` or `outcome`); the same once more is not written again."""
    last = "select value from predictions where prediction = ? and part = ? order by at desc, rowid desc limit 1"

    def write(book: sqlite3.Connection) -> None:
        told = json.dumps(value)
        before = book.execute(last, (id, part)).fetchone()
        if before is None or before[0] != told:
            book.execute("insert into predictions values (?, ?, ?, ?)", (id, time.time(), part, told))

    with_progress_file(write)


def guess_of(id: str) -> tuple[Any, bool]:
    """The guess that counts, and whether it was written after the outcome had been seen; (None, False) without one.

    What counts is the last guess before the first outcome. Only where there is none, the first one after it.
    """
    rows = [row[1:] for row in look("select * from predictions order by at, rowid") if row[0] == id]
    return counting_guess(rows)


def counting_guess(rows: Sequence[tuple[float, str, str]]) -> tuple[Any, bool]:
    """The same, of one prediction's rows (at, part, value) in the order of time."""
    seen = min((at for at, part, _ in rows if part == "outcome"), default=float("inf"))
    before = [value for at, part, value in rows if part == "guess" and at <= seen]
    after = [value for at, part, value in rows if part == "guess" and at > seen]
    chosen = before[-1:] or after[:1]
    return (json.loads(chosen[0]), not before) if chosen else (None, False)


def attempts() -> dict[str, dict[str, Any]]:
    """For every exercise tried: best status, number of attempts, best score, when first right, when last tried."""
    rows = look("""select exercise, count(*), max(score), max(status = 'right'), max(status not in ('not attempted')),
               min(case when status = 'right' then at end), max(case when status != 'not attempted' then at end)
               from attempts group by exercise""")
    names = ("attempts", "score", "right", "tried", "since", "last")
    known = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    return {id: past | {"right": bool(past["right"]), "tried": bool(past["tried"])} for id, past in known.items()}


def answers() -> dict[str, bool]:
    """For every question answered: was it ever right?"""
    return {name: bool(right) for name, right in look("select question, max(is_right) from answers group by question")}
