"""When two results count as the same."""

import torch

from course_lib.exercises.compare import same


def test_a_number_never_stands_for_infinity() -> None:
    finite, endless = torch.tensor([1.0, -46.0]), torch.tensor([1.0, -torch.inf])
    assert not same(finite, endless)
    assert not same(endless, finite)
    assert same(endless, endless)
