"""Positions keep the laws that make them useful."""

import math

import pytest
import torch

from course_lib.layers.positions import relative_bias, sinusoids


def test_each_number_is_the_papers() -> None:
    table = sinusoids(7, 6)
    for t in range(7):
        for i in range(3):
            angle = t / 10_000 ** (2 * i / 6)
            assert table[t, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-6)
            assert table[t, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)


def test_a_step_is_a_rotation() -> None:
    table, step = sinusoids(50, 8).double(), 5
    speed = 10_000.0 ** (-torch.arange(0, 8, 2, dtype=torch.float64) / 8)
    for i, angle in enumerate((step * speed).tolist()):
        turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]).double()
        pair = table[:, 2 * i : 2 * i + 2]
        torch.testing.assert_close(pair[step:], pair[:-step] @ turn, atol=1e-5, rtol=0)


def test_an_odd_width_is_refused() -> None:
    with pytest.raises(ValueError, match=r"width 7 is odd.*try 8"):
        sinusoids(3, 7)


def test_relative_bias_depends_on_distance_alone() -> None:
    by_distance = torch.randn(3, 5)  # 3 heads, distances -2 to 2
    bias = relative_bias(by_distance, 4, 6)
    assert bias.shape == (3, 4, 6)
    assert torch.equal(bias[:, 1, 1], by_distance[:, 2])
    assert torch.equal(bias[:, 0, 1], by_distance[:, 3])
    assert torch.equal(bias[:, 0, 5], by_distance[:, 4])
    assert torch.equal(bias[:, 3, 0], by_distance[:, 0])
