"""Functions are alike only when they are made of the same."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.w08 import parts
from course_lib.grading.marking.alike import alike


def adding(number: float) -> Callable[[float], float]:
    return lambda x: x + number


def taking(number: float) -> Callable[[float], float]:
    return lambda x: x - number


def with_default(number: Any) -> Callable[..., Any]:
    def add(x: float, more: Any = number) -> Any:
        return x + more

    return add


def test_the_same_code_with_the_same_numbers_is_alike() -> None:
    assert alike(adding(2.0), adding(2.0))
    assert alike(with_default(3), with_default(3))
    norm = parts.norm(Draw("x"), "norm", 3)
    assert alike(parts.silent(norm), parts.silent(norm))
    assert alike(norm, parts.norm(Draw("x"), "norm", 3))


def test_anything_else_is_not() -> None:
    assert not alike(adding(2.0), adding(3.0))
    assert not alike(adding(0.0), adding(-0.0))
    assert not alike(adding(2.0), taking(2.0))
    assert not alike(with_default(3), with_default(4))
    assert not alike(adding(torch.ones(2)), adding(torch.tensor([1.0, 2.0])))  # type: ignore[arg-type]
    assert not alike(adding(torch.zeros(2)), adding(-torch.zeros(2)))  # type: ignore[arg-type]
    norm = parts.norm(Draw("x"), "norm", 3)
    assert not alike(norm, parts.norm(Draw("y"), "norm", 3))
    assert not alike(norm, parts.silent(norm))
    assert not alike(nn.Linear(2, 2), nn.Linear(2, 2))
