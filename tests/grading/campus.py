"""What a campus system hands over, made small: notebooks of week 7's homework, and zips of any kind."""

import io
import json
import os
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

LINKS, PIPES = 0o120777 << 16, 0o010644 << 16  # a zip keeps the kind of a file in the upper half of its attributes


def homework(says: str = "pass", week: str = "w07") -> bytes:
    """A homework with one answer; `says` tells one from another."""
    call = {"w07": 'points("w07.banded", banded)', "w08": 'points("w08.post_norm", post_norm)'}[week]
    cells = [cell(f"{week}-1-answer", f"def banded(size, reach):\n    {says}"), cell(f"{week}-1-points", call)]
    return notebook(cells)


def lecture() -> bytes:
    """Week 7's lecture, as somebody hands it in by mistake."""
    return notebook([cell("w07-3-attend-answer", 'attend = check("w07.attend", attend)'), cell("w07-5-split", "split")])


def cell(id: str, source: str) -> dict[str, Any]:
    """A code cell that nbgrader knows."""
    grader = {"grade_id": id, "grade": False, "locked": False, "solution": True, "schema_version": 3, "task": False}
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {"nbgrader": grader},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(cells: list[dict[str, Any]]) -> bytes:
    """The cells as a file."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def packed(files: Mapping[str, bytes], when: tuple[int, int, int, int, int, int] = (2026, 11, 20, 12, 0, 0)) -> bytes:
    """A zip of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, when)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            opened.writestr(info, data)
    return made.getvalue()


def with_member(info: zipfile.ZipInfo, data: bytes = b"{}") -> bytes:
    """A zip of two good files with a third of your own between them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("ana/homework.ipynb", homework())
        opened.writestr(info, data)
        opened.writestr("eva/homework.ipynb", homework())
    return made.getvalue()


def lay(folder: Path, files: Mapping[str, bytes], when: str = "2026-11-20T12:00:00+00:00") -> Path:
    """A folder of these files, all of one date."""
    moment = datetime.fromisoformat(when).timestamp()
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, (moment, moment))
    return folder


def lay_zip(file: Path, files: Mapping[str, bytes]) -> Path:
    """A zip on disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(packed(files))
    return file
