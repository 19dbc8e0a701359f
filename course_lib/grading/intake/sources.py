"""Where submissions lie: a folder, a zip, or one file. Links are not followed, pipes and devices are not opened."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.grading.intake.archives import entries_of
from course_lib.grading.intake.entries import Entry, Limits, bad_path, is_clutter, read_capped, shown
from course_lib.system_errors import refused


@contextmanager
def open_source(
    source: Path, limits: Limits, zone: tzinfo | None = None, leave_out: Path | None = None
) -> Iterator[list[Entry]]:
    """Every file of a folder or a zip, to be read inside the block; a lone file counts as a folder that holds it.

    leave_out   a folder whose files are not handed in, such as the class folder
    Raises CourseError when there is no such source, or when it is a zip that cannot be read at all.
    """
    try:
        kind = source.stat().st_mode
        if stat.S_ISDIR(kind):
            yield _files_below(source, limits, leave_out)
        elif not stat.S_ISREG(kind):
            raise CourseError(f"{source} is neither a folder nor a file")
        elif source.suffix.lower() != ".zip":
            yield [_entry(source, source.name, limits)]
        else:
            with source.open("rb") as file:
                try:
                    entries = entries_of(file, limits, zone)
                except CourseError as error:
                    raise CourseError(f"{source} cannot be read: {error}; download it again") from error
                yield entries
    except FileNotFoundError as error:
        raise CourseError(f"there is no {source}; give the folder or the zip with the submissions") from error
    except OSError as error:
        raise refused(error, f"read {source.name}", source) from error


def _files_below(top: Path, limits: Limits, leave_out: Path | None) -> list[Entry]:
    found: list[Entry] = []
    out = leave_out.resolve() if leave_out else None
    for folder, names, files in os.walk(top, onerror=lambda error: found.append(_closed(error, top))):
        here = Path(folder)
        links = [name for name in names if (here / name).is_symlink()]
        names[:] = sorted(name for name in names if name not in links and (here / name).resolve() != out)
        for name in sorted([*files, *links]):
            path = (here / name).relative_to(top).as_posix()
            if not is_clutter(path):
                found.append(_entry(here / name, path, limits))
        if len(found) > limits.entries:
            raise CourseError(f"{top} holds more than {limits.entries:,} files; give the folder of one homework")
    return found


def _closed(error: OSError, top: Path) -> Entry:
    where = Path(str(error.filename or top))
    path = where.relative_to(top).as_posix() if where.is_relative_to(top) else str(where)
    return Entry(shown(path), None, f"this folder cannot be opened ({error.strerror})")


def _entry(file: Path, path: str, limits: Limits) -> Entry:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:  # bytes that are no text stand in a name as halves of characters
        return Entry(shown(path), None, "its name is not text in UTF-8")
    try:
        seen = file.lstat()
        when = datetime.fromtimestamp(seen.st_mtime, UTC)
    except (OSError, OverflowError, ValueError) as error:
        return Entry(shown(path), None, f"it cannot be read ({error})")
    problem = bad_path(path, limits.name)
    if stat.S_ISLNK(seen.st_mode):
        problem = "it is a symbolic link"
    elif not stat.S_ISREG(seen.st_mode):
        problem = "it is a pipe or a device, not a file"
    return Entry(shown(path), when, problem, None if problem else _reader(file, limits))


def _reader(file: Path, limits: Limits) -> Callable[[], bytes]:
    cap = limits.zip if file.suffix.lower() == ".zip" else limits.file

    def read() -> bytes:
        how = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(file, how), "rb") as opened:
                if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):  # exchanged since it was listed
                    raise CourseError("it is not a file")
                return read_capped(opened, cap, limits)
        except OSError as error:
            raise CourseError(f"it cannot be read ({error.strerror})") from error

    return read
