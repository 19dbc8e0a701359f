"""PyTorch Geometric's layers with our weights, or its weights in ours: outputs and gradients agree to 1e-5.

What happens to self-loops that a graph already has: GCN and GAT drop them and give every node exactly one of their
own, as PyG does; GraphSAGE, GIN and the edge network treat them as edges like any other, as PyG does.
"""

from collections.abc import Callable, Iterable

import pytest
import torch
from torch import Tensor, nn

from course_lib.layers.edge_messages import EdgeNetwork
from course_lib.layers.graph_attention import GraphAttention, neighbour_softmax
from course_lib.layers.graph_conv import GraphConv, normalised_edges
from course_lib.layers.graph_isomorphism import GraphIsomorphism
from course_lib.layers.graph_sage import GraphSAGE
from course_lib.layers.messages import scatter_max, scatter_mean, scatter_sum
from course_lib.layers.readout import mean_nodes, sum_nodes
from tests.layers.graphs import random_graph

pyg = pytest.importorskip("torch_geometric.nn")
SEEDS = (0, 1, 2)


def copy(*pairs: tuple[Tensor, Tensor]) -> None:
    """Put the library's weights into ours."""
    with torch.no_grad():
        for ours, theirs in pairs:
            ours.copy_(theirs.view_as(ours))


