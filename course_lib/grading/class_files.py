"""Files of a class folder: written whole or not at all, named so that every system can hold them."""

import json
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.paths import write_atomically
from course_lib.system_errors import refused

LONGEST = 80  # letters of a student's id; the systems allow 255 bytes a name
TAKEN = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # names that Windows keeps for itself
TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}")  # what `write_atomically` leaves when its program is killed


def folder_name(student: str) -> str:
    """The name of a student's folder: the id itself where every system takes it, else %20 for what does not fit.

    Two ids that differ have two names. Raises CourseError for an empty id and for one that is too long.
    """
    if not student.strip() or len(student) > LONGEST:
        raise CourseError(f"a student's id has 1 to {LONGEST} characters; got {student!r}")
    plain = unicodedata.normalize("NFC", student)
    name = "".join(_safe(letter) for letter in plain)
    if name[0] in ". " or TAKEN.match(name):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if name[-1] in ". ":
        name = f"{name[:-1]}%{ord(name[-1]):02X}"
    return name


def file_name(name: str) -> str:
    """A name under which an upload can be kept, much like its own: the last part, without what a system forbids."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1].strip()
    stem, dot, end = last.rpartition(".")
    safe = "".join(letter if letter.isalnum() or letter in "-_+ ." else "_" for letter in stem or end)
    safe = (safe.strip(". ") or "file")[:LONGEST]
    safe = f"_{safe}" if TAKEN.match(safe) else safe
    kind = "".join(letter for letter in end if letter.isascii() and letter.isalnum())[:10]
    return f"{safe}.{kind}" if stem and dot and kind else safe


def put(path: Path, content: str | bytes) -> bool:
    """Write a file whole, unless it holds exactly this already; True when something was written.

    Raises CourseError when the disk is full or the folder may not be written; the old file is then as it was.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        write_atomically(path, data)
    except OSError as error:
        raise refused(error, f"write {path.name}", path.parent) from error
    return True


def put_secret(path: Path, content: str) -> None:
    """Write a new file that its owner alone can read. Raises CourseError when it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise refused(error, f"write {path.name}", path.parent) from error


def put_json(path: Path, value: Any) -> bool:
    """Write plain values, unless the file says the same already; True when something changed."""
    if says(path, json.dumps(value)):
        return False
    return put(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def says(path: Path, text: str) -> bool:
    """Does a file hold the plain values of this JSON, as `json.dumps` writes it?"""
    try:
        return json.dumps(json.loads(path.read_bytes())) == text
    except (OSError, ValueError, RecursionError):  # it is not there, or damaged: then it is written
        return False


def get_json(path: Path) -> dict[str, Any]:
    """Read plain values. Raises CourseError when the file cannot be read, or holds something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise refused(error, f"read {path.name}", path.parent) from error
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{path} is damaged ({error}): bring it back from a backup") from error
    if not isinstance(found, dict):
        raise CourseError(f"{path} is damaged: it should hold an object, not {type(found).__name__}")
    return found


def clear_leftovers(folder: Path) -> None:
    """Remove the half-written files of a program that was killed; only under the lock that guards the folder."""
    for path in folder.rglob(".*"):
        if TEMPORARY.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)


def _safe(letter: str) -> str:
    if letter.isalnum() or letter in "-_+@. ":
        return letter
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))
