"""The same in a real kernel: a loop that never ends, an error in the learner's line, HTML for the page."""

from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.notebook

SETUP = """
import os, torch
os.environ["COURSE_CHECK_SECONDS"] = "1"
from course_lib import check, points
from course_lib.exercises.engine import registry
from tests.exercises.toys import TOYS
registry._known.update(TOYS)
"""
LOOP = """
def endless(scores, mask):
    weights = scores
    while True:
        try:
            weights = weights + 1
        except:
            pass
    return weights

share = check("w99.share", endless)
"""
CRASH = """
def broken(scores, mask):
    hidden = scores.masked_fill(mask, 0)
    return hidden @ scores

share = check("w99.share", broken)
"""
RIGHT = """
import time
def share(scores, mask):
    return scores.masked_fill(~mask, -torch.inf).softmax(-1)
began = time.process_time()
share = check("w99.share", share)
print(time.process_time() - began)  # on a shared machine the wall clock measures the neighbours
"""


@pytest.fixture(scope="module")
def cells() -> list[Any]:
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(text)
            for text in (SETUP, RIGHT, LOOP, CRASH, "points('w99.share', None)", "check('w99.shar', 7)", "6 * 7")
        ]
    )
    book.cells[5].metadata["tags"] = ["raises-exception"]
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    return list(book.cells)


def page(cell: Any) -> Any:
    return next(output.data for output in cell.outputs if output.output_type == "display_data")


def test_the_first_check_answers_at_once(cells: list[Any]) -> None:
    seconds = float(next(output.text for output in cells[1].outputs if output.output_type == "stream"))
    assert "Right." in page(cells[1])["text/plain"]
    assert 'role="status"' in page(cells[1])["text/html"]
    assert seconds < 0.3


def test_an_endless_loop_ends_with_a_message_and_the_kernel_lives(cells: list[Any]) -> None:
    assert "Stopped after 1 seconds" in page(cells[2])["text/plain"]
    assert cells[-1].outputs[0].data["text/plain"] == "42"


def test_an_error_is_shown_with_their_line(cells: list[Any]) -> None:
    assert "line 3: hidden @ scores" in page(cells[3])["text/plain"].replace("return ", "")
    assert "hidden @ scores" in page(cells[3])["text/html"]


def test_points_are_the_value_of_the_cell(cells: list[Any]) -> None:
    results = [output for output in cells[4].outputs if output.output_type == "execute_result"]
    assert results[0].data["text/plain"] == "0.0"
    assert not any(output.get("name") == "stderr" for output in cells[4].outputs)


def test_what_a_person_can_mend_is_told_without_the_courses_own_lines(cells: list[Any]) -> None:
    [said] = [output.traceback for output in cells[5].outputs if output.output_type == "error"]
    assert len(said) == 1 and said[0].startswith("CourseError: there is no exercise 'w99.shar'; did you mean w99.share")
