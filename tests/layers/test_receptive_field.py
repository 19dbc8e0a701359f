"""The receptive field is what gradients see."""

import pytest
import torch

from course_lib.layers.graph_isomorphism import GraphIsomorphism
from course_lib.layers.receptive_field import receptive_field
from tests.layers.graphs import random_graph


@pytest.mark.parametrize("rounds", [0, 1, 2, 3])
def test_whoever_is_inside_has_a_gradient(rounds: int) -> None:
    nodes, edges, _ = random_graph(4, edges=31)
    x = nodes.double().requires_grad_()
    h = x
    for _ in range(rounds):
        layer = GraphIsomorphism(5, 5).double()
        layer.network = torch.nn.Tanh()  # smooth, so that no gradient is cut off
        h = layer(h, edges)
    h[3].sum().backward()
    assert x.grad is not None
    assert torch.equal(receptive_field(edges, 23, 3, rounds), (x.grad != 0).any(1))


def test_a_node_that_is_not_there() -> None:
    with pytest.raises(IndexError, match="node 7 is not there; this graph has nodes 0 to 4"):
        receptive_field(torch.zeros(2, 0).long(), 5, 7, 1)
