"""The graph network keeps the laws of its layers, and what `rounds` shows is what passed."""

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course_lib.layers.batching import join_graphs
from course_lib.layers.graph_conv import with_loops
from course_lib.layers.messages import neighbour_sum, scatter_sum
from course_lib.models.gnn import KINDS, GraphNet, GraphNetConfig, Rounds
from tests.layers.graphs import random_graph

EACH = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The tensors are tiny: threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def net(kind: str, readout: str | None = None, **more: object) -> GraphNet:
    torch.manual_seed(3)
    sizes = GraphNetConfig(5, 2, width=12, rounds=3, kind=kind, edge_features=3, heads=3, readout=readout, **more)  # type: ignore[arg-type]
    return GraphNet(sizes).eval()


@EACH
@given(seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_nodes_may_have_any_names_and_graphs_any_order(kind: str, seed: int) -> None:
    nodes, edges, features = random_graph(seed)
    order = torch.randperm(23, generator=torch.Generator().manual_seed(seed))
    per_node, whole = net(kind), net(kind, "gated")
    moved = order.argsort()[edges]
    torch.testing.assert_close(
        per_node(nodes[order], moved, features), per_node(nodes, edges, features)[order], atol=1e-4, rtol=1e-4
    )
    torch.testing.assert_close(
        whole(nodes[order], moved, features), whole(nodes, edges, features), atol=1e-4, rtol=1e-4
    )


@EACH
@pytest.mark.parametrize("readout", ["gated", "sum", "mean"])
def test_a_batch_is_its_graphs_one_by_one(kind: str, readout: str) -> None:
    model = net(kind, readout)
    graphs = [random_graph(seed, nodes=7 + 4 * seed, edges=11 + 6 * seed) for seed in range(3)]
    edges, owner = join_graphs([len(g[0]) for g in graphs], [g[1] for g in graphs])
    together = model(torch.cat([g[0] for g in graphs]), edges, torch.cat([g[2] for g in graphs]), owner, 3)
    torch.testing.assert_close(together, torch.cat([model(*graph) for graph in graphs]), atol=1e-5, rtol=1e-4)


@EACH
def test_rounds_are_a_real_pass(kind: str) -> None:
    nodes, edges, features = random_graph()
    model = net(kind)
    seen = model.rounds(nodes, edges, features)
    assert seen.features.shape == (4, 23, 12)
    torch.testing.assert_close(model.answer(seen.features[-1]), model(nodes, edges, features))
    looped = kind in ("gcn", "gat")
    assert torch.equal(seen.edges, with_loops(edges, 23) if looped else edges)
    assert seen.messages.shape == (3, seen.edges.shape[1], 12)
    assert not seen.features.requires_grad
    assert_messages_lead_on(model, kind, seen)


def assert_messages_lead_on(model: GraphNet, kind: str, seen: Rounds) -> None:
    """From the features before a round and the messages in it follow the features after it."""
    for turn, layer in enumerate(model.layers):
        h, arrived = seen.features[turn], scatter_sum(seen.messages[turn], seen.edges[1], 23)
        if kind == "mpnn":
            expected = layer.update(arrived, h)
        elif kind == "sage":
            count = torch.bincount(seen.edges[1], minlength=23).clamp(min=1)
            expected = torch.relu(layer.own(h) + layer.neighbours(arrived / count[:, None]))
        elif kind == "gin":
            expected = torch.relu(layer.network((1 + layer.eps) * h + arrived))
        else:
            expected = torch.relu(arrived + layer.bias)
        torch.testing.assert_close(seen.features[turn + 1], expected)


def test_weights_are_there_for_attention_alone() -> None:
    nodes, edges, _ = random_graph()
    seen = net("gat").rounds(nodes, edges)
    assert seen.weights is not None and seen.weights.shape == (3, 3, seen.edges.shape[1])
    sums = scatter_sum(seen.weights[1].T.contiguous(), seen.edges[1], 23)
    torch.testing.assert_close(sums, torch.ones(23, 3))
    assert net("gcn").rounds(nodes, edges).weights is None


def test_residual_adds_what_was_there() -> None:
    nodes, edges, _ = random_graph()
    plain, residual = net("gcn"), net("gcn", residual=True)
    residual.load_state_dict(plain.state_dict())
    one, other = (model.rounds(nodes, edges).features[:2] for model in (plain, residual))
    torch.testing.assert_close(other[1], one[0] + one[1])


def test_dropout_only_in_training() -> None:
    nodes, edges, _ = random_graph()
    model = net("gin", dropout=0.5)
    assert torch.equal(model(nodes, edges), model(nodes, edges))
    model.train()
    assert not torch.equal(model(nodes, edges), model(nodes, edges))


def test_a_layer_of_ones_own() -> None:
    class Mine(nn.Module):
        def forward(self, nodes: Tensor, edges: Tensor) -> Tensor:
            return neighbour_sum(nodes, edges)

    nodes, edges, _ = random_graph()
    model = GraphNet(GraphNetConfig(5, 2, rounds=1, readout=None), layer=lambda width: Mine())
    expected = torch.relu(neighbour_sum(torch.relu(model.embed(nodes)), edges))
    torch.testing.assert_close(model(nodes, edges), model.answer(expected))
    with pytest.raises(ValueError, match="Mine has no part `scatter`"):
        model.rounds(nodes, edges)


def test_bad_sizes_and_features_are_named() -> None:
    with pytest.raises(ValueError, match=r"kind 'GCN' is not there; choose one of gcn, sage, gat, gin, mpnn"):
        GraphNetConfig(5, 2, kind="GCN")
    with pytest.raises(ValueError, match="readout 'max' is not there"):
        GraphNetConfig(5, 2, readout="max")
    nodes, edges, features = random_graph()
    with pytest.raises(ValueError, match=r"wants edge_features of shape \(61, 3\) and was given none"):
        net("mpnn")(nodes, edges)
    with pytest.raises(ValueError, match=r"was given \(61, 2\)"):
        net("mpnn")(nodes, edges, features[:, :2])
    assert GraphNet(GraphNetConfig(5, 2, kind="mpnn"))(nodes, edges).shape == (1, 2)
