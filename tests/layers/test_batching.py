"""A batch without padding: joined, every graph gives what it gives alone."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from course_lib.layers.batching import join_graphs
from course_lib.layers.edge_messages import EdgeNetwork, GatedMessages
from course_lib.layers.graph_attention import GraphAttention
from course_lib.layers.graph_conv import GraphConv
from course_lib.layers.graph_isomorphism import GraphIsomorphism
from course_lib.layers.graph_sage import GraphSAGE
from tests.layers.graphs import random_graph

LAYERS: dict[str, Callable[[], nn.Module]] = {
    "gcn": lambda: GraphConv(5, 5),
    "sage": lambda: GraphSAGE(5, 5),
    "gat": lambda: GraphAttention(5, 9, 3),
    "gin": lambda: GraphIsomorphism(5, 5),
    "gated": lambda: GatedMessages(5, 3),
    "edge network": lambda: EdgeNetwork(5, 7, nn.Linear(3, 35)),
}
READS_EDGES = ("gated", "edge network")


def test_small_graphs_by_hand() -> None:
    edges, owner = join_graphs(
        [3, 1, 2], [torch.tensor([[0, 1], [1, 0]]), torch.zeros(2, 0).long(), torch.tensor([[0], [1]])]
    )
    assert edges.tolist() == [[0, 1, 4], [1, 0, 5]]
    assert owner.tolist() == [0, 0, 0, 1, 2, 2]


def test_no_graph_at_all_and_lists_that_do_not_fit() -> None:
    edges, owner = join_graphs([], [])
    assert edges.shape == (2, 0) and owner.shape == (0,)
    with pytest.raises(ValueError, match="2 sizes for 1 edge lists"):
        join_graphs([1, 2], [torch.zeros(2, 0).long()])


@pytest.mark.parametrize("name", LAYERS)
def test_together_is_as_alone(name: str) -> None:
    layer = LAYERS[name]()
    graphs = [random_graph(seed, nodes=7 + 4 * seed, edges=13 + 6 * seed) for seed in range(3)]
    edges, _ = join_graphs([len(g[0]) for g in graphs], [g[1] for g in graphs])
    extra = [(g[2],) if name in READS_EDGES else () for g in graphs]
    alone = [layer(g[0], g[1], *more) for g, more in zip(graphs, extra, strict=True)]
    features = (torch.cat([g[2] for g in graphs]),) if name in READS_EDGES else ()
    together = layer(torch.cat([g[0] for g in graphs]), edges, *features)
    alone = [each[0] if isinstance(each, tuple) else each for each in alone]
    torch.testing.assert_close(together[0] if isinstance(together, tuple) else together, torch.cat(alone))


@pytest.mark.parametrize("name", LAYERS)
def test_renaming_the_nodes_renames_the_result(name: str) -> None:
    layer, (nodes, edges, features) = LAYERS[name](), random_graph(5)
    order, extra = torch.randperm(23), (features,) if name in READS_EDGES else ()
    plain, moved = layer(nodes, edges, *extra), layer(nodes[order], order.argsort()[edges], *extra)
    plain, moved = (each[0] if isinstance(each, tuple) else each for each in (plain, moved))
    torch.testing.assert_close(moved, plain[order])
