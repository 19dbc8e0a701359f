"""The progress file: two notebooks at once, a kill in the middle of a write, damage, and no place to write."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_lib.exercises.tracking import store
from course_lib.paths import progress_file

WRITER = """
import sys
from course_lib.exercises.tracking import store
print("ready", flush=True)
for i in range(int(sys.argv[2])):
    store.record_attempt(sys.argv[1], "wrong", 0.5, None)
    store.next_hint("w99.shared")
print(store.notes(), flush=True)
"""


def writer(name: str, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, name, str(times)], stdout=subprocess.PIPE, text=True)


def test_two_notebooks_write_at_once_and_nothing_is_lost() -> None:
    both = [writer("w99.one", 150), writer("w99.two", 150)]
    said = [each.communicate(timeout=120)[0] for each in both]
    assert all(text.strip().endswith("[]") for text in said), said
    known = store.attempts()
    assert known["w99.one"]["attempts"] == known["w99.two"]["attempts"] == 150
    assert store.next_hint("w99.shared") == 300


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_kill_in_the_middle_of_writes_leaves_a_whole_file() -> None:
    for _ in range(3):
        process = writer("w99.killed", 100_000)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.25)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with sqlite3.connect(progress_file()) as book:
            assert book.execute("pragma integrity_check").fetchone() == ("ok",)
    store.record_attempt("w99.killed", "right", 1.0, None)
    assert store.attempts()["w99.killed"]["right"]
    assert store.notes() == []


def test_a_damaged_file_is_set_aside_and_said_so() -> None:
    file = progress_file()
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is not a database, it is a poem\n" * 200)
    store.record_attempt("w99.share", "right", 1.0, None)
    assert store.attempts()["w99.share"]["right"]
    [note] = store.notes()
    assert "damaged" in note
    kept = list(file.parent.glob("*.broken-*"))
    assert len(kept) == 1
    assert kept[0].name in note
    assert kept[0].read_bytes().startswith(b"this is not a database")
    assert store.notes() == [], "said once"


def test_damage_inside_the_file_is_survived() -> None:
    for _ in range(400):
        store.record_attempt("w99.share", "wrong", 0.0, "mask forgotten")
    with sqlite3.connect(progress_file()) as book:
        book.execute("pragma wal_checkpoint(truncate)")
    file = progress_file()
    content = bytearray(file.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(content)
    store.record_attempt("w99.share", "right", 1.0, None)
    assert store.attempts()["w99.share"]["right"]
    assert len(store.notes()) == 1


def test_without_a_place_to_write_the_session_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "file" / "home"))
    store.record_attempt("w99.share", "right", 1.0, None)
    assert store.attempts()["w99.share"]["right"]
    [note] = store.notes()
    assert "cannot be saved" in note


def test_a_full_disk_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    store.record_attempt("w99.share", "wrong", 0.0, None)
    real = store.connect

    def full(path: Path) -> sqlite3.Connection:
        book = real(path)
        pages = book.execute("pragma page_count").fetchone()[0]
        book.execute(f"pragma max_page_count = {pages}")
        return book

    monkeypatch.setattr(store, "connect", full)
    for _ in range(500):
        store.record_attempt("w99.share", "right", 1.0, "a mistake with a long name" * 20)
    [note] = store.notes()
    assert "full" in note


def test_a_file_that_stays_locked_does_not_stop_the_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WAIT", 0.1)
    store.record_attempt("w99.share", "wrong", 0.0, None)
    other = sqlite3.connect(progress_file(), isolation_level=None)
    other.execute("begin immediate")
    try:
        store.record_attempt("w99.share", "right", 1.0, None)
        assert "Another notebook" in store.notes()[0]
    finally:
        other.execute("rollback")
        other.close()
    assert store.attempts()["w99.share"]["attempts"] == 1


def test_a_note_said_twice_is_said_once_and_names_the_file() -> None:
    progress_file().mkdir(parents=True)
    store.attempts()
    store.answers()
    [note] = store.notes()
    assert "cannot be read" in note and str(progress_file()) in note
