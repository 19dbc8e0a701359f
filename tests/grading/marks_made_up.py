"""Marks for tests: one submission that has everything a page can show."""

import dataclasses
from typing import Any

from course_lib.grading.records import Marked, Provenance, QuestionMark, Student, WrittenQuestion

ANNA = Student("anna", "Anna Müller", "anna@uni.test", ("4711",))
BEN = Student("ben", "Ben Okafor", "ben@uni.test", ("4712",))
HAND = {"w07-7-written": (3.5, "Good.\nName the limit, too.")}

BAND = QuestionMark(
    "w07.banded", "w07-1-points", "A band", 3.0, 3.0, "right", "Every law holds.", kept=("nobody looks ahead",)
)
BIAS = QuestionMark(
    "w07.relative", "w07-2-points", "A bias for distance", 2.5, 5.0, "wrong", "Not right yet.",
    mistake="distance backwards",
    cause="It counts from s to t.", nudge="Does position 3 lie at +3 or at -3?", law="equals the reference",
    kept=("row 0 of `up` stays",), broken=("equals the reference",),
)  # fmt: skip
ENTROPY = QuestionMark(
    "w07.entropy", "w07-3-points", "How wide does a head listen?", 0.0, 4.0, "stopped", "It ran longer than 5 seconds.",
    line="while True: pass",
)  # fmt: skip
SILENCE = QuestionMark(
    "w07.silence", "w07-4-points", "Switch a head off", 0.0, 4.0, "not attempted", "Nothing changed."
)
WORDS = WrittenQuestion("w07-7-written", "In your own words", 4.0, True)


def marks(student: str = "anna", **changes: Any) -> Marked:
    """A late submission with a right, a wrong, a stopped, a blank and a written answer: 5.5 of 20, then 90%."""
    made = Provenance(
        "0.1.0", {"w07.banded": "c0ffee"}, 987654321, {"python": "3.11.7", "torch": "2.9.0"}, "bubblewrap"
    )
    full = Marked(
        student, "w07", "ab12cd34" * 8, (BAND, BIAS, ENTROPY, SILENCE), (WORDS,), made,
        remarks=("Cell 5 did not run.",), when="2026-11-21T12:00:00+01:00", days_late=1.2, keeps=0.9,
    )  # fmt: skip
    return dataclasses.replace(full, **changes)


def missing(student: str = "ben") -> Marked:
    """Nobody handed anything in."""
    blank = tuple(dataclasses.replace(each, points=0.0, status="not attempted", mistake="", law="", broken=(), line="")
                  for each in (BAND, BIAS, ENTROPY, SILENCE))  # fmt: skip
    words = dataclasses.replace(WORDS, answered=False)
    return Marked(student, "w07", "", blank, (words,), Provenance("0.1.0"), problem="nothing was handed in")
