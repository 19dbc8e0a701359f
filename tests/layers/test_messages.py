"""Messages by loop, by matrix, and by torch's own scatter."""

import torch

from course_lib.layers.messages import (
    Scatter,
    gather,
    neighbour_sum,
    scatter_max,
    scatter_mean,
    scatter_sum,
    weighted_sum,
)
from tests.layers.graphs import random_graph


def test_every_sum_by_hand() -> None:
    nodes, edges, _ = random_graph()
    weights = torch.rand(edges.shape[1])
    for node in range(len(nodes)):
        arrive = [e for e in range(edges.shape[1]) if edges[1, e] == node]
        sent = [nodes[edges[0, e]] for e in arrive]
        plain = sum(sent, torch.zeros(5))
        torch.testing.assert_close(neighbour_sum(nodes, edges)[node], plain)
        torch.testing.assert_close(scatter_mean(gather(nodes, edges), edges[1], 23)[node], plain / max(len(sent), 1))
        top = torch.stack(sent).amax(0) if sent else torch.zeros(5)
        assert torch.equal(scatter_max(gather(nodes, edges), edges[1], 23)[node], top)
        heavy = sum((weights[e] * nodes[edges[0, e]] for e in arrive), torch.zeros(5))
        torch.testing.assert_close(weighted_sum(nodes, edges, weights)[node], heavy)


def test_a_sum_is_a_matrix_product() -> None:
    nodes, edges, _ = random_graph(3)
    table = torch.zeros(23, 23).index_put((edges[1], edges[0]), torch.ones(edges.shape[1]), accumulate=True)
    torch.testing.assert_close(neighbour_sum(nodes, edges), table @ nodes)


def test_nobody_writes_and_zeros_stay() -> None:
    nodes, edges, _ = random_graph()
    for result in (
        neighbour_sum(nodes, edges),
        scatter_mean(gather(nodes, edges), edges[1], 23),
        scatter_max(gather(nodes, edges) - 9, edges[1], 23),
    ):
        assert torch.equal(result[-2:], torch.zeros(2, 5))
    none = torch.zeros(2, 0, dtype=torch.long)
    assert torch.equal(neighbour_sum(nodes, none), torch.zeros(23, 5))


def test_messages_of_any_shape_and_the_part_that_can_be_listened_to() -> None:
    receivers, sent = torch.tensor([2, 0, 2]), torch.randn(3, 5, 7)
    result = Scatter()(sent, receivers, 4)
    torch.testing.assert_close(result, torch.stack([sent[1], torch.zeros(5, 7), sent[0] + sent[2], torch.zeros(5, 7)]))
    assert torch.equal(result, scatter_sum(sent, receivers, 4))
