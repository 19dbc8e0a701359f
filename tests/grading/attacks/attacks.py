"""A class of attacks: notebooks that try to earn points, get something out, or do harm. Each must fail.

Every attack says what it tries and what must hold. The marker is tried on them by the tests, and a teacher can look at
what was tried. In the cells @HOME@, @BOOK@, @OTHER@ stand for files that no submission may read, @SOLUTIONS@ for a
folder, @OUTSIDE@ for a file that none may write, and @PORT@ for a port of this machine that somebody listens at.
"""

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_lib.grading.demo.answers import Answers
from course_lib.grading.demo.extras import Cell, code, is_answer

KINDS = (
    "time",
    "output",
    "use",
    "reading",
    "patches",
    "answers",
    "library",
    "forbidden",
    "protocol",
    "frames",
    "files",
)
STATES = frozenset({"wrong", "stopped", "not attempted"})


@dataclass(frozen=True)
class Attack:
    """One notebook, and what must hold."""

    name: str
    tries: str  # what it is after, in a sentence
    answers: dict[str, str] = field(default_factory=dict)  # name -> the cell; all others are answered right
    before: tuple[str, ...] = ()  # cells before all answers
    after: tuple[str, ...] = ()  # cells behind them
    most: float = 0.0  # points that each of `answers` may have
    status: frozenset[str] = STATES  # of each of `answers`
    says: str = ""  # part of a reason or a remark
    others: bool = True  # do the right answers in the same notebook keep all their points?
    week: str = "w07"
    raw: bytes | None = None  # the whole file, where it is no notebook


@dataclass(frozen=True)
class Places:
    """The files and the port that attacks go for."""

    home: Path
    book: Path
    other: Path
    solutions: Path
    outside: Path
    port: int

    def put_into(self, source: str) -> str:
        """Replace @HOME@ and the others by where they are."""
        for name, place in vars(self).items():
            source = source.replace(f"@{name.upper()}@", str(place))
        return source


def attacks() -> Iterator[Attack]:
    """All of them."""
    for name in KINDS:
        yield from importlib.import_module(f"tests.grading.attacks.{name}").ATTACKS


def notebook_of(attack: Attack, answers: Answers, places: Places) -> bytes:
    """The notebook that a student with this in mind hands in."""
    if attack.raw is not None:
        return attack.raw
    cells = list[Cell]()
    by_cell = {answers.cell_of(name): name for name in answers.names}
    for cell in answers.released["cells"]:
        if is_answer(cell):
            name = by_cell[cell["metadata"]["nbgrader"]["grade_id"]]
            cell = {**cell, "source": attack.answers.get(name, answers.right(name).text)}
        cells.append(cell)
    start = next(number for number, cell in enumerate(cells) if is_answer(cell))
    cells = [*cells[:start], *map(code, attack.before), *cells[start:], *map(code, attack.after)]
    placed: list[dict[str, Any]] = [{**cell, "source": places.put_into("".join(cell["source"]))} for cell in cells]
    return json.dumps({**answers.released, "cells": placed}).encode()
