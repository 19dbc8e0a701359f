"""Weights over neighbourhoods keep their laws, also for scores that no exponential can hold."""

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.layers.graph_attention import GraphAttention, neighbour_softmax
from course_lib.layers.messages import scatter_sum
from tests.layers.graphs import random_graph


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The tensors are tiny: threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_each_neighbourhood_is_torchs_softmax() -> None:
    _, edges, scores = random_graph()
    weights = neighbour_softmax(scores, edges[1], 23)
    for node in edges[1].unique():
        here = edges[1] == node
        torch.testing.assert_close(weights[here], scores[here].softmax(0))


@given(st.integers(0, 1000), st.floats(-1000, 1000))
def test_a_shift_of_a_neighbourhood_changes_nothing(seed: int, shift: float) -> None:
    _, edges, scores = random_graph(seed)
    moved = scores + shift * (edges[1] % 2)[:, None]
    weights = neighbour_softmax(moved, edges[1], 23)
    torch.testing.assert_close(weights, neighbour_softmax(scores, edges[1], 23), atol=1e-4, rtol=1e-3)
    sums = scatter_sum(weights, edges[1], 23)
    heard = torch.bincount(edges[1], minlength=23) > 0
    torch.testing.assert_close(sums, heard[:, None].float().expand(23, 3))


def test_gradients_are_torchs() -> None:
    scores = torch.randn(7, 3)
    mine, twin = (scores.clone().requires_grad_() for _ in range(2))
    push = torch.randn(7, 3)
    (neighbour_softmax(mine, torch.zeros(7, dtype=torch.long), 1) * push).sum().backward()
    (twin.softmax(0) * push).sum().backward()
    torch.testing.assert_close(mine.grad, twin.grad)


def test_a_width_that_does_not_split_is_named() -> None:
    with pytest.raises(ValueError, match="width 30 does not split into 4 heads; try 28 or 32"):
        GraphAttention(5, 30, 4)
