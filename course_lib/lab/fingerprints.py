"""When two copies of a file are the same, and when a person has touched one.

A notebook is its cells: what they say, in which order. Outputs, counts and the kernel's name change by looking.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SameContent:
    """How a delivered file is recognised: its bytes, and what it says."""

    exact: str
    content: str

    @classmethod
    def of(cls, data: bytes) -> "SameContent":
        """The marks of these bytes."""
        return cls(fingerprint(data), fingerprint(_said(data)))

    def as_dict(self) -> dict[str, str]:
        """Plain values, for JSON."""
        return asdict(self)


def fingerprint(data: bytes) -> str:
    """A short name for exactly these bytes."""
    return hashlib.sha256(data).hexdigest()[:32]


def content_of(path: Path) -> str:
    """A short name for what a file says: equal for two notebooks that differ in outputs alone."""
    return fingerprint(_said(path.read_bytes()))


def marks_of_cells(data: bytes) -> dict[str, str]:
    """A short name for what each cell of a notebook says, by the cell's id; empty for any other file."""
    notebook = _notebook(data)
    cells = notebook["cells"] if notebook else []
    said = {str(cell["id"]): json.dumps(_said_by(cell)).encode() for cell in cells if "id" in cell}
    return {id: fingerprint(text)[:8] for id, text in said.items()}


def is_as_delivered(path: Path, placed: dict[str, str] | None) -> bool:
    """True when nothing of a person's is in the file: same bytes, or opened and saved without running a cell."""
    if placed is None or path.is_symlink() or not path.is_file():
        return False
    data = path.read_bytes()
    if fingerprint(data) == placed["exact"]:
        return True
    return fingerprint(_said(data)) == placed["content"] and not _has_outputs(data)


def _notebook(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    cells = found.get("cells") if isinstance(found, dict) else None
    return found if isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells) else None


def _said(data: bytes) -> bytes:
    """A notebook's cells without what running them leaves behind; any other file as it is, line ends aside."""
    notebook = _notebook(data)
    if notebook is None:
        return data.replace(b"\r\n", b"\n")
    cells = [_said_by(cell) for cell in notebook["cells"]]
    return json.dumps(cells, sort_keys=True).encode()


def _said_by(cell: dict[str, Any]) -> tuple[Any, ...]:
    source = cell.get("source", "")
    return cell.get("cell_type"), "".join(source) if isinstance(source, list) else source, cell.get("attachments")


def _has_outputs(data: bytes) -> bool:
    notebook = _notebook(data)
    if notebook is None:
        return False
    ran = any(cell.get("outputs") or cell.get("execution_count") for cell in notebook["cells"])
    return ran or "widgets" in notebook.get("metadata", {})
