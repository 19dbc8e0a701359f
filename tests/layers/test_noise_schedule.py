"""Noise schedules: their equations, their ends, their laws."""

import math

import pytest
import torch

from course_lib.layers.noise_schedule import Schedule, at, cosine, linear

BOTH = [linear(1000), cosine(1000), linear(37, 0.01, 0.4), cosine(23)]


@pytest.mark.parametrize("schedule", BOTH)
def test_tables_have_an_entry_for_every_time_and_start_clean(schedule: Schedule) -> None:
    for table in (schedule.betas, schedule.alpha_bars, schedule.snr, schedule.posterior_variances()):
        assert table.shape == (schedule.steps + 1,)
        assert table.dtype == torch.float64
    assert schedule.alpha_bars[0] == 1 and schedule.betas[0] == 0 and schedule.snr[0] == torch.inf


@pytest.mark.parametrize("schedule", BOTH)
def test_the_clean_share_only_falls(schedule: Schedule) -> None:
    assert (schedule.alpha_bars.diff() < 0).all()
    assert (schedule.snr.diff()[1:] < 0).all()
    assert schedule.alpha_bars[-1] < 1e-3 or schedule.steps == 37


@pytest.mark.parametrize("schedule", BOTH)
def test_alpha_bar_is_what_single_steps_multiply_to(schedule: Schedule) -> None:
    kept = 1.0
    for t, beta in enumerate(schedule.betas.tolist()):
        kept *= 1 - beta
        assert float(schedule.alpha_bars[t]) == pytest.approx(kept, rel=1e-12)


def test_linear_is_the_papers() -> None:
    betas = linear().betas
    assert (float(betas[1]), float(betas[1000])) == pytest.approx((1e-4, 0.02), rel=1e-12)
    torch.testing.assert_close(betas[1:].diff(), torch.full((999,), (0.02 - 1e-4) / 999, dtype=torch.float64))


def test_cosine_is_the_papers() -> None:
    """Equation 17 at every t that the cap on beta leaves alone; the cap holds at the very end."""
    steps, found = 50, cosine(50)
    wanted = [math.cos((t / steps + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(steps + 1)]
    capped = found.betas >= 0.999
    assert capped.nonzero().flatten().tolist() == [steps]
    for t in range(steps):
        assert float(found.alpha_bars[t]) == pytest.approx(wanted[t] / wanted[0], rel=1e-9)


@pytest.mark.parametrize("schedule", BOTH)
def test_the_posteriors_variance_by_adding_precisions(schedule: Schedule) -> None:
    """Two Gaussian witnesses of x_{t-1}: their precisions add, whatever equation 7 looks like."""
    for t in range(2, schedule.steps + 1):
        before, beta = schedule.alpha_bars[t - 1], schedule.betas[t]
        wanted = 1 / ((1 - beta) / beta + 1 / (1 - before))
        torch.testing.assert_close(schedule.posterior_variances()[t], wanted, rtol=1e-8, atol=0)
    assert schedule.posterior_variances()[:2].tolist() == [0, 0]


@pytest.mark.parametrize("schedule", BOTH)
def test_visiting_keeps_the_clean_shares_of_the_times_it_visits(schedule: Schedule) -> None:
    times = [schedule.steps, 19, 7, 3, 0]
    short = schedule.visiting(times)
    assert short.steps == 4
    torch.testing.assert_close(short.alpha_bars, schedule.alpha_bars[times[::-1]], rtol=1e-12, atol=1e-15)
    torch.testing.assert_close(schedule.visiting(range(schedule.steps, -1, -1)).betas, schedule.betas)


@pytest.mark.parametrize("times", [[5, 3], [5, 5, 0], [3, 5, 0], [0]])
def test_visiting_wants_falling_times(times: list[int]) -> None:
    with pytest.raises(ValueError, match="must fall from at most 9 to 0"):
        linear(9).visiting(times)


def test_at_shapes_entries_for_the_batch() -> None:
    table, like = torch.arange(8, dtype=torch.float64) / 3, torch.zeros(3, 5, 7)
    found = at(table, torch.tensor([7, 0, 2]), like)
    assert found.shape == (3, 1, 1) and found.dtype == torch.float32
    torch.testing.assert_close(found.flatten(), torch.tensor([7 / 3, 0, 2 / 3]))
    assert at(table, 4, like).shape == (1, 1, 1)


@pytest.mark.parametrize("t", [-1, 8, torch.tensor([2, 8, 1]), torch.tensor([2, -1, 1])])
def test_a_time_outside_the_table_is_refused(t: int | torch.Tensor) -> None:
    with pytest.raises(IndexError, match="leaves the table of 0 to 7"):
        at(torch.zeros(8), t, torch.zeros(3, 5))


@pytest.mark.parametrize("betas", [[0.0], [0.1, 0.2], [0.0, 0.0], [0.0, 1.0], [0.0, -0.1], [[0.0, 0.1]]])
def test_betas_that_are_none_are_refused(betas: list[float]) -> None:
    with pytest.raises(ValueError, match="betas"):
        Schedule(torch.tensor(betas))


@pytest.mark.parametrize("make", [linear, cosine])
def test_no_steps_are_refused(make: type) -> None:
    with pytest.raises(ValueError, match="0 steps cannot add noise"):
        make(0)
