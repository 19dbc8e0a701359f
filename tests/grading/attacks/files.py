"""Attacks by files that are no notebooks, or hardly: broken, huge, deep, in strange letters."""

import json
from typing import Any

from tests.grading.attacks.attacks import Attack

NOTHING = frozenset({"not attempted"})
NAMES = ("banded", "relative_bias", "entropy", "silence_head")


def file(name: str, tries: str, raw: bytes, says: str = "", status: frozenset[str] = NOTHING) -> Attack:
    """A whole file, in which no question has points."""
    return Attack(name, tries, dict.fromkeys(NAMES, ""), raw=raw, says=says, status=status)


def notebook(cells: list[Any], **more: Any) -> bytes:
    """A notebook's bytes."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def cell(source: Any, **more: Any) -> dict[str, Any]:
    """A code cell."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source, **more}


PAID = {"nbgrader": {"grade": True, "grade_id": "w07-1-points", "points": 100, "solution": False, "locked": False}}

ATTACKS = (
    file("empty_file", "nothing at all", b"", "not a notebook"),
    file("no_notebook", "another kind of file", b"\x89PNG\r\n\x1a\n" + bytes(100), "not a notebook"),
    file("a_list", "JSON that is no notebook", b"[1, 2, 3]", "not a notebook"),
    file("no_cells", "a notebook without cells", b"{}", "not a notebook"),
    file(
        "deep_file",
        "a hundred thousand brackets",
        b'{"cells":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "not a notebook",
    ),
    file("long_number", "a number of a million digits", b'{"cells": [], "n": ' + b"9" * 10**6 + b"}", "not a notebook"),
    file("no_letters", "bytes that are no text", b'{"cells": ["\xff\xfe\x00"]}', "not a notebook"),
    file("too_large", "21 MB", notebook([cell("x = 1", outputs=["x" * 21 * 2**20])]), "at most 20 MB"),
    file("too_many_cells", "ten thousand cells", notebook([cell("1")] * 10_000), "cells"),
    file(
        "strange_cells",
        "cells that are none",
        notebook(
            [
                None,
                1,
                "x",
                [],
                {},
                cell(None),
                cell([1, None, "x"]),
                cell({}),
                {"cell_type": [], "source": "x"},
                cell("x", metadata=[]),
                cell("x", metadata={"nbgrader": 5}),
            ]
        ),
        "not a notebook",
    ),
    file(
        "five_megabytes_of_code",
        "more code than fits into a message",
        notebook([cell("x = '" + "x" * 199_000 + "'")] * 26),
        status=frozenset({"not attempted", "stopped"}),
    ),
    file(
        "letters_of_nobody",
        "letters that no encoding knows",
        notebook([cell("banded = '\ud800\udfff\x00\u202e'"), cell("\x00"), cell("bаnded = lambda *x: 1")]),
        status=frozenset({"not attempted", "wrong"}),
    ),
    file(
        "points_in_the_metadata",
        "a cell that says it is worth 100 points",
        notebook(
            [
                cell("points('w07.banded', 1)", metadata=PAID),
                cell("def banded(size, reach):\n    return 100.0", metadata=PAID),
            ],
            metadata={"nbgrader": {"score": 100}, "max_score": 100},
        ),
        status=frozenset({"not attempted", "wrong"}),
    ),
    file(
        "markdown_only",
        "answers in cells that are not run",
        notebook([{"cell_type": "markdown", "metadata": {}, "source": "def banded(size, reach):\n    return 1"}]),
        "defines no",
    ),
    file(
        "magics_only",
        "commands of the notebook and the shell",
        notebook(
            [
                cell("%load_ext x\n!rm -rf /\n%%bash\nsleep 1000"),
                cell("%%bash\nsleep 1000"),
                cell("?banded\nbanded??"),
                cell("get_ipython().system('sleep 1000')"),
            ]
        ),
        "defines no",
    ),
    file(
        "another_language",
        "a notebook of another language",
        notebook([cell("library(torch); x <- 1")], metadata={"kernelspec": {"language": "R", "name": "ir"}}),
        "defines no",
    ),
)
