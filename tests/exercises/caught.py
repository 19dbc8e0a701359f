"""How whole tables of answers are judged: a wrong one must be caught, a right one accepted, a borrowed one declined."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from course_lib.exercises.engine.judge import judge, judge_exercise
from course_lib.exercises.engine.registry import find

Answer = Callable[..., Any]
SEEDS = (0, 7, 23)
BORROWED = "uses nothing that is the answer"


def each_answer(table: Mapping[str, Sequence[Answer]]) -> Callable[[Answer], Answer]:
    """Run a test of (id, answer, seed) on every answer of a table, id -> answers, with each seed."""
    rows = [(id, answer) for id, several in table.items() for answer in several]
    names = [f"{id}-{answer.__name__}" for id, answer in rows]

    def run(test: Answer) -> Answer:
        return pytest.mark.parametrize("seed", SEEDS)(pytest.mark.parametrize(("id", "answer"), rows, ids=names)(test))

    return run


def count(table: Mapping[str, Sequence[Answer]]) -> int:
    """How many answers a table holds."""
    return sum(len(several) for several in table.values())


def assert_caught(id: str, wrong: Answer, seed: int, *, watch: bool = False) -> None:
    """A law or a known mistake catches it, with words, and not all marks are given.

    Unless watch is set, it may call the reference to spoil what that gives; a watched one must be caught for what it
    does, not for what it calls.
    """
    verdict = judge_exercise(find(id), wrong, seed, watch=watch)
    assert verdict.status == "wrong"
    assert verdict.score < 1
    assert verdict.law or verdict.mistake
    assert verdict.law != BORROWED
    assert len(verdict.message) > 20


def assert_accepted(id: str, right: Answer, seed: int) -> None:
    """It is right, with all marks."""
    verdict = judge(id, right, seed=seed)
    assert verdict.status == "right", verdict.message
    assert verdict.score == 1


def assert_declined(id: str, borrowed: Answer) -> str:
    """It is turned down for calling what does the work. -> what the learner is told"""
    verdict = judge(id, borrowed)
    assert verdict.status == "wrong"
    assert verdict.law == BORROWED
    return verdict.message
