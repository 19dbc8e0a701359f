"""Endless loops, gigabytes of print, forbidden calls: each ends with a message, on the main thread and on another."""

import functools
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from course_lib.exercises import judge
from course_lib.exercises.runner.forbidden_calls import Forbidden
from course_lib.exercises.runner.safe_call import Guard
from course_lib.exercises.runner.time_limit import call_within
from tests.exercises.toys import share


def plain_loop(scores: Tensor, mask: Tensor) -> None:
    while True:
        pass


def sleeper(scores: Tensor, mask: Tensor) -> None:
    time.sleep(60)


def swallows(scores: Tensor, mask: Tensor) -> None:
    while True:
        try:
            time.sleep(0.01)
        except BaseException:  # noqa: BLE001
            continue


def swallows_twice(scores: Tensor, mask: Tensor) -> None:
    while True:
        try:
            while True:
                try:
                    sum(range(100))
                except:  # noqa: E722
                    continue
        except:  # noqa: E722
            continue


def recursion_that_swallows(scores: Tensor, mask: Tensor) -> None:
    try:
        recursion_that_swallows(scores, mask)
    except BaseException:  # noqa: BLE001
        recursion_that_swallows(scores, mask)


LOOPS = [plain_loop, swallows, swallows_twice, recursion_that_swallows]


def elsewhere(work: Callable[[], Any]) -> Any:
    """Run something on another thread -> its result."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join(30)
    return results[0]


@pytest.mark.parametrize("loop", [*LOOPS, sleeper], ids=lambda each: each.__name__)
def test_loops_end(loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CHECK_SECONDS", "0.3")
    began = time.monotonic()
    verdict = judge("w99.share", loop)
    assert verdict.status == "stopped"
    assert verdict.score == 0
    assert "never ends" in verdict.message
    assert verdict.line.startswith("line ")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("loop", LOOPS, ids=lambda each: each.__name__)
def test_loops_end_on_another_thread(loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CHECK_SECONDS", "0.3")
    assert elsewhere(lambda: judge("w99.share", loop)).status == "stopped"


def test_the_alarm_that_was_there_before_comes_back() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        call_within(5, lambda: None)
        time.sleep(0.3)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_time_is_shared_by_the_calls_of_one_check() -> None:
    guard = Guard(0.5)
    assert guard.run(time.sleep, 0.2).stopped is None
    assert guard.run(time.sleep, 60).stopped == "time"
    assert guard.left < 0.1


@pytest.mark.timed
def test_a_gigabyte_of_print_is_cut(capfd: pytest.CaptureFixture[str]) -> None:
    def floods(scores: Tensor, mask: Tensor) -> None:
        while True:
            print("x" * 1000)

    began = time.monotonic()
    verdict = judge("w99.share", floods)
    assert verdict.status == "stopped"
    assert "prints without end" in verdict.message
    assert len(verdict.message) < 4000
    assert time.monotonic() - began < 2
    assert capfd.readouterr().out == ""


def test_endless_recursion_is_explained() -> None:
    def again(scores: Tensor, mask: Tensor) -> Any:
        return again(scores, mask)

    verdict = judge("w99.share", again)
    assert verdict.status == "wrong"
    assert "calls itself" in verdict.message


softmax_before = torch.nn.functional.softmax
hidden = functools.partial(torch.nn.functional.scaled_dot_product_attention)


def sdpa(call: Callable[..., Any]) -> Callable[[Tensor, Tensor], Any]:
    return lambda scores, mask: call(scores, scores, scores)


FORBIDDEN = {
    "its own name": sdpa(torch.nn.functional.scaled_dot_product_attention),
    "a partial": sdpa(hidden),
    "torch.ops": sdpa(lambda *a: torch.ops.aten.scaled_dot_product_attention(*a)),
    "map": sdpa(lambda q, k, v: next(map(torch.nn.functional.scaled_dot_product_attention, [q], [k], [v]))),
    "a class": lambda scores, mask: torch.nn.Softmax(-1)(scores),
    "the reference": lambda scores, mask: share(scores, mask),
    "swallowed": lambda scores, mask: swallowed(scores, mask),
    "another thread": lambda scores, mask: elsewhere(lambda: share(scores, mask)),
}


def swallowed(scores: Tensor, mask: Tensor) -> Tensor:
    try:
        return share(scores, mask)
    except BaseException:  # noqa: BLE001
        return share(scores, mask)


@pytest.mark.parametrize("name", [name for name in FORBIDDEN if name != "another thread"])
def test_forbidden_calls_are_seen(name: str) -> None:
    verdict = judge("w99.share", FORBIDDEN[name])
    assert verdict.status == "wrong"
    assert verdict.law == "uses nothing that is the answer"


def test_the_profiler_that_was_there_before_comes_back() -> None:
    def mine(*_: Any) -> None:
        return None

    sys.setprofile(mine)
    try:
        Guard(1, Forbidden(["torch.nn.Softmax"])).run(lambda: 3)
        assert sys.getprofile() is mine
    finally:
        sys.setprofile(None)


def test_a_check_is_quick() -> None:
    def mine(scores: Tensor, mask: Tensor) -> Tensor:
        return scores.masked_fill(~mask, -torch.inf).softmax(-1)

    judge("w99.share", mine)
    times = []
    for _ in range(9):
        began = time.process_time()
        judge("w99.share", mine)
        times.append(time.process_time() - began)
    assert sorted(times)[4] < 0.05
