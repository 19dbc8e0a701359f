"""When something was handed in, as systems write it: nbgrader's stamps, and tables that a teacher downloads."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from course_lib.errors import CourseError
from course_lib.grading.roster.matching import Claim
from course_lib.grading.roster.tables import read_table

STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ _T](\d\d)[:_.-](\d\d)[:_.-](\d\d)(?:[.,](\d{1,6})\d*)?\s*(\S*)")
IN_WORDS = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d %B %Y, %I:%M %p")
COLUMNS = ("last modified (submission)", "when", "submitted_at", "submitted")
WHO = ("id", "email address", "identifier", "id number", "email", "full name", "name", "username")


def read_stamp(text: str, zone: tzinfo | None = None) -> datetime | None:
    """`2026-11-21 10:00:00.123456 UTC`, ISO 8601 or Moodle's words as a moment; None for what is none of these.

    zone   of times that name none; None: this machine's
    """
    text = " ".join(text.split())
    try:
        if found := STAMP.fullmatch(text):
            day, hour, minute, second, part, place = found.groups()
            local = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second}.{(part or '0').ljust(6, '0')}")
            if not place:
                return _local(local, zone)
            known = _zone(place)
            return local.replace(tzinfo=known) if known else None
        local = datetime.fromisoformat(text)
        return local if local.tzinfo else _local(local, zone)
    except (ValueError, OverflowError, OSError):
        return _in_words(text, zone)


def read_times(path: Path, zone: tzinfo | None = None) -> list[tuple[Claim, datetime]]:
    """Who handed in when, from a Moodle grading worksheet or a table with the columns id and when.

    Raises CourseError when the table has no such columns, or a time that cannot be read.
    """
    table = read_table(path)
    column = next((name for name in COLUMNS if table.has(name)), None)
    people = [name for name in WHO if table.has(name)]
    if column is None or not people:
        raise CourseError(
            f"{path} has the columns {', '.join(table.columns)}. A table of times has `id` and `when`; "
            "Moodle's grading worksheet, with `Last modified (submission)`, will do too"
        )
    found = []
    for line, row in table.rows:
        text = row.get(column, "")
        if text in ("", "-"):
            continue
        when = read_stamp(text, zone)
        if when is None:
            raise CourseError(f"{path}, line {line}: {text!r} is no time; write it like 2026-11-21T23:59+01:00")
        ids = tuple(row[name] for name in people if row.get(name) and "name" not in name)
        names = tuple(row[name] for name in people if row.get(name) and "name" in name)
        found.append((Claim(ids, names), when))
    return found


def _in_words(text: str, zone: tzinfo | None) -> datetime | None:
    for form in IN_WORDS:
        try:
            return _local(datetime.strptime(text, form), zone)
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()


def _zone(place: str) -> tzinfo | None:
    if place.upper() in ("UTC", "Z", "GMT", "UCT"):
        return UTC
    if found := re.fullmatch(r"([+-])(\d\d):?(\d\d)", place):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(offset if found[1] == "+" else -offset)
    try:
        return ZoneInfo(place) if re.fullmatch(r"[A-Za-z][\w/+-]*", place) else None
    except (KeyError, ValueError, OSError):  # an abbreviation that several zones share, such as IST
        return None
