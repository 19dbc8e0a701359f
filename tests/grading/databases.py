"""A fresh gradebook address for a test: a SQLite file, or a database on a PostgreSQL of the tests' own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

NO_POSTGRES = "no PostgreSQL found; install it (apt install postgresql) or put initdb and pg_ctl on the path"
NUMBERS = count()


def programs() -> Path | None:
    """The folder with initdb and pg_ctl: of the path, or where Debian puts them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@contextmanager
def serve() -> Iterator[Path]:
    """Start a private server that listens on a socket in a folder of its own, and nowhere else. -> the folder"""
    folder = programs()
    if folder is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI=true, and " + NO_POSTGRES)
        pytest.skip(NO_POSTGRES)
    user = None
    place = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the path of a socket may have 107 letters
    if os.getuid() == 0:  # the server refuses to run as root
        user = "postgres"
        shutil.chown(place, user)
    data, log = place / "data", place / "log"

    def run(program: str, *arguments: str) -> None:
        command = [str(folder / program), "-D", str(data), *arguments]
        done = subprocess.run(command, user=user, capture_output=True, text=True, timeout=120, cwd="/")
        assert done.returncode == 0, f"{program}: {done.stderr}\n{log.read_text() if log.exists() else ''}"

    try:
        run("initdb", "-A", "trust", "-U", "teacher", "--no-sync", "-E", "UTF8", "--locale=C")
        with (place / "out").open("wb") as out:  # a server that inherits a pipe would keep the test waiting
            start = [str(folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(log)]
            start += ["-o", f"-k {place} -c listen_addresses='' -F", "start"]
            assert subprocess.run(start, user=user, stdout=out, stderr=out, timeout=120, cwd="/").returncode == 0
        try:
            yield place
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(place)


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """One PostgreSQL for the tests of a file."""
    with serve() as folder:
        yield folder


def database_of(folder: Path) -> str:
    """A new, empty database. -> its address"""
    import psycopg

    name = f"grades{next(NUMBERS)}"
    with psycopg.connect(f"host={folder} user=teacher dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://teacher@/{name}?host={folder}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a gradebook that is not there yet; each test runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gradebook.db'}"
    return database_of(request.getfixturevalue("server"))
