"""Lints of pace: a learner acts soon and often, and the core is short enough to be done."""

from collections.abc import Iterator
from itertools import pairwise

from course_lib.authoring.lints.lecture import Lecture, code_lines, is_act, is_answer, word_count

FIRST_CELL, FIRST_WORDS, BETWEEN = 8, 400, 15
CORE_WORDS, CORE_LINES = 3500, 400


def begins_with_an_exercise(lecture: Lecture) -> Iterator[str]:
    """The first exercise stands before cell 8 and before 400 words."""
    at = next((place for place, cell in enumerate(lecture.cells) if is_answer(cell)), None)
    if at is None:
        yield "there is no exercise"
        return
    words = sum(word_count(cell) for cell in lecture.cells[:at] if cell.cell_type == "markdown")
    if at >= FIRST_CELL:
        yield f"the first exercise is cell {at} ({lecture.cells[at].id}); it should come before cell {FIRST_CELL}"
    if words > FIRST_WORDS:
        yield f"{words} words stand before the first exercise; at most {FIRST_WORDS} are good"


def lets_learners_act(lecture: Lecture) -> Iterator[str]:
    """At most 15 cells between two acts of the learner: code written, a question answered, a guess written down."""
    acts = [place for place, cell in enumerate(lecture.cells) if is_act(cell)]
    for before, after in pairwise(acts):
        if after - before - 1 > BETWEEN:
            first, second = lecture.cells[before].id, lecture.cells[after].id
            yield f"{after - before - 1} cells stand between {first} and {second}; let the learner act within {BETWEEN}"


def keeps_its_core_short(lecture: Lecture) -> Iterator[str]:
    """Part A, up to the section that week.toml names, has at most 3,500 words and 400 lines of code."""
    ends = lecture.config.part_a_ends_before
    if not ends:
        yield "week.toml does not say where part A ends: part_a_ends_before, the number of a section"
        return
    words, lines, found = core_size(lecture)
    if not found:
        yield f"week.toml ends part A before section {ends!r}, and there is no such section"
        return
    if words > CORE_WORDS:
        yield f"part A has {words} words, more than {CORE_WORDS}"
    if lines > CORE_LINES:
        yield f"part A has {lines} lines of code, more than {CORE_LINES}"


def core_size(lecture: Lecture) -> tuple[int, int, bool]:
    """Words and lines of code of part A, and whether the section it ends before is there."""
    words = lines = 0
    for cell in lecture.cells:
        if cell.cell_type == "markdown":
            if cell.source.lstrip().startswith(f"## {lecture.config.part_a_ends_before} "):
                return words, lines, True
            words += word_count(cell)
        else:
            lines += code_lines(cell)
    return words, lines, False
