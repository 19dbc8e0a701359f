"""A lock between processes: the second one waits, and says so. The system frees it when its owner dies."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from course_lib.errors import CourseError

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(path: Path, doing: str, patience: float = 1800, say: Callable[[str], None] = print) -> Iterator[None]:
    """Hold the lock file `path` while the block runs.

    doing      what is going on, for the person who waits: "the data are being fetched"
    patience   seconds to wait for another process
    Raises CourseError when the other process still holds the lock after that time,
    OSError when the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        begun, told = time.monotonic(), False
        while True:
            try:
                _take(file)
                break
            except OSError as error:  # held by another process
                if time.monotonic() - begun > patience:
                    raise CourseError(
                        f"in another process {doing}, and it has not ended in {patience:.0f} s. "
                        f"End that process, then try again (the lock is {path})."
                    ) from error
                if not told:
                    say(f"In another process {doing}; waiting for it to end (Ctrl-C stops waiting).")
                    told = True
                time.sleep(0.1)
        yield  # closing the file frees the lock
