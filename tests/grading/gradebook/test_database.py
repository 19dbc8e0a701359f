"""A gradebook that others use, and that accidents happen to: kill -9, Ctrl-C, two programs, a lock, a full disk."""

import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from course_lib.errors import CourseError
from course_lib.grading.gradebook.gradebook import Gradebook
from tests.grading.databases import database_of, server, url  # noqa: F401 (fixtures)
from tests.grading.looking_at_books import contents
from tests.grading.sample_marks import WEEK, homework_file, marked, roster, whole_class

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed here")
SIZE, BATCH, MOMENTS = 60, 4, 20


def grade_everything(address: str) -> None:
    """What the grader does with the book, from nothing to the last mark."""
    with Gradebook(address, say=lambda line: None) as book:
        book.students(roster(SIZE))
        book.prepare(WEEK, homework_file())
        book.record(whole_class(SIZE), batch=BATCH)


def elsewhere(work: Callable[[], Any]) -> int:
    """Start `work` in a process of its own. -> its id"""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except KeyboardInterrupt:
            code = 130
        finally:
            os._exit(code)
    return child


def begun_to_record(address: str, after: int, batch: int = BATCH) -> int:
    """Start to grade in a process of its own, and wait until `after` batches stand in the book. -> its id"""
    ready, tell = os.pipe()

    def work() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with Gradebook(address, say=lambda line: None) as book:
            book.students(roster(SIZE))
            book.prepare(WEEK, homework_file())
            inner, done = book.database.write, []

            def write(job: Any) -> Any:
                done.append(inner(job))
                if len(done) == after:
                    os.write(tell, b".")
                return done[-1]

            book.database.write = write  # type: ignore[method-assign]
            book.record(whole_class(SIZE), batch=batch)

    child = elsewhere(work)
    os.close(tell)
    with os.fdopen(ready, "rb") as pipe:
        assert pipe.read(1) == b".", "it ended before it had recorded so much"
    return child


def outcome(child: int) -> int:
    """Wait for a process. -> its exit code, or minus the signal that ended it"""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def recorded(address: str) -> int:
    """How many submissions stand in the book, each of them whole."""
    with Gradebook(address) as book:
        try:
            rows = book.rows(WEEK)
        except CourseError as error:  # killed before the homework was entered
            assert "no homework of 'w07'" in str(error)
            return 0
        marks = book.history(WEEK)
    there = {row.student for row in rows if row.problem != "nothing is recorded for this week yet"}
    assert {change.student for change in marks} == there and len(marks) == 5 * len(there)
    return len(there)


