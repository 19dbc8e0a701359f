"""Notebooks from strangers: told apart by what is in them, and no bytes break the reading."""

import functools
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.errors import CourseError
from course_lib.grading.intake import homework as module
from course_lib.grading.intake.homework import Homework
from course_lib.grading.marking.notebook import parse_notebook
from course_lib.lab.work_folder import lectures
from tests.grading.campus import cell, homework, lecture, notebook


@functools.cache
def known() -> Homework:
    """Read once: nothing changes it."""
    return Homework("w07")


@pytest.fixture
def week() -> Homework:
    return known()


def test_the_real_homework_and_lecture_are_told_apart(week: Homework) -> None:
    folder = lectures() / "w07_attention"
    assert not week.look((folder / "homework.ipynb").read_bytes(), "x.ipynb").problem
    assert week.look((folder / "lecture.ipynb").read_bytes(), "homework.ipynb").problem == (
        "this is the lecture of w07, not the homework of w07"
    )
    other = (lectures() / "w08_transformer" / "homework.ipynb").read_bytes()
    assert week.look(other, "homework.ipynb").problem == "this is the homework of w08, not the homework of w07"


def test_a_homework_is_known_without_ids_or_without_metadata_or_by_its_name(week: Homework) -> None:
    full = json.loads(homework())
    for each in full["cells"]:
        del each["id"]
    assert week.look(json.dumps(full).encode(), "a.ipynb").score == 3  # two names in the gradebook, one exercise
    for each in full["cells"]:
        each["metadata"] = {}
    assert week.look(json.dumps(full).encode(), "a.ipynb").score == 1
    blank = notebook([cell("x", "1 + 1")])
    assert not week.look(blank, "Homework_ana.ipynb").problem
    assert week.look(blank, "ana.ipynb").problem == "nothing in it belongs to the homework of w07"
    assert week.look(lecture(), "homework.ipynb").problem


def test_there_is_no_homework_of_a_week_that_is_not_there() -> None:
    with pytest.raises(CourseError, match=r"week 'w99' has no homework; these have one: .*w04, .*w07"):
        Homework("w99")


def nested(depth: int) -> bytes:
    return b'{"cells": [], "metadata": ' + b"[" * depth + b"]" * depth + b"}"


FAULTS = {
    "empty": (b"", "the file is empty"),
    "blank": (b"  \n", "the file is empty"),
    "not text": (b"\xff\xfe\x00", "not text in UTF-8 (byte 0)"),
    "UTF-16": ("{}".encode("utf-16"), "not text in UTF-8"),
    "cut off": (homework()[:-5], "not JSON"),
    "a page": (b"<html>Please log in</html>", "not JSON (Expecting value: line 1 column 1 (char 0))"),
    "a list": (b"[]", "it has no cells"),
    "cells of another kind": (b'{"cells": 3}', "it has no cells"),
    "no cell": (b'{"cells": [1]}', "cell 1 has no text"),
    "a cell without text": (b'{"cells": [{"source": ["a", 1]}]}', "cell 1 has no text"),
    "an old format": (b'{"worksheets": [{"cells": []}]}', "nbformat 3"),
    "deep": (nested(101), "nested too deeply"),
    "very deep": (nested(100_000), "nested too deeply"),
    "a number of a million digits": (b'{"cells": [], "x": ' + b"9" * 1_000_000 + b"}", "not JSON"),
}


@pytest.mark.parametrize(("data", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told(data: bytes, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        parse_notebook(data)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200, "nothing of the file is repeated at length"


def test_depth_and_byte_order_marks_that_are_fine() -> None:
    assert parse_notebook(nested(90))["cells"] == []
    assert parse_notebook(b"\xef\xbb\xbf" + homework())["cells"]


def test_huge_files_are_refused_before_they_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.json, "loads", lambda text: pytest.fail("parsed"))
    with pytest.raises(CourseError, match=r"it has 20\.0 MB; at most 20 MB"):
        parse_notebook(b"0" * 20_000_001)
    begun = time.process_time()
    with pytest.raises(CourseError, match="millions of parts"):
        parse_notebook(b'{"cells": [' + b"[]," * 1_100_000 + b"[]]}")
    assert time.process_time() - begun < 1


KEYS = st.sampled_from(["cells", "source", "id", "metadata", "nbgrader", "grade_id", "x"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


@given(TREES)
def test_no_json_breaks_the_reading(made: object) -> None:
    wrapped = {"cells": made if isinstance(made, list) else [{"source": "", "metadata": made, "id": made}]}
    week = known()
    for value in (made, wrapped):
        looked = week.look(json.dumps(value).encode(), "x.ipynb")
        assert looked.problem


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    try:
        parse_notebook(data)
    except CourseError as error:
        assert str(error)
