"""The schedule for molecules against its formula."""

import pytest
import torch

from course_lib.layers.polynomial_schedule import polynomial


def test_the_share_falls_along_the_parabola() -> None:
    bars = polynomial(1000).alpha_bars
    t = torch.tensor([1, 137, 500, 900])
    torch.testing.assert_close(bars[t], (1 - 2e-5) * (1 - (t.double() / 1000) ** 2) ** 2 + 1e-5)


@pytest.mark.parametrize("steps", [2, 7, 50, 1000])
def test_it_falls_from_one_to_nearly_nothing(steps: int) -> None:
    bars = polynomial(steps).alpha_bars
    assert len(bars) == steps + 1 and bars[0] == 1
    assert (bars.diff() < 0).all() and 0 < bars[-1] < 1.1e-3


def test_one_step_is_no_schedule() -> None:
    with pytest.raises(ValueError, match="1 steps are too few"):
        polynomial(1)
