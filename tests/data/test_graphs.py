"""Graphs as tensors: shapes are checked, and a batch is a graph that comes apart again."""

import pytest
import torch
from torch import Tensor

from course_lib.data.graphs import Batch, Graph, apart, batch
from course_lib.layers.batching import join_graphs


def some_graph(nodes: int, edges: int, target: Tensor | None = None, seed: int = 0) -> Graph:
    """Chance numbers in the right shapes, 3 a node and 2 an edge."""
    chance = torch.Generator().manual_seed(seed)
    ends = torch.randint(nodes, (2, edges), generator=chance)
    features = torch.randn(edges, 2, generator=chance)
    return Graph(torch.randn(nodes, 3, generator=chance), ends, features, target, f"graph {nodes}")


def graphs(targets: list[Tensor | None]) -> list[Graph]:
    return [some_graph(n, e, t, n) for n, e, t in zip((5, 1, 7), (11, 0, 13), targets, strict=True)]


KINDS_OF_TARGETS = {
    "none": [None, None, None],
    "one number a graph": [torch.tensor(value) for value in (0.5, 1.5, -2.5)],
    "three numbers a graph": [torch.arange(3.0) + shift for shift in (0, 10, 20)],
    "a class a graph": [torch.tensor(value) for value in (2, 0, 1)],
    "a class a node": [torch.arange(5), torch.arange(1), torch.arange(7)],
}


@pytest.mark.parametrize("targets", KINDS_OF_TARGETS.values(), ids=KINDS_OF_TARGETS)
def test_a_batch_comes_apart_into_the_graphs_it_was_made_of(targets: list[Tensor | None]) -> None:
    made_of = graphs(targets)
    batched = batch(made_of)
    assert len(batched) == 3
    again = apart(batched)
    for one, other in zip(made_of, again, strict=True):
        assert torch.equal(one.nodes, other.nodes)
        assert torch.equal(one.edges, other.edges)
        assert torch.equal(one.edge_features, other.edge_features)
        assert (one.target is None) == (other.target is None)
        if one.target is not None:
            assert torch.equal(one.target, other.target)
    assert_same(batch(again), batched)


def assert_same(one: Batch, other: Batch) -> None:
    for field in ("nodes", "edges", "edge_features", "owner", "targets", "counts"):
        left, right = getattr(one, field), getattr(other, field)
        assert (left is None and right is None) or torch.equal(left, right), field


def test_no_edge_leads_from_one_graph_to_another() -> None:
    made_of = graphs([None, None, None])
    batched = batch(made_of)
    assert torch.equal(batched.owner[batched.edges[0]], batched.owner[batched.edges[1]])
    edges, owner = join_graphs([5, 1, 7], [graph.edges for graph in made_of])  # another way to the same
    assert torch.equal(batched.edges, edges)
    assert torch.equal(batched.owner, owner)
    assert batched.counts.tolist() == [5, 1, 7]


def test_targets_are_stacked_for_graphs_and_joined_for_nodes() -> None:
    shapes = [batch(graphs(targets)).targets for targets in KINDS_OF_TARGETS.values()]
    assert [None if each is None else tuple(each.shape) for each in shapes] == [None, (3,), (3, 3), (3,), (13,)]


def test_graphs_without_edge_features_stay_without() -> None:
    plain = [Graph(graph.nodes, graph.edges) for graph in graphs([None, None, None])]
    batched = batch(plain)
    assert batched.edge_features is None
    assert [graph.edge_features for graph in apart(batched)] == [None, None, None]


def test_what_does_not_fit_is_named() -> None:
    nodes, edges = torch.zeros(3, 2), torch.zeros(2, 4, dtype=torch.int64)
    with pytest.raises(ValueError, match=r"'ring'.*names node 3, and the 3 nodes are numbered from 0"):
        Graph(nodes, edges + 3, name="ring")
    with pytest.raises(ValueError, match="names node -1"):
        Graph(nodes, edges - 1)
    with pytest.raises(ValueError, match=r"shape \(4, 2\) and torch.int64; \(2, E\)"):
        Graph(nodes, edges.T)
    with pytest.raises(ValueError, match=r"torch.float32; \(2, E\) of int64"):
        Graph(nodes, edges.float())
    with pytest.raises(ValueError, match=r"nodes have the shape \(3,\)"):
        Graph(nodes[:, 0], edges)
    with pytest.raises(ValueError, match=r"edge features \(5, 1\) for 4 edges"):
        Graph(nodes, edges, torch.zeros(5, 1))
    with pytest.raises(ValueError, match="2 labels for 3 nodes"):
        Graph(nodes, edges, target=torch.zeros(2, dtype=torch.int64))
    with pytest.raises(ValueError, match="at least one graph"):
        batch([])
    with pytest.raises(ValueError, match="1 of 2 graphs have a target"):
        batch([Graph(nodes, edges, target=torch.tensor(1.0)), Graph(nodes, edges)])
