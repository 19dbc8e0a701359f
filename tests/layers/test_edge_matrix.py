"""One product with a sparse matrix gives what the sum edge by edge gives, forwards and backwards."""

import warnings

import pytest
import torch

from course_lib.layers.edge_matrix import EdgeMatrix
from course_lib.layers.graph_conv import GraphConv
from course_lib.layers.messages import weighted_sum
from tests.layers.graphs import random_graph


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_product_and_gradient_equal_the_sum(seed: int) -> None:
    nodes, edges, _ = random_graph(seed)
    weights, push = torch.rand(edges.shape[1]), torch.randn(23, 5)
    mine, twin = (nodes.clone().requires_grad_() for _ in range(2))
    product = EdgeMatrix.of(edges, weights, 23) @ mine
    summed = weighted_sum(twin, edges, weights)
    torch.testing.assert_close(product, summed)
    (product * push).sum().backward()
    (summed * push).sum().backward()
    torch.testing.assert_close(mine.grad, twin.grad)


def test_the_layer_does_not_care_which_way_it_goes() -> None:
    nodes, edges, _ = random_graph()
    layer = GraphConv(5, 7)
    torch.testing.assert_close(layer(nodes, edges), layer(nodes, edges, GraphConv.matrix(edges, 23)))


def test_it_says_nothing_on_stderr() -> None:
    torch.set_warn_always(True)  # torch says it once a process otherwise
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            EdgeMatrix.of(torch.tensor([[0], [1]]), torch.ones(1), 3)
    finally:
        torch.set_warn_always(False)


def test_an_edge_to_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"inconsistent|index"):
        EdgeMatrix.of(torch.tensor([[0], [3]]), torch.ones(1), 3)
