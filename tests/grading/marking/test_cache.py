"""Marks that are known are found again, by exactly what they depend on."""

import multiprocessing
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.marking.cache import LINES, Cache
from course_lib.grading.marking.provenance import key_of
from course_lib.grading.records import Marked
from tests.grading.sample_marks import MADE, hash_of, whole_class

MARKS = whole_class(11)


def test_what_is_kept_is_found_as_it_was(tmp_path: Path) -> None:
    with Cache(tmp_path / "marks.db") as cache:
        assert cache.find(["a", "b"]) == {}
        cache.keep([("a", MARKS[0]), ("b", MARKS[1])])
        assert cache.find(["a", "b", "c", "a"]) == {"a": MARKS[0], "b": MARKS[1]}
        cache.keep([("a", MARKS[2])])
    with Cache(tmp_path / "marks.db") as cache:
        assert cache.find(["a"]) == {"a": MARKS[2]}, "the latest counts, also for the next program"


def test_more_keys_than_one_question_takes(tmp_path: Path) -> None:
    count = 2 * LINES + 3
    with Cache(tmp_path / "marks.db") as cache:
        cache.keep((str(number), MARKS[number % 11]) for number in range(count))
        found = cache.find(str(number) for number in range(-5, count + 5))
    assert found == {str(number): MARKS[number % 11] for number in range(count)}


def test_a_batch_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with Cache(tmp_path / "marks.db") as cache:
        with pytest.raises(TypeError):
            cache.keep([("a", MARKS[0]), ("b", replace(MARKS[1], seconds={1}))])  # type: ignore[arg-type]
        with pytest.raises(sqlite3.Error):
            cache.keep([("a", MARKS[0]), ({}, MARKS[1])])  # type: ignore[list-item]
        assert cache.find(["a", "b"]) == {}


def test_the_key_depends_on_everything_a_mark_depends_on() -> None:
    keys = [
        key_of(hash_of("one"), "w07", MADE),
        key_of(hash_of("two"), "w07", MADE),
        key_of(hash_of("one"), "w08", MADE),
        *(
            key_of(hash_of("one"), "w07", replace(MADE, **changed))
            for changed in (
                {"course": "0.2.0"},
                {"seed": MADE.seed + 1},
                {"sandbox": "none (trusted)"},
                {"libraries": MADE.libraries | {"torch": "2.14.0"}},
                {"exercises": MADE.exercises | {"w07.banded": "another"}},
            )
        ),
    ]
    assert len(set(keys)) == len(keys) == 8
    turned = replace(MADE, libraries=dict(reversed(MADE.libraries.items())))
    assert key_of(hash_of("one"), "w07", turned) == keys[0], "the order in which they are named says nothing"


def fill(file: Path, name: str, marked: Marked) -> None:
    """Fifty marks, one after the other."""
    with Cache(file) as cache:
        for number in range(50):
            cache.keep([(f"{name} {number}", marked)])


def test_two_programs_may_keep_marks_at_once(tmp_path: Path) -> None:
    file = tmp_path / "marks.db"
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=fill, args=(file, name, MARKS[0])) for name in ("here", "there")]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert [each.exitcode for each in both] == [0, 0]
    with Cache(file) as cache:
        assert len(cache.find(f"{name} {number}" for name in ("here", "there") for number in range(50))) == 100


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "marks.db"
    file.write_text("these are my notes, and there are many of them" * 50)
    with pytest.raises(CourseError, match=r"marks\.db cannot be used as a store of marks .*delete it"):
        Cache(file)
    assert file.read_text().startswith("these are my notes")
    with pytest.raises(CourseError, match="cannot be used as a store of marks"):
        Cache(tmp_path / "nowhere" / "marks.db")
