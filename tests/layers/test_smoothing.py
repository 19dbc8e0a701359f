"""The meter for over-smoothing, against torch's cosines and at its ends."""

import pytest
import torch
import torch.nn.functional as F

from course_lib.layers.graph_conv import normalised_edges
from course_lib.layers.messages import weighted_sum
from course_lib.layers.smoothing import cosine_similarities, similarity


def test_every_pair_is_torchs_cosine() -> None:
    nodes = torch.randn(7, 5)
    nodes[3] = 0
    table = F.cosine_similarity(nodes[:, None], nodes[None], dim=-1)
    torch.testing.assert_close(cosine_similarities(nodes), table)
    pairs = table[torch.triu_indices(7, 7, 1).unbind()]
    assert similarity(nodes) == pytest.approx(pairs.mean().item(), abs=1e-6)


def test_its_ends_and_what_has_no_pair() -> None:
    assert similarity(torch.ones(5, 3)) == pytest.approx(1)
    assert similarity(torch.tensor([[1.0, 0], [-2.0, 0]])) == pytest.approx(-1)
    assert similarity(torch.eye(5)) == pytest.approx(0)
    with pytest.raises(ValueError, match="1 node has no pair"):
        similarity(torch.ones(1, 3))


def test_averaging_makes_nodes_alike() -> None:
    ring = torch.stack([torch.arange(11), (torch.arange(11) + 1) % 11])
    edges, weights = normalised_edges(torch.cat([ring, ring.flip(0)], 1), 11)
    nodes = torch.randn(11, 5) + 0.3
    curve = []
    for _ in range(60):
        curve.append(similarity(nodes))
        nodes = weighted_sum(nodes, edges, weights)
    assert curve[-1] > 0.999 > 0.9 > curve[0]
