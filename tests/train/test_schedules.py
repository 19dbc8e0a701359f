"""The formula of the paper, its peak and its table; and what an optimiser really gets."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.train.schedules import by_cosine, by_noam, noam, warm_up, warm_up_cosine


def test_noam_gives_the_papers_table() -> None:
    """d_model 512, warmup_steps 4000: worked out by hand from equation 3."""
    table = {1: 1.746928e-7, 2000: 3.493856e-4, 4000: 6.987712e-4, 16_000: 3.493856e-4, 100_000: 1.397542e-4}
    for step, rate in table.items():
        assert noam(step, 512, 4000) == pytest.approx(rate, rel=1e-6)


@given(st.integers(1, 5000), st.integers(1, 600), st.integers(1, 900))
def test_noam_is_highest_where_the_warm_up_ends(step: int, width: int, warmup: int) -> None:
    peak = (width * warmup) ** -0.5
    assert noam(warmup, width, warmup) == pytest.approx(peak)
    assert 0 < noam(step, width, warmup) <= peak * (1 + 1e-12)
    assert noam(step, width, warmup) == pytest.approx(warm_up(step, warmup, peak))


def test_warm_up_then_cosine() -> None:
    assert warm_up_cosine(3, 12, 112) == 0.25
    assert warm_up_cosine(12, 12, 112) == 1.0
    assert warm_up_cosine(62, 12, 112) == pytest.approx(0.5)
    assert warm_up_cosine(87, 12, 112) == pytest.approx((1 + math.cos(0.75 * math.pi)) / 2)
    assert warm_up_cosine(112, 12, 112) == pytest.approx(0.0)
    assert warm_up_cosine(999, 12, 112) == pytest.approx(0.0)


@pytest.mark.parametrize("kind", ["noam", "cosine"])
def test_the_optimiser_gets_the_rate_of_each_step(kind: str) -> None:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=3.0)
    schedule = by_noam(optimiser, 32, 5) if kind == "noam" else by_cosine(optimiser, 5, 20)
    for step in range(1, 20):
        wanted = noam(step, 32, 5) if kind == "noam" else warm_up_cosine(step, 5, 20)
        assert optimiser.param_groups[0]["lr"] == pytest.approx(3.0 * wanted)
        optimiser.step()
        schedule.step()


def test_a_step_before_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="step 0 must be at least 1: steps are counted from 1"):
        noam(0, 512, 4000)
    with pytest.raises(ValueError, match="warmup 0 must be at least 1"):
        warm_up(3, 0, 1.0)
    with pytest.raises(ValueError, match="warmup 9 must be at least 0 and less than all 9 steps"):
        warm_up_cosine(1, 9, 9)
