"""A verdict is the same whether the answer runs here or at the other end of a line."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from course_lib.exercises.engine.judge import judge_exercise
from course_lib.exercises.engine.registry import Exercise, exercises
from course_lib.grading.inside import child
from course_lib.grading.marking.marking import Memory
from course_lib.grading.marking.remote import Answer, RemoteGuard
from course_lib.grading.marking.session import Session
from course_lib.grading.protocol.connection import Line

SEED = 5
NEEDS_MORE = {"w07.order", "w14.loss"}  # lecture exercises whose input is asked for more than numbers
ALL = [each for each in exercises() if each.id not in NEEDS_MORE]


@contextmanager
def far_away(functions: list[Callable[..., Any]]) -> Iterator[list[Answer]]:
    """The functions in a process of their own."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            torch.set_num_threads(1)  # the pool of threads did not come along
            end = child.Child(Line(theirs, trusts=True))
            vars(end.notebook).update({f"answer{n}": function for n, function in enumerate(functions)})
            while True:
                end.answer(end.line.hear(end.given))
        finally:
            os._exit(0)
    theirs.close()
    session = Session(Line(ours))
    try:
        yield [Answer(session, f"answer{n}", []) for n in range(len(functions))]
    finally:
        ours.close()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.mark.parametrize("exercise", ALL, ids=[each.id for each in ALL])
def test_far_verdicts_are_those_from_here(exercise: Exercise) -> None:
    functions = {"the reference": exercise.reference} | {n: m.function for n, m in exercise.mistakes.items()}
    trials = Memory()
    for name, function in functions.items():
        here = judge_exercise(exercise, function, SEED, watch=False, make=trials)
        with far_away([function]) as [answer]:
            there = judge_exercise(exercise, answer, SEED, guard=RemoteGuard(answer.session, 30.0), make=trials)
        for part in ("status", "mistake", "law", "score", "kept", "broken"):
            assert getattr(there, part) == getattr(here, part), f"{name}: {part}"
