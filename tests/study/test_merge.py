"""Progress as a file: every byte counts, and two machines meet without losing or doubling anything."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.errors import CourseError
from course_lib.study.merge import Records, as_text, checksum, read_text

items = st.sampled_from(["w07.mix", "w07.attend", "w08.noam"])
times = st.sampled_from([1_700_000_000.25, 1_700_000_001.0, 1_790_000_000.123456])
flags = st.integers(0, 1)
statuses = st.sampled_from(["right", "wrong", "stopped", "not attempted"])
attempts = st.tuples(items, times, statuses, st.sampled_from([0.0, 0.25, 1.0]), st.none() | st.just("mask ∎ forgotten"))
made = st.builds(
    Records,
    st.frozensets(attempts, max_size=5),
    st.frozensets(st.tuples(items, times, st.sampled_from("abc"), flags), max_size=4),
    st.frozensets(st.tuples(items, times, st.integers(0, 20261231), flags), max_size=4),
    st.dictionaries(items, st.integers(0, 9), max_size=3),
)


@given(made, made, made)
def test_meeting_is_commutative_associative_and_idempotent(one: Records, two: Records, three: Records) -> None:
    both = one | two
    assert both == two | one
    assert (both | three) == (one | (two | three))
    assert (both | one) == both == (both | both)
    assert both.attempts >= one.attempts
    assert all(both.hints[item] == max(one.hints.get(item, 0), two.hints.get(item, 0)) for item in both.hints)


@given(made)
def test_what_is_written_is_read_again(records: Records) -> None:
    text = as_text(records)
    assert read_text(text.encode(), "file") == records
    assert as_text(read_text(text.encode(), "file")) == text
    assert records.of({"w07.mix"}) | records.of({"w07.attend", "w08.noam"}) == records


SMALL = Records(frozenset({("w07.mix", 1.7e9, "right", 1.0, None)}), hints={"w07.mix": 2})


@given(st.data())
def test_no_damage_is_taken_for_progress(data: st.DataObject) -> None:
    """One byte changed anywhere: either it is refused, or it says the same."""
    text = bytearray(as_text(SMALL).encode())
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert read_text(bytes(text), "file") == SMALL
    except CourseError as error:
        assert str(error).startswith("file ")


@pytest.mark.parametrize("length", [0, 1, 40, 100, -3])
def test_half_a_file_is_refused(length: int) -> None:
    with pytest.raises(CourseError, match="damaged"):
        read_text(as_text(SMALL).encode()[:length], "half.json")


@pytest.mark.parametrize("text", ["{}", "[]", '"progress"', '{"format": "another"}', '{"cells": [], "nbformat": 4}'])
def test_a_foreign_file_is_refused(text: str) -> None:
    with pytest.raises(CourseError, match=r"foreign\.json is no exported progress of this course"):
        read_text(text.encode(), "foreign.json")


def test_a_newer_version_is_named() -> None:
    found = json.loads(as_text(SMALL))
    with pytest.raises(CourseError, match="of version 3, and this course reads versions 1 and 2"):
        read_text(json.dumps(found | {"version": 3}).encode(), "file")


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": [["w07.mix", 1.7e9, "perfect", 1.0, None]]},
        {"attempts": [["w07.mix", 1.7e9, "right", 2.0, None]]},
        {"attempts": [["w07.mix", 1.7e9, "right", 1.0]]},
        {"attempts": [["../../etc", 1.7e9, "right", 1.0, None]]},
        {"attempts": [["w07.mix", "noon", "right", 1.0, None]]},
        {"attempts": [["w07.mix", True, "right", 1.0, None]]},
        {"attempts": [[["w07.mix"], 1.7e9, "right", 1.0, None]]},
        {"attempts": 3},
        {"attempts": [3]},
        {"answers": [["w07.mix", 1.7e9, "b", 2]]},
        {"reviews": [["w07.mix", 1.7e9, -1, 1]]},
        {"hints": {"w07.mix": "many"}},
        {"hints": []},
        {"reviews": None},
    ],
    ids=str,
)
def test_a_file_that_fits_its_checksum_and_no_progress_is_refused(wrong: dict[str, Any]) -> None:
    """Made by a program of somebody's: well-formed, and still not taken in."""
    content = {"attempts": [], "answers": [], "reviews": [], "hints": {}} | wrong
    text = json.dumps(
        {"format": "neural-architectures progress", "version": 1, "checksum": checksum(content), **content}
    )
    with pytest.raises(CourseError, match="holds what no progress is made of"):
        read_text(text.encode(), "file")


@pytest.mark.parametrize(
    ("old", "new"), [('"right"', '"wrong"'), ("1700000000.0", "1700000001.0"), ('"w07.mix": 2', '"w07.mix": 3')]
)
def test_an_edited_file_is_refused(old: str, new: str) -> None:
    text = as_text(SMALL)
    assert text.count(old) == 1
    with pytest.raises(CourseError, match="its checksum does not fit"):
        read_text(text.replace(old, new).encode(), "file")
