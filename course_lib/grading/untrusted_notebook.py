"""An untrusted notebook as a list of cells: read as data, with a size, a depth and a number that it may not exceed."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from course_lib.errors import CourseError

MB = 1_000_000
DEEPEST = 100  # brackets within brackets; the notebooks of the course need 6
MOST_PARTS = 1_000_000  # opening brackets in one file: more would fill the memory
CELLS, SOURCE = 1000, 200_000  # cells; characters in one of them


@dataclass(frozen=True)
class Cell:
    """What a cell says, and the id under which the gradebook knows it (or "")."""

    kind: str  # code, markdown, raw
    source: str
    grade_id: str = ""


def read_notebook(data: bytes) -> list[Cell]:
    """The cells of a notebook. Raises CourseError that says what is wrong with it, in words for its author."""
    try:
        cells = parse_notebook(data)["cells"]
    except CourseError as error:
        raise CourseError(f"not a notebook: {error}") from None
    if len(cells) > CELLS:
        raise CourseError(f"the notebook has {len(cells)} cells; {CELLS} are read at most")
    return [read_cell(cell) for cell in cells]


def parse_notebook(data: bytes, largest: int = 20 * MB) -> dict[str, Any]:
    """The notebook in these bytes. Raises CourseError that says what is wrong, whatever the bytes are."""
    if len(data) > largest:
        raise CourseError(f"it has {len(data) / MB:.1f} MB; at most {largest / MB:g} MB are read")
    if not data.strip():
        raise CourseError("the file is empty")
    if data.count(b"[") + data.count(b"{") > MOST_PARTS:
        raise CourseError("it has millions of parts")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CourseError(f"it is not text in UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise CourseError("its brackets are nested too deeply") from None
    except ValueError as error:
        raise CourseError(f"it is not JSON ({str(error)[:100]})") from None
    if _is_deep(found):
        raise CourseError("its brackets are nested too deeply")
    if isinstance(found, dict) and "worksheets" in found:
        raise CourseError("it is in an old format (nbformat 3): open it in JupyterLab and save it")
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise CourseError("it has no cells")
    for number, cell in enumerate(found["cells"], start=1):
        source = cell.get("source") if isinstance(cell, dict) else None
        lines = source if isinstance(source, list) else [source]
        if not all(isinstance(line, str) for line in lines):
            raise CourseError(f"cell {number} has no text")
    return found


def _is_deep(value: Any) -> bool:
    """True when lists and objects lie more than DEEPEST within one another; level by level, so that it cannot fail."""
    level = [value]
    for _ in range(DEEPEST):
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def read_cell(cell: dict[str, Any]) -> Cell:
    """One cell; what is not as it should be is empty."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    return Cell(
        str(cell.get("cell_type"))[:20],
        readable(source[: SOURCE + 1] if isinstance(source, str) else ""),
        grade_id[:100] if isinstance(grade_id, str) else "",
    )


def readable(source: str) -> str:
    """A source without what no text may hold (halves of a character, NUL)."""
    return re.sub("[\ud800-\udfff\0]", "\ufffd", source)


def said(source: str) -> str:
    """A short name for what a cell says: spaces at line ends and empty lines around it do not count."""
    rows = [row.rstrip() for row in source.replace("\r\n", "\n").split("\n")]
    return hashlib.sha256("\n".join(rows).strip().encode()).hexdigest()[:32]