@pytest.fixture
def fresh(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:  # noqa: F811
    """Addresses of more books, on the same kind of database as `url`."""

    def make() -> str:
        if url.startswith("sqlite"):
            return f"sqlite:///{tmp_path / str(random.getrandbits(64))}.db"
        return database_of(request.getfixturevalue("server"))

    return make


def test_killed_at_any_moment_the_book_is_whole_and_completes(url: str, fresh: Callable[[], str]) -> None:  # noqa: F811
    begun = time.monotonic()
    assert outcome(elsewhere(lambda: grade_everything(url))) == 0
    whole, undisturbed = time.monotonic() - begun, contents(url)
    chance, stopped = random.Random(4), []
    for moment in range(MOMENTS):
        address = fresh()
        if moment % 2:  # at any time, also while the book is being made or the class is entered
            child = elsewhere(lambda address=address: grade_everything(address))  # type: ignore[misc]
            time.sleep(chance.random() * whole)
        else:  # while it records, however fast or slow this machine is just now
            child = begun_to_record(address, after=chance.randrange(1, SIZE // BATCH - 1))
            time.sleep(chance.random() * whole / (SIZE // BATCH) / 2)
        os.kill(child, signal.SIGKILL)
        if outcome(child) == -signal.SIGKILL:
            stopped.append(recorded(address))
        grade_everything(address)
        assert contents(address) == undisturbed
    assert all(count % BATCH == 0 for count in stopped), stopped
    assert sum(0 < count < SIZE for count in stopped) >= 3, f"too few were killed while they recorded: {stopped}"


def test_ctrl_c_leaves_whole_batches(url: str) -> None:  # noqa: F811
    child = begun_to_record(url, after=5, batch=1)
    os.kill(child, signal.SIGINT)
    assert outcome(child) == 130
    assert 5 <= recorded(url) < SIZE
    with Gradebook(url) as book:
        assert 0 < book.record(whole_class(SIZE)) < SIZE
    assert recorded(url) == SIZE


def test_two_programs_at_once_write_one_book(url: str, fresh: Callable[[], str]) -> None:  # noqa: F811
    grade_everything(url)
    address = fresh()
    children = [elsewhere(lambda: grade_everything(address)) for _ in range(3)]
    assert [outcome(child) for child in children] == [0, 0, 0]
    assert contents(address) == contents(url)


def test_a_batch_that_fails_leaves_nothing_of_itself(url: str) -> None:  # noqa: F811
    with Gradebook(url) as book:
        book.students(roster(8))
        book.prepare(WEEK, homework_file())
        statements = []

        def stumble(*details: Any) -> None:
            statements.append(details[2])
            if sum("INSERT INTO comment" in said for said in statements) == 2:
                raise RuntimeError("in the middle of the second batch")

        event.listen(book.database.engine, "before_cursor_execute", stumble)
        with pytest.raises(RuntimeError, match="second batch"):
            book.record(whole_class(8), batch=4)
    assert recorded(url) == 4


class Holding:
    """Another program that holds a SQLite gradebook for some seconds."""

    def __init__(self, file: Path, seconds: float, begin: str = "BEGIN IMMEDIATE") -> None:
        self.file, self.seconds, self.begin = file, seconds, begin
        self.holds = threading.Event()
        self.thread = threading.Thread(target=self.hold)

    def hold(self) -> None:
        with sqlite3.connect(self.file, isolation_level=None) as connection:
            connection.execute(self.begin)
            connection.execute("SELECT count(*) FROM student").fetchone()
            self.holds.set()
            time.sleep(self.seconds)
            connection.execute("ROLLBACK")

    def __enter__(self) -> None:
        self.thread.start()
        assert self.holds.wait(10)

    def __exit__(self, *_: object) -> None:
        self.thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite gradebook with one student."""
    found = tmp_path / "gradebook.db"
    with Gradebook(f"sqlite:///{found}") as book:
        book.students(roster(1))
        book.prepare(WEEK, homework_file())
    return found


@pytest.mark.timed
@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN"])  # one that writes, one that only reads
def test_a_book_in_use_is_waited_for(file: Path, begin: str) -> None:
    said: list[str] = []
    with Gradebook(f"sqlite:///{file}", say=said.append) as book:
        with Holding(file, 1.2, begin):
            assert book.record([marked("s000")]) == 1
        assert len(said) == 1 and "Another program writes to sqlite:///" in said[0]
        assert book.rows(WEEK)[0].total == 16.0


@pytest.mark.timed
def test_a_book_that_stays_in_use_is_a_kind_error(file: Path) -> None:
    with Gradebook(f"sqlite:///{file}", patience=0.7, say=lambda line: None) as book, Holding(file, 3):
        begun = time.monotonic()
        with pytest.raises(CourseError, match=r"another program has been writing to it.*Close formgrader"):
            book.record([marked("s000")])
        assert time.monotonic() - begun < 2.5
    with Gradebook(f"sqlite:///{file}") as book:
        assert book.rows(WEEK)[0].problem == "nothing is recorded for this week yet"


def test_who_writes_has_the_turn_from_the_start(file: Path) -> None:
    def nobody_else(connection: Any) -> None:
        with sqlite3.connect(file, timeout=0) as other, pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    with Gradebook(f"sqlite:///{file}") as book:
        book.database.write(nobody_else)


def test_postgresql_in_use_is_waited_for_too(server: Path) -> None:  # noqa: F811
    import psycopg

    address, said = database_of(server), list[str]()
    plain = address.replace("postgresql+psycopg", "postgresql")
    with Gradebook(address, patience=0.8, say=said.append) as book, psycopg.connect(plain) as other:
        book.students(roster(1))
        book.prepare(WEEK, homework_file())
        book.record([marked("s000", (0, 0, 0, 0))])
        other.execute("UPDATE grade SET manual_score = 2 WHERE manual_score IS NULL")  # and no commit yet
        with pytest.raises(CourseError, match="another program has been writing to it"):
            book.record([marked("s000")])
        assert len(said) == 1
        timer = threading.Timer(0.3, other.commit)
        timer.start()
        assert book.record([marked("s000")]) == 1
        timer.join()
        assert book.rows(WEEK)[0].hand == 10.0  # what the other wrote meanwhile was seen


def test_a_full_disk_is_named_and_loses_one_batch(file: Path) -> None:
    with Gradebook(f"sqlite:///{file}") as book:
        book.students(roster(200))
        pages = sqlite3.connect(file).execute("PRAGMA page_count").fetchone()[0]

        @event.listens_for(book.database.engine, "begin")
        def fill(connection: Any) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 60}")

        with pytest.raises(CourseError, match=r"gradebook\.db: the disk is full: free some space"):
            book.record(whole_class(200), batch=10)
    with Gradebook(f"sqlite:///{file}") as book:
        there = sum(row.problem != "nothing is recorded for this week yet" for row in book.rows(WEEK))
        assert 0 < there < 200 and there % 10 == 0
        assert book.record(whole_class(200)) == 200 - there


def test_a_book_that_may_only_be_read_is_named(file: Path) -> None:
    address = f"sqlite:///file:{file}?mode=ro&uri=true"
    with Gradebook(address) as book:
        assert book.rows(WEEK)[0].student == "s000"  # reading needs no right to write
        with pytest.raises(CourseError, match=r"gradebook\.db.*may not be written by you"):
            book.record([marked("s000")])


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("gradebook.db", "'gradebook.db' is no gradebook; write sqlite:///gradebook.db"),
        ("mysql://me:secret@host/grades", r"'mysql://me:\*\*\*@host/grades' is no gradebook"),
        ("sqlite://", "is no gradebook"),
        ("sqlite:////no/such/folder/g.db", "does the folder /no/such/folder exist"),
        ("postgresql://teacher:secret@127.0.0.1:1/grades", r"teacher:\*\*\*@127.0.0.1:1/grades: .*refused"),
    ],
)
def test_addresses_that_lead_nowhere_are_explained(address: str, says: str) -> None:
    with pytest.raises(CourseError, match=says) as raised:
        Gradebook(address)
    assert "secret" not in str(raised.value)


def test_files_that_are_no_gradebook_are_explained(tmp_path: Path, file: Path) -> None:
    (tmp_path / "notes.db").write_text("these are my notes, and no database at all" * 100)
    with pytest.raises(CourseError, match="this file is no SQLite database"):
        Gradebook(f"sqlite:///{tmp_path / 'notes.db'}")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
    with pytest.raises(CourseError, match=r"made by another nbgrader .* version older.*nbgrader db upgrade"):
        Gradebook(f"sqlite:///{file}")


def test_both_databases_hold_the_same(server: Path, tmp_path: Path) -> None:  # noqa: F811
    addresses = [f"sqlite:///{tmp_path / 'g.db'}", database_of(server)]
    rows = []
    for address in addresses:
        grade_everything(address)
        with Gradebook(address) as book:
            rows.append(book.rows(WEEK))
    assert rows[0] == rows[1] and len(rows[0]) == SIZE
    assert contents(addresses[0]) == contents(addresses[1])


def test_nbgrader_sees_the_same_class_in_both(server: Path, tmp_path: Path) -> None:  # noqa: F811
    from nbgrader.api import Gradebook as TheirGradebook

    seen = []
    for address in (f"sqlite:///{tmp_path / 'g.db'}", database_of(server)):
        grade_everything(address)
        with TheirGradebook(address) as theirs:
            told = [theirs.submission_dicts(WEEK), theirs.notebook_submission_dicts("homework", WEEK)]
            told += [theirs.student_dicts(), [theirs.find_assignment(WEEK).to_dict()]]
            told += [[{"average": theirs.average_assignment_score(WEEK)}]]
        seen.append(
            [sorted(({k: v for k, v in each.items() if k != "id"} for each in part), key=repr) for part in told]
        )
    assert seen[0] == seen[1] and len(seen[0][0]) == SIZE
