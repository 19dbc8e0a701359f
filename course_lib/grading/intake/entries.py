"""One file among many that strangers handed in: where it was found, and how to read it without believing it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from course_lib.errors import CourseError
from course_lib.grading.untrusted_notebook import MB

PIECE = 1 << 16


@dataclass
class Limits:
    """How much is read at most, in bytes and in files. `left` shrinks as a collection goes on."""

    file: int = 20 * MB  # a notebook, or any other file handed in
    zip: int = 50 * MB  # a zip that a student handed in, packed
    left: int = 2_000 * MB  # everything together
    entries: int = 10_000  # in one zip or folder
    ratio: int = 200  # bytes unpacked for one packed, once a member has passed 1 MB
    name: int = 255  # bytes of one name


@dataclass(frozen=True)
class Entry:
    """A file that was found, with either a way to read it or the reason why it cannot be read."""

    path: str  # below the source, with forward slashes
    when: datetime | None = None
    problem: str = ""
    read: Callable[[], bytes] | None = None  # raises CourseError with a reason

    def content(self) -> bytes:
        """Its bytes. Raises CourseError with a reason that can be shown."""
        if self.problem or self.read is None:
            raise CourseError(self.problem or "it cannot be read")
        return self.read()


def read_capped(file: IO[bytes], cap: int, limits: Limits, packed: int = 0) -> bytes:
    """Read to the end, or raise CourseError at the cap. `packed`: bytes it came from, to tell a bomb early."""
    pieces, size = [], 0
    while piece := file.read(PIECE):
        size += len(piece)
        limits.left -= len(piece)
        if size > cap:
            raise CourseError(f"it is larger than {cap / MB:g} MB")
        if packed and size > min(MB, cap / 2) and size > limits.ratio * packed:
            raise CourseError(f"it unpacks to more than {limits.ratio} times its size: a zip bomb")
        if limits.left < 0:
            raise CourseError("too much was handed in together: the limit for one collection is reached")
        pieces.append(piece)
    return b"".join(pieces)


def bad_path(path: str, longest: int = 255) -> str:
    """Why a path below a folder cannot be used, or "" when it can."""
    parts = path.replace("\\", "/").rstrip("/").split("/")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in path):
        return "its name holds a character that no name may hold"
    if not path or path[0] in "/\\" or re.match(r"[A-Za-z]:", path):
        return "its name begins at the root of a disk"
    if ".." in parts:
        return "its name leads out of the folder (`..`)"
    if any(len(part.encode()) > longest for part in parts):
        return f"its name is longer than {longest} bytes"
    return ""


def shown(path: str) -> str:
    """A path that can be printed and stored: no control characters, no halves of a character, at most 300 letters."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in path).replace("\\", "/")
    return plain if len(plain) <= 300 else f"{plain[:140]} ... {plain[-140:]}"


def is_clutter(path: str) -> bool:
    """True for what systems add by themselves and nobody hands in."""
    parts = path.split("/")
    return (
        parts[0] == "__MACOSX"
        or ".ipynb_checkpoints" in parts
        or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
        or parts[-1].startswith("._")
    )
