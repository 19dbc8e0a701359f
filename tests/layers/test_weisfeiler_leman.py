"""Colour refinement on graphs where the answer is known; networkx is asked in tests/peers."""

import networkx as nx
import torch

from course_lib.layers.messages import neighbour_sum
from course_lib.layers.weisfeiler_leman import tell_apart, weisfeiler_leman
from tests.layers.graphs import random_graph


def edges_of(graph: nx.Graph) -> torch.Tensor:
    return torch.tensor(list(nx.convert_node_labels_to_integers(graph).to_directed().edges)).T


def test_a_chain_is_coloured_from_its_end() -> None:
    chain = torch.tensor([[0, 1, 2, 3], [1, 2, 3, 4]])
    kinds = [len(weisfeiler_leman(chain, 5, rounds).unique()) for rounds in range(6)]
    assert kinds == [1, 2, 3, 4, 5, 5]


def test_one_round_counts_and_more_rounds_never_join() -> None:
    _, edges, _ = random_graph()
    before = weisfeiler_leman(edges, 23, 1)
    arrivals = torch.bincount(edges[1], minlength=23)
    assert torch.equal(before[:, None] == before, arrivals[:, None] == arrivals)
    for rounds in range(2, 5):
        after = weisfeiler_leman(edges, 23, rounds)
        assert not ((before[:, None] != before) & (after[:, None] == after)).any()
        before = after


def test_two_triangles_and_a_ring_look_the_same() -> None:
    triangles, ring = nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(3)), nx.cycle_graph(6)
    pair = edges_of(triangles), edges_of(ring)
    assert not tell_apart(pair, (6, 6), rounds=10)
    star = edges_of(nx.star_graph(5))
    assert tell_apart((star, pair[1]), (6, 6), rounds=1)
    ones = torch.ones(6, 1)
    for _ in range(3):  # and so does every sum over neighbours from equal features
        ones = neighbour_sum(ones, pair[0])
    assert ones.unique().tolist() == [8.0]


def test_renaming_keeps_the_numbers() -> None:
    _, edges, _ = random_graph(2)
    order = torch.randperm(23)
    assert torch.equal(weisfeiler_leman(order.argsort()[edges], 23, 3), weisfeiler_leman(edges, 23, 3)[order])
