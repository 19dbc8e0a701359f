"""Week 12's model: a graph in, numbers for the whole graph or for every node out.

Sizes   N nodes   E edges   E' edges with self-loops   G features of an edge   D width   H heads   R rounds
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_lib.former_names import former
from course_lib.layers.edge_messages import GatedMessages
from course_lib.layers.graph_attention import GraphAttention
from course_lib.layers.graph_conv import GraphConv, with_loops
from course_lib.layers.graph_isomorphism import GraphIsomorphism
from course_lib.layers.graph_sage import GraphSAGE
from course_lib.layers.messages import Scatter
from course_lib.layers.readout import GatedReadout, mean_nodes, sum_nodes

KINDS = ("gcn", "sage", "gat", "gin", "mpnn")
READOUTS = ("gated", "sum", "mean", None)


@dataclass(frozen=True)
class GraphNetConfig:
    """What the model is made of. readout None gives numbers for every node, the others for every graph."""

    features: int
    outputs: int
    width: int = 64
    rounds: int = 4
    kind: str = "gcn"
    edge_features: int = 0  # only "mpnn" reads them
    heads: int = 4  # only "gat" has them
    residual: bool = False  # add what a node was to what it becomes; "mpnn" has its gate for that
    dropout: float = 0.0
    readout: str | None = "gated"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is not there; choose one of {', '.join(KINDS)}")
        if self.readout not in READOUTS:
            raise ValueError(f"readout {self.readout!r} is not there; choose one of {READOUTS}")


@dataclass(frozen=True)
class Rounds:
    """What really passed through the model: for pictures, and for questions."""

    features: Tensor  # (R + 1, N, D), before the first round and after each
    edges: Tensor  # (2, E'), the edges the layers used: yours, then self-loops where the layer adds them
    messages: Tensor  # (R, E', D), what went along each edge; they are added up where they arrive
    weights: Tensor | None  # (R, H, E'), the weights of graph attention


def make_layer(sizes: GraphNetConfig) -> nn.Module:
    """Make one round of the kind the sizes ask for."""
    width = sizes.width
    if sizes.kind == "mpnn":
        return GatedMessages(width, sizes.edge_features)
    if sizes.kind == "gat":
        return GraphAttention(width, width, sizes.heads)
    return {"gcn": GraphConv, "sage": GraphSAGE, "gin": GraphIsomorphism}[sizes.kind](width, width)


class GraphNet(nn.Module):
    """Rounds of message passing, then one vector a graph, then the answer.

    nodes (N, features), edges (2, E), edge_features (E, G) or None, owner (N) the graph of each node
    -> (graphs, outputs), or (N, outputs) without a readout
    layer(width) makes each round, so that a learner's own can be put in; it is called with nodes and edges.
    """

    def __init__(self, sizes: GraphNetConfig, layer: Callable[[int], nn.Module] | None = None) -> None:
        super().__init__()
        self.sizes = sizes
        self.embed = nn.Linear(sizes.features, sizes.width)
        self.layers = nn.ModuleList(layer(sizes.width) if layer else make_layer(sizes) for _ in range(sizes.rounds))
        self.drop = nn.Dropout(sizes.dropout)
        self.gather_all = GatedReadout(sizes.width, sizes.width) if sizes.readout == "gated" else None
        self.answer = nn.Sequential(
            nn.Linear(sizes.width, sizes.width), nn.ReLU(), nn.Linear(sizes.width, sizes.outputs)
        )

    def one_round(self, layer: nn.Module, h: Tensor, edges: Tensor, edge_features: Tensor | None) -> Tensor:
        """Give what the nodes are after one more round.   h (N, D) -> (N, D)."""
        if isinstance(layer, GatedMessages):
            return self.drop(layer(h, edges, self.checked(edges, edge_features)))
        heard = layer(h, edges)
        heard = torch.relu(heard[0] if isinstance(heard, tuple) else heard)
        return self.drop(h + heard if self.sizes.residual else heard)

    def checked(self, edges: Tensor, edge_features: Tensor | None) -> Tensor:
        """Compute the features of the edges, (E, G). Raises ValueError when there are none or of another shape."""
        wanted = (edges.shape[1], self.sizes.edge_features)
        if edge_features is None and wanted[1] == 0:
            return self.embed.weight.new_zeros(wanted)
        if edge_features is None or edge_features.shape != wanted:
            have = "none" if edge_features is None else f"{tuple(edge_features.shape)}"
            raise ValueError(f"this model wants edge_features of shape {wanted} and was given {have}")
        return edge_features

    def nodes_after(self, nodes: Tensor, edges: Tensor, edge_features: Tensor | None = None) -> list[Tensor]:
        """Give what the nodes are before the first round and after each.   -> R + 1 tensors (N, D)."""
        every = [torch.relu(self.embed(nodes))]
        for layer in self.layers:
            every.append(self.one_round(layer, every[-1], edges, edge_features))
        return every

    def forward(
        self,
        nodes: Tensor,
        edges: Tensor,
        edge_features: Tensor | None = None,
        owner: Tensor | None = None,
        graphs: int = 1,
    ) -> Tensor:
        h = self.nodes_after(nodes, edges, edge_features)[-1]
        if self.sizes.readout is None:
            return self.answer(h)
        owner = edges.new_zeros(len(nodes)) if owner is None else owner
        if self.gather_all is not None:
            return self.answer(self.gather_all(h, owner, graphs))
        return self.answer((sum_nodes if self.sizes.readout == "sum" else mean_nodes)(h, owner, graphs))

    @torch.no_grad()
    def rounds(self, nodes: Tensor, edges: Tensor, edge_features: Tensor | None = None) -> Rounds:
        """Catch the tensors of a real pass on their way: features, messages and weights of every round.

        Of a graph without self-loops, the first E rows of messages and weights belong to its E edges, in their order.
        """
        for layer in self.layers:
            if not isinstance(getattr(layer, "scatter", None), Scatter):
                raise ValueError(f"{type(layer).__name__} has no part `scatter`, so its messages cannot be caught")
        messages: list[Tensor] = []
        weights: list[Tensor] = []
        hooks = []
        for layer in self.layers:
            scatter = layer.get_submodule("scatter")
            hooks.append(scatter.register_forward_hook(lambda part, given, out: messages.append(given[0].flatten(1))))
            if isinstance(layer, GraphAttention):
                hooks.append(layer.register_forward_hook(lambda part, given, out: weights.append(out[1].T)))
        try:
            features = torch.stack(self.nodes_after(nodes, edges, edge_features))
        finally:
            for hook in hooks:
                hook.remove()
        looped = any(isinstance(layer, (GraphConv, GraphAttention)) for layer in self.layers)
        used = with_loops(edges, len(nodes)) if looped else edges
        return Rounds(features, used, torch.stack(messages), torch.stack(weights) if weights else None)


__getattr__ = former(__name__, {"Sizes": "GraphNetConfig"})
