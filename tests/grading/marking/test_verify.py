"""Marks that were tampered with, or made by another version, are found."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom
from course_lib.grading.marking.grade import grade
from course_lib.grading.marking.verify import COMPARED, verify
from course_lib.grading.marking.worker import Job, Task
from course_lib.grading.records import Marked
from tests.grading.small_class import WEEK, large_class, made_up, making_up

OTHER = {"status": "right", "reason": "!", "kept": ("x",), "broken": ("x",), "points": 2.5, "out_of": 9.0}


@pytest.fixture
def classroom(tmp_path: Path) -> Classroom:
    """Ten students, seven of them marked; all marks made up."""
    made = large_class(tmp_path / "class", 10)
    grade(made, WEEK, making_up())
    return made


def kept(classroom: Classroom, student: str) -> Marked:
    """The marks of one student."""
    return next(each for each in classroom.results(WEEK) if each.student == student)


def test_marks_that_are_right_show_no_difference(classroom: Classroom) -> None:
    told: list[tuple[int, int]] = []
    found = verify(classroom, WEEK, making_up(), sample=0, tell=lambda done, total: told.append((done, total)))
    assert (found.checked, found.of, found.differences) == (8, 8, ())
    assert told == [(number, 8) for number in range(1, 9)]


@pytest.mark.parametrize("name", COMPARED)
def test_a_changed_mark_is_found(classroom: Classroom, name: str) -> None:
    right = kept(classroom, "s003")
    first, *others = right.questions
    wrong = replace(first, **{name: OTHER.get(name, "something else")})
    classroom.keep(replace(right, questions=(wrong, *others)))
    (said,) = verify(classroom, WEEK, making_up(), sample=0).differences
    was, now = getattr(wrong, name), getattr(first, name)
    assert said.startswith(f"s003, {wrong.exercise}: {name} was {was!r}, now ")
    assert said.removesuffix(".0").endswith(repr(now).removesuffix(".0"))


def test_another_version_is_told_as_such(classroom: Classroom) -> None:
    right = kept(classroom, "s003")
    older = replace(right.provenance, course="0.0.1", seed=right.provenance.seed + 1)
    classroom.keep(replace(right, provenance=older, questions=()))
    (said,) = verify(classroom, WEEK, making_up(), sample=0).differences
    assert said == "s003: marked with other course, seed; `course grade` marks it again"


def test_marks_of_an_earlier_submission_are_told(classroom: Classroom) -> None:
    classroom.keep(replace(kept(classroom, "s003"), sha256="0" * 64))
    (said,) = verify(classroom, WEEK, making_up(), sample=0).differences
    assert said == "s003: marked from another submission; `course grade` marks it again"


def test_a_sample_is_drawn_by_chance(classroom: Classroom) -> None:
    drawn = set()

    def run(job: Job, tasks: list[Task]) -> Iterator[Marked]:
        drawn.update(task.student for task in tasks)
        assert len(tasks) == 3
        yield from (made_up(job, task) for task in tasks)

    for seed in range(20):
        found = verify(classroom, WEEK, run, sample=3, chance=random.Random(seed))
        assert (found.checked, found.of) == (3, 8)
    assert len(drawn) == 8, "each has its turn"
    assert verify(classroom, WEEK, making_up(), sample=500).checked == 8


def test_nothing_marked_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"nothing is marked for w07: run `course grade .*class w07` first"):
        verify(large_class(tmp_path / "class", 3), WEEK, making_up())
