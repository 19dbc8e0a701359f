"""CSV that other systems wrote and will read again, and that a spreadsheet may open without running anything."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_lib.errors import CourseError

FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\0",
    "＝",
    "＋",
    "－",
    "＠",
)  # what may start a formula in a spreadsheet
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?|-")
LARGEST = 20_000_000  # characters


@dataclass(frozen=True)
class Spreadsheet:
    """A table with a head; every row is as long as the head."""

    source: str  # where it came from, for messages
    heads: list[str]
    rows: list[list[str]]
    delimiter: str

    def seek(self, name: str) -> int | None:
        """The column called so, whatever the case; None when there is none.

        The number that Canvas puts behind an assignment, "Week 7 homework (4711)", may be left out.
        """
        for plain in (str, lambda head: re.sub(r" \(\d+\)$", "", head)):
            found = [i for i, head in enumerate(self.heads) if plain(head).strip().lower() == name.strip().lower()]
            if len(found) > 1:
                raise CourseError(
                    f"the file from {self.source} has {len(found)} columns called {name!r}: "
                    f"{', '.join(self.heads[i] for i in found)}; name one with its number, or rename one there"
                )
            if found:
                return found[0]
        return None

    def find(self, name: str, hint: str = "") -> int:
        """The column called so. Raises CourseError that lists the columns there are, and gives the hint."""
        if (found := self.seek(name)) is not None:
            return found
        raise CourseError(f"the file from {self.source} has no column {name!r}; it has: {', '.join(self.heads)}{hint}")


def read_spreadsheet(text: str, source: str, needed: Sequence[str]) -> Spreadsheet:
    """Read a CSV file whatever its delimiter. needed: columns it must have.

    Raises CourseError for a file that is not of that kind.
    """
    if len(text) > LARGEST:
        raise CourseError(f"the file from {source} has {len(text):,} characters; more than {LARGEST:,} are not read")
    text = text.removeprefix("\ufeff")
    for delimiter in (",", ";", "\t"):
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
        except csv.Error as error:
            raise CourseError(f"the file from {source} cannot be read as CSV: {error}") from None
        if rows and {name.lower() for name in needed} <= {head.strip().lower() for head in rows[0]}:
            heads, wide = rows[0], len(rows[0])
            if long := next((i for i, row in enumerate(rows, 1) if len(row) > wide), None):
                raise CourseError(
                    f"the file from {source}: row {long} has more cells than the {wide} columns of the head"
                )
            return Spreadsheet(source, heads, [row + [""] * (wide - len(row)) for row in rows[1:]], delimiter)
    first = text.lstrip().split("\n", 1)[0][:200]
    raise CourseError(
        f"this is no file from {source}: the first line should name {', '.join(needed)}, but it is {first!r}. "
        "Download it again with the language set to English, and do not save it from a spreadsheet."
    )


def as_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """The rows as CSV with the line ends of RFC 4180; no cell can start a formula."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def safe(cell: str) -> str:
    """A cell that a spreadsheet shows as text: an apostrophe before what could start a formula. Numbers stay."""
    if cell.lstrip(" ").startswith(FORMULA) and not NUMBER.fullmatch(cell.strip(" ")):
        return f"'{cell}"
    return cell
