"""A class that hands in homework, made by code: right answers, known mistakes, blanks, and all that goes wrong.

Every notebook's marks are known beforehand, from how it was made and never from the marker: so the marker can be tried
on it, and so can a teacher (`course grade --demo`).
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.grading.class_files import put
from course_lib.grading.demo.answers import WRITTEN, Answer, Answers, Expected
from course_lib.grading.demo.extras import CHANGES, Cell, is_answer
from course_lib.grading.records import Student
from course_lib.grading.roster.roster import as_csv

DUE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
STORIES = (
    "all right",
    "all blank",
    "some of everything",
    "an answer that crashes",
    "an answer that is no Python",
    "an answer deleted",
    *CHANGES,
    "not a notebook",
    "late by a day",
    "nothing handed in",
    "an empty file",
    "half of it done",
)
MISTAKES = "known mistakes"  # every second student
LATE = {"late by a day": 1.5}
UNREADABLE = {"not a notebook": b"PK\x03\x04 my homework.docx", "an empty file": b""}
MISSING = "nothing handed in"
FIRST = (
    "Ana",
    "Béla",
    "Chidi",
    "Dara",
    "Emre",
    "Fatou",
    "Goran",
    "Hana",
    "İnci",
    "Joon",
    "Kofi",
    "Léa",
    "Nadia",
    "Olu",
)
LAST = ("Abebe", "Bianchi", "Çelik", "Dupont", "Farouk", "García", "Huber", "Łuczak", "Müller", "Nguyễn", "O'Neill")


@dataclass(frozen=True)
class Truth:
    """What one student's homework must come to."""

    student: Student
    story: str
    questions: dict[str, Expected] = field(default_factory=dict)  # by the answer's name
    is_readable: bool = True  # False: no question has any points, and the reason stands in Marked.problem
    is_there: bool = True
    days_late: float = 0.0
    wrote: bool = False  # did they write on the questions that a person marks?


def demo_class(week: str, folder: Path, size: int = 30, seed: int = 0) -> dict[str, Truth]:
    """Write a class's homework: `folder/roster.csv`, and `folder/submitted/STUDENT/WEEK/homework.ipynb` with the time.

    -> the truth about each student, by id. The same arguments always write the same files.
    Raises CourseError for a size below 1, a week without homework, or where there is no source checkout.
    """
    if size < 1:
        raise CourseError(f"a class of {size} students has no homework; 1 or more have")
    answers, chance = Answers(week), random.Random(f"{week} {seed}")
    truths = {}
    for student, (story, number) in zip(students(size, chance), stories(size), strict=True):
        truth, data = homework(answers, student, story, number, chance)
        truths[student.id] = truth
        if truth.is_there:
            place = folder / "submitted" / student.id / week
            when = DUE + timedelta(days=truth.days_late) if truth.days_late else DUE - timedelta(hours=1 + number)
            put(place / "homework.ipynb", data)
            put(place / "timestamp.txt", f"{when:%Y-%m-%d %H:%M:%S.%f} UTC".encode())
    put(folder / "roster.csv", as_csv([each.student for each in truths.values()]).encode())
    return truths


def students(size: int, chance: random.Random) -> Iterator[Student]:
    """People with names from everywhere."""
    pairs = [(first, last) for first in FIRST for last in LAST]
    chance.shuffle(pairs)
    for number in range(size):
        first, last = pairs[number % len(pairs)]
        id = f"s{number + 1:04d}"
        yield Student(id, f"{first} {last}", f"{id}@example.org")


def stories(size: int) -> Iterator[tuple[str, int]]:
    """(story, how many times it was told before): one in two students makes known mistakes, all others differ."""
    for number in range(size):
        if number % 2:
            yield MISTAKES, number // 2
        else:
            yield STORIES[number // 2 % len(STORIES)], number // 2 // len(STORIES)


def homework(answers: Answers, student: Student, story: str, number: int, chance: random.Random) -> tuple[Truth, bytes]:
    """One student's homework -> the truth about it, and the file's bytes."""
    if story == MISSING or story in UNREADABLE:
        nothing = {name: Expected("not attempted", 0.0) for name in answers.names}
        there = story in UNREADABLE
        return Truth(student, story, nothing, is_readable=False, is_there=there), UNREADABLE.get(story, b"")
    written = list(write(answers, story, number, chance))
    wrote = story not in ("all blank", MISTAKES)
    cells = filled(answers, written, wrote)
    if story in CHANGES:
        cells = CHANGES[story](cells, chance)
    notebook = {**answers.released, "cells": cells}
    truth = Truth(
        student,
        story,
        {name: answer.expected for name, answer in zip(answers.names, written, strict=True)},
        days_late=LATE.get(story, 0.0),
        wrote=wrote,
    )
    return truth, json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def write(answers: Answers, story: str, number: int, chance: random.Random) -> Iterator[Answer]:
    """The answer to each question."""
    special = {
        "an answer that crashes": answers.crashing,
        "an answer that is no Python": answers.unreadable,
        "an answer deleted": answers.deleted,
    }
    chosen = chance.randrange(len(answers.names))
    for place, name in enumerate(answers.names):
        if story == MISTAKES:
            yield answers.mistake(name, number)
        elif story == "all blank" or (story == "half of it done" and place % 2):
            yield answers.blank(name)
        elif story == "some of everything":
            made: list[Callable[[str], Answer]] = [
                answers.right,
                answers.blank,
                partial(answers.mistake, number=number + 1),
            ]
            yield made[(place + number) % 3](name)
        elif place == chosen and story in special:
            yield special[story](name)
        else:
            yield answers.right(name)


def filled(answers: Answers, written: list[Answer], wrote: bool) -> list[Cell]:
    """The cells of the notebook that was handed out, with these answers in it."""
    texts = {answers.cell_of(name): answer.text for name, answer in zip(answers.names, written, strict=True)}
    found = []
    for cell in answers.released["cells"]:
        cell = {**cell, "source": "".join(cell["source"])}
        mark = cell["metadata"].get("nbgrader", {})
        if is_answer(cell):
            text = texts.get(mark["grade_id"], cell["source"])
            if text is None:
                continue
            cell["source"] = text
        elif wrote and mark.get("grade") and cell["cell_type"] == "markdown":
            cell["source"] = WRITTEN
        found.append(cell)
    return found
