"""Degrees and two-way means, edge by edge and against networkx."""

import networkx as nx
import torch

from course_lib.layers.directed import both_ways, degrees, mean_of_senders
from tests.layers.graphs import random_graph


def test_degrees_are_networkx_s() -> None:
    _, edges, _ = random_graph()
    strength = torch.randint(1, 30, (edges.shape[1],)).float()
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(23))
    graph.add_edges_from((s, r, {"w": w}) for (s, r), w in zip(edges.T.tolist(), strength.tolist(), strict=True))
    ways = [graph.in_degree, graph.out_degree]
    expected = [[dict(way(weight=name))[n] for name in (None, "w") for way in ways] for n in range(23)]
    torch.testing.assert_close(degrees(edges, strength, 23), torch.tensor(expected, dtype=torch.float))


def test_means_by_hand() -> None:
    nodes, edges, _ = random_graph(1)
    strength = torch.rand(edges.shape[1]) + 0.1
    result = both_ways(nodes, edges, strength)
    for node in range(23):
        for part, (here, there) in enumerate([(1, 0), (0, 1)], 1):
            at = edges[here] == node
            mean = (strength[at, None] * nodes[edges[there, at]]).sum(0) / strength[at].sum()
            torch.testing.assert_close(result[node, 5 * part : 5 * part + 5], mean if at.any() else torch.zeros(5))
    assert torch.equal(result[:, :5], nodes)


def test_a_faint_edge_counts_as_any_other_when_it_is_alone() -> None:
    nodes, edges = torch.randn(3, 5), torch.tensor([[0], [1]])
    torch.testing.assert_close(mean_of_senders(nodes, edges, torch.tensor([1e-6]))[1], nodes[0])
