"""A homework as it is handed out, a class, and marks for it: made by hand, without marking anything."""

import hashlib
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat

from course_lib.authoring.places import checkout
from course_lib.grading.records import Marked, Provenance, QuestionMark, Student, WrittenQuestion

WEEK = "w07"
POINTS = {"w07-1-points": 3.0, "w07-2-points": 5.0, "w07-3-points": 4.0, "w07-4-points": 4.0}
EXERCISES = ("w07.banded", "w07.relative", "w07.entropy", "w07.silence")
WRITTEN = "w07-7-written"
MADE = Provenance(
    course="0.1.0",
    exercises={name: f"{number:016x}" for number, name in enumerate(EXERCISES)},
    seed=2**70 + 1,
    libraries={"python": "3.11.2", "torch": "2.13.0"},
    sandbox="bubblewrap + namespaces + seccomp",
)


def homework_file() -> Path:
    """Week 7's homework, as students get it."""
    return checkout() / "lectures" / "w07_attention" / "homework.ipynb"


def homework() -> Any:
    """The same, read."""
    return nbformat.read(homework_file(), as_version=4)


def roster(size: int) -> list[Student]:
    """Students s000, s001, ..."""
    return [Student(f"s{number:03d}", f"Ada {number} Lovelace", f"s{number:03d}@example.org") for number in range(size)]


def hash_of(text: str) -> str:
    """A hash as submissions and answers carry it."""
    return hashlib.sha256(text.encode()).hexdigest()


def question(grade_id: str, share: float, exercise: str = "w07.banded") -> QuestionMark:
    """One question with this share of its points."""
    worth, right = POINTS[grade_id], share == 1
    return QuestionMark(
        exercise,
        grade_id,
        f"Question {grade_id}",
        points=round(share * worth, 2),
        out_of=worth,
        status="right" if right else "wrong",
        reason="All laws hold." if right else "The rows do not sum to 1.",
        nudge="" if right else "Which axis holds the answers?",
    )


def marked(student: str, shares: tuple[float, ...] = (1, 1, 1, 1), answer: str | None = "Heads differ.") -> Marked:
    """A submission handed in on time. answer   the words of the written question; None: left as it was"""
    names = zip(POINTS, EXERCISES, shares, strict=True)
    words = answer or ""
    return Marked(
        student,
        WEEK,
        hash_of(f"{student} {shares} {words}"),
        tuple(question(name, share, exercise) for name, exercise, share in names),
        (WrittenQuestion(WRITTEN, "In your own words", 4.0, answer is not None, hash_of(words)),),
        MADE,
        when="2026-11-21T13:00:00+01:00",
    )


def nothing(student: str) -> Marked:
    """What is recorded of a student who handed in nothing."""
    blank = marked(student, (0, 0, 0, 0), None)
    asked = tuple(
        replace(each, status="not attempted", reason="nothing was handed in", nudge="") for each in blank.questions
    )
    return replace(blank, sha256="", questions=asked, problem="nothing was handed in", when="")


def whole_class(size: int, seed: int = 0) -> list[Marked]:
    """Marks of all kinds: right, wrong, partly right, late, unanswered, missing."""
    chance, found = random.Random(seed), []
    for student in roster(size):
        one = marked(
            student.id,
            tuple(chance.choice((0, 0.25, 0.5, 1)) for _ in POINTS),
            chance.choice((None, "Heads differ.", "All the same.")),
        )
        kind = chance.random()
        if kind < 0.1:
            one = nothing(student.id)
        elif kind < 0.3:
            one = replace(one, days_late=1.5, keeps=0.9)
        found.append(one)
    return found
