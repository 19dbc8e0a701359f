"""The average follows slowly, has the network's buffers, can be resumed, and turns down a share that is none."""

import copy
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from course_lib.errors import CourseError
from course_lib.train.ema import EMA


def moved(network: nn.Linear, by: float) -> None:
    """What a step of training does."""
    with torch.no_grad():
        network.weight += by


def test_the_average_follows_slowly() -> None:
    both = EMA(nn.Linear(3, 1), decay=0.9)
    both.update()
    first = both.network.weight.detach().clone()
    assert torch.equal(both.average.weight, first), "it starts at the weights"
    with torch.no_grad():
        both.network.weight.fill_(5.0)
    both.update()
    torch.testing.assert_close(both.average.weight, 0.9 * first + 0.5)


def test_the_first_call_takes_the_weights_as_they_are() -> None:
    both = EMA(nn.Linear(3, 1))
    moved(both.network, 2.0)
    both.update()
    assert torch.equal(both.average.weight, both.network.weight)


def test_it_is_torchs_average_to_the_last_bit() -> None:
    network = nn.Linear(4, 3)
    both, torchs = EMA(network, 0.995), AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    for step in range(50):
        moved(network, 0.1 * step)
        both.update()
        torchs.update_parameters(network)
    assert torch.equal(both.average.weight, torchs.module.weight)


def test_early_forgets_the_start_sooner_and_then_keeps_the_same_share() -> None:
    both = EMA(nn.Linear(3, 1), decay=0.9, early=True)
    both.update()
    first = both.network.weight.detach().clone()
    moved(both.network, 1.0)
    both.update()
    torch.testing.assert_close(both.average.weight, first + 9 / 11)
    for _ in range(300):  # the share is 0.9 from the eightieth step on
        both.update()
    moved(both.network, 1.0)
    both.update()
    torch.testing.assert_close(both.average.weight, first + 1.1)


def test_buffers_are_the_networks_own() -> None:
    both = EMA(nn.BatchNorm1d(2), decay=0.9)
    for _ in range(3):
        both.network(torch.randn(8, 2) + 7)
        both.update()
    assert torch.equal(both.average.running_mean, both.network.running_mean)


def test_a_run_goes_on_from_its_state() -> None:
    one = EMA(nn.Linear(3, 1), decay=0.9, early=True)
    other = copy.deepcopy(one)
    for _ in range(5):
        moved(one.network, 1.0)
        one.update()
    other.load_state_dict(one.state_dict())
    for both in (one, other):
        moved(both.network, 1.0)
        both.update()
    assert torch.equal(one.average.weight, other.average.weight) and int(other.steps) == 6


def test_no_gradient_reaches_the_average() -> None:
    both = EMA(nn.Linear(3, 1))
    both.network(torch.ones(2, 3)).sum().backward()
    both.update()
    assert all(p.grad is None and not p.requires_grad for p in both.average.parameters())


@pytest.mark.parametrize("decay", [1.0, -0.1, 1.5, float("nan")])
def test_a_share_that_is_none_is_turned_down(decay: float) -> None:
    with pytest.raises(CourseError, match=f"decay={decay} is no share"):
        EMA(nn.Linear(1, 1), decay)


def test_a_keep_of_zero_is_no_average() -> None:
    both = EMA(nn.Linear(3, 1), decay=0)
    for _ in range(3):
        moved(both.network, 1.0)
        both.update()
        assert torch.equal(both.average.weight, both.network.weight)


def test_a_larger_share_lags_further_behind() -> None:
    lags = []
    for keep in (0.0, 0.5, 0.9, 0.99):
        both = EMA(nn.Linear(1, 1), keep)
        for _ in range(20):
            moved(both.network, 1.0)
            both.update()
        lags.append((both.network.weight - both.average.weight).item())
    assert all(less < more for less, more in pairwise(lags))
