"""CSV files as people have them: from Excel, Canvas or Moodle, with commas or semicolons, in UTF-8 or older."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.system_errors import refused

LARGEST = 20_000_000  # bytes


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file by their line numbers; names of columns are in small letters."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    notes: tuple[str, ...] = ()

    def has(self, *columns: str) -> bool:
        """True when all these columns are there."""
        return all(column in self.columns for column in columns)


def read_table(path: Path) -> Table:
    """Read a CSV file. Raises CourseError when there is none, when it is empty or no table."""
    try:
        if path.stat().st_size > LARGEST:
            raise CourseError(f"{path} has {path.stat().st_size:,} bytes; a table of a class has far less")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CourseError(f"there is no file {path}") from error
    except OSError as error:
        raise refused(error, f"read {path.name}", path) from error
    text, notes = _decode(data, path)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):  # Excel's own line, which names the delimiter
        delimiter, text, before = first.strip()[4:5] or ",", rest, 1
    else:
        delimiter, before = max(",;\t", key=first.count), 0
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        lines = [(reader.line_num + before, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise CourseError(f"{path} is not a CSV file: {error}") from error
    if not lines:
        raise CourseError(f"{path} is empty")
    columns = tuple(cell.strip().lower() for cell in lines[0][1])
    rows = tuple(
        (number, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)})
        for number, cells in lines[1:]
    )
    return Table(columns, rows, tuple(notes))


def _decode(data: bytes, path: Path) -> tuple[str, list[str]]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # Excel's "Unicode text"
        return data.decode("utf-16", "replace"), []
    if b"\0" in data:
        raise CourseError(f"{path} is not a CSV file; save it from the spreadsheet as CSV")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        note = f"{path.name} is not in UTF-8; it was read as Latin-1: look whether names with accents are right"
        try:
            return data.decode("cp1252"), [note]
        except UnicodeDecodeError:
            return data.decode("latin-1"), [note]