def assert_same(
    ours: Callable[[Tensor], Tensor],
    theirs: Callable[[Tensor], Tensor],
    nodes: Tensor,
    weights: Iterable[tuple[Tensor, Tensor]],
) -> None:
    """Outputs, gradients of the nodes and gradients of the weights agree to 1e-5."""
    mine, twin = (nodes.clone().requires_grad_() for _ in range(2))
    out, out2 = ours(mine), theirs(twin)
    torch.testing.assert_close(out, out2, atol=1e-5, rtol=1e-5)
    push = torch.linspace(-1, 1, out.numel()).view_as(out)
    (out * push).sum().backward()
    (out2 * push).sum().backward()
    for a, b in [(mine, twin), *weights]:
        assert a.grad is not None and b.grad is not None
        torch.testing.assert_close(a.grad, b.grad.view_as(a.grad), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", ["edge by edge", "one product"])
def test_graph_convolution(seed: int, way: str) -> None:
    nodes, edges, _ = random_graph(seed)
    ours, theirs = GraphConv(5, 7), pyg.GCNConv(5, 7)
    nn.init.normal_(theirs.bias)
    pairs = [(ours.change.weight, theirs.lin.weight), (ours.bias, theirs.bias)]
    copy(*pairs)
    matrix = GraphConv.matrix(edges, len(nodes)) if way == "one product" else None
    assert_same(lambda x: ours(x, edges, matrix), lambda x: theirs(x, edges), nodes, pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_normalised_edges(seed: int) -> None:
    from torch_geometric.nn.conv.gcn_conv import gcn_norm

    nodes, edges, _ = random_graph(seed)
    ours, theirs = normalised_edges(edges, len(nodes)), gcn_norm(edges, num_nodes=len(nodes))
    loops = int((edges[0] == edges[1]).sum())
    assert ours[0].shape[1] == edges.shape[1] - loops + len(nodes)
    weigh = [torch.zeros(23, 23).index_put((e[1], e[0]), w, accumulate=True) for e, w in (ours, theirs)]
    torch.testing.assert_close(*weigh, atol=1e-6, rtol=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_graph_sage(seed: int) -> None:
    nodes, edges, _ = random_graph(seed)
    ours, theirs = GraphSAGE(5, 7), pyg.SAGEConv(5, 7)
    pairs = [
        (ours.neighbours.weight, theirs.lin_l.weight),
        (ours.neighbours.bias, theirs.lin_l.bias),
        (ours.own.weight, theirs.lin_r.weight),
    ]
    copy(*pairs)
    assert_same(lambda x: ours(x, edges), lambda x: theirs(x, edges), nodes, pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_graph_attention(seed: int) -> None:
    nodes, edges, _ = random_graph(seed)
    ours, theirs = GraphAttention(5, 21, heads=3), pyg.GATConv(5, 7, heads=3)
    nn.init.normal_(theirs.bias)
    pairs = [
        (ours.change.weight, theirs.lin.weight),
        (ours.send, theirs.att_src),
        (ours.receive, theirs.att_dst),
        (ours.bias, theirs.bias),
    ]
    copy(*pairs)
    assert_same(lambda x: ours(x, edges)[0], lambda x: theirs(x, edges), nodes, pairs)
    _, (used, weights) = theirs(nodes, edges, return_attention_weights=True)
    assert torch.equal(used, torch.cat([edges[:, edges[0] != edges[1]], torch.arange(23).repeat(2, 1)], 1))
    torch.testing.assert_close(ours(nodes, edges)[1], weights, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_graph_isomorphism(seed: int) -> None:
    nodes, edges, _ = random_graph(seed)
    ours = GraphIsomorphism(5, 7)
    network = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 7))
    theirs = pyg.GINConv(network, eps=0.3, train_eps=True)
    pairs = [(ours.eps, theirs.eps), *zip(ours.network.parameters(), network.parameters(), strict=True)]
    copy(*pairs)
    assert_same(lambda x: ours(x, edges), lambda x: theirs(x, edges), nodes, pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_edge_network(seed: int) -> None:
    nodes, edges, features = random_graph(seed)
    networks = [nn.Sequential(nn.Linear(3, 11), nn.ReLU(), nn.Linear(11, 5 * 7)) for _ in range(2)]
    ours, theirs = EdgeNetwork(5, 7, networks[0]), pyg.NNConv(5, 7, networks[1], aggr="add")
    nn.init.normal_(theirs.bias)
    pairs = [
        (ours.own.weight, theirs.lin.weight),
        (ours.own.bias, theirs.bias),
        *zip(networks[0].parameters(), networks[1].parameters(), strict=True),
    ]
    copy(*pairs)
    assert_same(lambda x: ours(x, edges, features), lambda x: theirs(x, edges, features), nodes, pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_scatter_softmax_and_pools(seed: int) -> None:
    from torch_geometric.utils import scatter, softmax

    nodes, edges, features = random_graph(seed)
    for ours, name in [(scatter_sum, "sum"), (scatter_mean, "mean"), (scatter_max, "max")]:
        torch.testing.assert_close(ours(features, edges[1], 23), scatter(features, edges[1], 0, 23, reduce=name))
    torch.testing.assert_close(neighbour_softmax(features, edges[1], 23), softmax(features, edges[1], num_nodes=23))
    owner = torch.randint(5, (23,)) % 4  # the last graph is empty
    torch.testing.assert_close(mean_nodes(nodes, owner, 5), pyg.global_mean_pool(nodes, owner, 5))
    torch.testing.assert_close(sum_nodes(nodes, owner, 5), pyg.global_add_pool(nodes, owner, 5))


def test_joined_graphs_are_its_batches() -> None:
    from torch_geometric.data import Batch, Data

    from course_lib.layers.batching import join_graphs

    sizes, lists = [7, 1, 5], [torch.randint(7, (2, 11)), torch.zeros(2, 0, dtype=torch.long), torch.randint(5, (2, 3))]
    theirs = Batch.from_data_list([Data(edge_index=e, num_nodes=n) for n, e in zip(sizes, lists, strict=True)])
    edges, owner = join_graphs(sizes, lists)
    assert torch.equal(edges, theirs.edge_index)
    assert torch.equal(owner, theirs.batch)


def test_colours_tell_apart_what_networkx_tells_apart() -> None:
    import networkx as nx

    from course_lib.layers.weisfeiler_leman import tell_apart

    graphs = [g for g in nx.graph_atlas_g() if 5 <= len(g) <= 6][:60]
    edges = [torch.tensor(list(g.to_directed().edges), dtype=torch.long).reshape(-1, 2).T for g in graphs]
    hashes = [nx.weisfeiler_lehman_graph_hash(g, iterations=4) for g in graphs]
    for i in range(0, 60, 3):
        for j in range(i, 60, 7):
            if len(graphs[i]) == len(graphs[j]):
                mine = tell_apart((edges[i], edges[j]), (len(graphs[i]), len(graphs[j])), rounds=5)
                assert mine == (hashes[i] != hashes[j])
