"""When two results count as the same."""

import numpy as np
import torch

from course_lib.exercises.engine.compare import same


def test_a_number_never_stands_for_infinity() -> None:
    finite, endless = torch.tensor([1.0, -46.0]), torch.tensor([1.0, -torch.inf])
    assert not same(finite, endless)
    assert not same(endless, finite)
    assert same(endless, endless)


def test_a_whole_number_beyond_64_bits_is_compared_and_not_a_crash() -> None:
    assert not same(10**400, 1.5)
    assert not same(1.5, -(10**400))
    assert same(2**70, 2**70)
    assert not same(10**400, float("inf"))


def test_arrays_that_torch_does_not_know_are_compared() -> None:
    for kind in (">i4", np.ulonglong, "datetime64[s]"):
        ones = np.ones(3).astype(kind)
        assert same(ones, ones.copy())
        assert not same(ones, np.zeros(3).astype(kind))
        assert not same(ones, np.ones(3))
