"""Where the old goes before something new takes its place: nothing that a learner wrote is ever thrown away."""

import os
import time
from pathlib import Path

FOLDER = "kept"


def stamp(now: float) -> str:
    """`2026-11-21 17.05.12`: sorts by time, and every file system allows it."""
    return time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(now))


def keep(folder: Path, name: str, suffix: str, content: bytes) -> Path:
    """Write a file that was not there: `name.py`, or `name (2).py` where one is; whole on the disk when this returns.

    Raises OSError where the folder cannot be written; then nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 1
    while True:
        file = folder / f"{name}{f' ({count})' if count > 1 else ''}{suffix}"
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
        except FileExistsError:
            count += 1
            continue
        try:
            with os.fdopen(handle, "wb") as written:
                written.write(content)
                written.flush()
                os.fsync(written.fileno())
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return file
