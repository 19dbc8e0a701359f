"""Whole libraries stay forbidden also after code was looked at once, and with nothing watched but calls of Python."""

import contextlib
import types
from collections.abc import Callable
from typing import Any

import pytest
import torch

from course_lib.exercises.runner.forbidden_calls import Forbidden, ForbiddenCall, watching

SOURCE = "def ready_made(x):\n    return x + 1"


def belonging_to(module: str) -> Callable[[int], int]:
    """The function as that module would have it."""
    space: dict[str, Any] = {"__name__": module}
    exec(compile(SOURCE, "<library>", "exec"), space)
    return space["ready_made"]  # type: ignore[no-any-return]


def seen_by(forbidden: Forbidden, call: Callable[[], object]) -> str | None:
    """What was noticed while this was called."""
    with watching(forbidden) as watch, contextlib.suppress(ForbiddenCall):
        call()
    return watch.seen


def test_a_forbidden_library_is_noticed_at_every_call() -> None:
    forbidden = Forbidden(["scipy.*"])
    theirs, own = belonging_to("scipy.ndimage"), belonging_to("notebook")
    for _ in range(3):
        assert seen_by(forbidden, lambda: own(1)) is None
        assert seen_by(forbidden, lambda: theirs(1)) == "scipy.ndimage"


def test_code_that_was_fine_elsewhere_is_looked_at_again() -> None:
    forbidden = Forbidden(["scipy.*"])
    own = belonging_to("notebook")
    moved = types.FunctionType(own.__code__, {"__name__": "scipy.ndimage"})  # type: ignore[attr-defined]
    assert seen_by(forbidden, lambda: own(1)) is None
    assert seen_by(forbidden, lambda: moved(1)) == "scipy.ndimage"


@pytest.mark.parametrize(
    "call", [lambda x: x.softmax(-1), lambda x: torch.ops.aten.softmax(x, -1), torch.nn.Softmax(-1)]
)
def test_built_ins_are_noticed_beside_a_library(call: Callable[..., object]) -> None:
    forbidden = Forbidden(["scipy.*", "torch.softmax", "torch.nn.Softmax"])
    assert not forbidden.is_python
    for _ in range(2):
        assert seen_by(forbidden, lambda: call(torch.zeros(2))) is not None
        assert seen_by(forbidden, lambda: torch.zeros(2).tanh()) is None
