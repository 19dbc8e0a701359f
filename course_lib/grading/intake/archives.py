"""Reading a zip that a stranger made: nothing touches the disk, nothing is believed, nothing bad stops the rest.

Only plain files are read, in pieces, up to a cap that does not trust the sizes in the headers. A member that is
something else (a link, a device, a way out of the folder, a bomb) becomes an entry that says why it cannot be read.
Format: PKWARE APPNOTE 6.3.10, sections 4.3.12 (table of contents) and 4.5 (extra fields).
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import IO

from course_lib.errors import CourseError
from course_lib.grading.intake.entries import Entry, Limits, bad_path, is_clutter, read_capped, shown
from course_lib.grading.untrusted_notebook import MB

UTF8_NAME, LOCKED = 0x800, 0x1
TIME_FIELD = 0x5455  # Info-ZIP's extra field: seconds since 1970, in UTC
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, struct.error, MemoryError)


def entries_of(file: IO[bytes], limits: Limits, zone: tzinfo | None = None) -> list[Entry]:
    """Every file of a zip. Raises CourseError when it is no zip, or has more entries than `limits` allows.

    zone   the time zone of dates that carry none: those in a zip are local time; None: this machine's
    """
    careful = _Careful(file, limits.entries * 1024)
    try:
        opened = zipfile.ZipFile(careful)
    except BROKEN as error:
        raise CourseError(f"it is not a whole zip file ({error})") from error
    careful.listing = False
    infos = opened.infolist()
    if len(infos) > limits.entries:
        raise CourseError(f"it has {len(infos):,} entries; at most {limits.entries:,} are read")
    found = []
    for info in infos:
        path, problem = _judge(info, info.header_offset in careful.unreadable, limits)
        if problem or not (info.is_dir() or is_clutter(path)):
            read = None if problem else _reader(opened, info, limits)
            found.append(Entry(shown(path), _time_of(info, zone), problem, read))
    return found


def entries_within(data: bytes, limits: Limits, zone: tzinfo | None = None) -> list[Entry]:
    """Every file of a zip that was itself handed in; a zip within it stays closed."""
    return [
        Entry(each.path, each.when, "it is a zip within a zip within the upload: unpack it first")
        if each.path.lower().endswith(".zip") and not each.problem
        else each
        for each in entries_of(io.BytesIO(data), limits, zone)
    ]


class _Careful:
    """The file under a zip. It reads no table of contents above `most` bytes, and finds names that are not text.

    The zip module gives up on the whole file for one name that claims to be UTF-8 and is not. Here such a name
    loses the claim, and its place is remembered in `unreadable`.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.file, self.most = file, max(most, MB)
        self.listing, self.unreadable = True, set[int]()

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = self.most  # the module reads so the last 64 kB alone
        if size > self.most:
            raise zipfile.BadZipFile("its table of contents is too long")
        data = self.file.read(size)
        return self._without_false_claims(data) if self.listing and data[:4] == b"PK\1\2" else data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def seekable(self) -> bool:
        return True

    def _without_false_claims(self, table: bytes) -> bytes:
        mended, at = bytearray(table), 0
        while at + 46 <= len(table) and table[at : at + 4] == b"PK\1\2":
            flags, name, extra, comment, header = struct.unpack_from("<8xH18x3H8xI", table, at)
            try:
                table[at + 46 : at + 46 + name].decode("utf-8" if flags & UTF8_NAME else "cp437")
            except UnicodeDecodeError:
                struct.pack_into("<H", mended, at + 8, flags & ~UTF8_NAME)
                self.unreadable.add(header)
            at += 46 + name + extra + comment
        return bytes(mended)


def _judge(info: zipfile.ZipInfo, unreadable: bool, limits: Limits) -> tuple[str, str]:
    """The path of a member, and why it cannot be read."""
    path, kind = _name_of(info), stat.S_IFMT(info.external_attr >> 16)
    problem = "its name is not text in UTF-8" if unreadable else bad_path(path, limits.name)
    if not problem and kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        problem = "it is a symbolic link" if kind == stat.S_IFLNK else "it is a device, not a file"
    if not problem and info.flag_bits & LOCKED:
        problem = "it is locked with a password"
    if not problem and info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        problem = f"it is packed in a rare way (method {info.compress_type}): zip it again"
    return path.replace("\\", "/"), problem


def _name_of(info: zipfile.ZipInfo) -> str:
    """The whole name, also behind a NUL; names without a flag are UTF-8 where they can be (macOS writes such)."""
    if info.flag_bits & UTF8_NAME:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.orig_filename


def _reader(opened: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> Callable[[], bytes]:
    cap = limits.zip if info.filename.lower().endswith(".zip") else limits.file

    def read() -> bytes:
        try:
            with opened.open(info) as member:
                return read_capped(member, cap, limits, max(info.compress_size, 1))
        except BROKEN as error:
            raise CourseError(f"it is damaged inside the zip ({error})") from error

    return read


def _time_of(info: zipfile.ZipInfo, zone: tzinfo | None) -> datetime | None:
    extra = info.extra
    try:
        while len(extra) >= 4:
            kind, size = struct.unpack_from("<HH", extra)
            if kind == TIME_FIELD and size >= 5 and len(extra) >= 9 and extra[4] & 1:
                return datetime.fromtimestamp(struct.unpack_from("<i", extra, 5)[0], UTC)
            extra = extra[4 + size :]
        if info.date_time[0] <= 1980:  # the format's first year stands for "not known"
            return None
        local = datetime(*info.date_time)
        return local.replace(tzinfo=zone) if zone else local.astimezone()
    except (ValueError, OverflowError, OSError):
        return None
