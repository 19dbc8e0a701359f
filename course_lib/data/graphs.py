"""Graphs as tensors: what stands at each node, who sends to whom, and many graphs laid side by side as one.

Sizes   N nodes   E edges   F numbers a node   G numbers an edge   B graphs

An edge is a column of two numbers: sender, receiver. A bond goes both ways, so it is stored twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Graph:
    """One graph.

    nodes (N, F) float   edges int64 (2, E): row 0 sends, row 1 receives   edge_features (E, G) float, or None
    target: what there is to predict. () or (K,) float for the graph as a whole, () int64 for its class,
    (N,) int64 for the class of each node; or None
    """

    nodes: Tensor
    edges: Tensor
    edge_features: Tensor | None = None
    target: Tensor | None = None
    name: str = ""

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise ValueError(f"the graph {self.name!r}: {problem}")

    def __len__(self) -> int:
        return len(self.nodes)

    def __repr__(self) -> str:
        return f"Graph {self.name!r} of {len(self)} nodes and {self.edges.shape[1]} edges"


@dataclass(frozen=True, eq=False)
class Batch:
    """B graphs as one graph that falls into B parts: no padding, so no mask.

    nodes (N, F)   edges int64 (2, E), numbered through   edge_features (E, G), or None
    owner int64 (N,): the graph a node belongs to   counts int64 (B,): the nodes of each graph
    targets: (B, ...) for graphs, (N,) for nodes, or None
    """

    nodes: Tensor
    edges: Tensor
    edge_features: Tensor | None
    owner: Tensor
    targets: Tensor | None
    counts: Tensor

    def __len__(self) -> int:
        return len(self.counts)


def batch(graphs: Sequence[Graph]) -> Batch:
    """Lay graphs side by side: the node numbers of each are shifted by the nodes that came before it.

    Raises ValueError for no graphs, or where some have edge features or targets and others have none.
    """
    if not graphs:
        raise ValueError("a batch needs at least one graph")
    counts = torch.tensor([len(graph) for graph in graphs])
    before = (counts.cumsum(0) - counts).tolist()
    features = _all_or_none("edge features", [graph.edge_features for graph in graphs])
    targets = _all_or_none("a target", [graph.target for graph in graphs])
    join = torch.cat if targets and _labels_nodes(targets[0]) else torch.stack
    return Batch(
        nodes=torch.cat([graph.nodes for graph in graphs]),
        edges=torch.cat([graph.edges + shift for graph, shift in zip(graphs, before, strict=True)], dim=1),
        edge_features=torch.cat(features) if features else None,
        owner=torch.repeat_interleave(torch.arange(len(graphs)), counts),
        targets=join(targets) if targets else None,
        counts=counts,
    )


def apart(batched: Batch) -> list[Graph]:
    """The graphs of a batch again, without their names; `batch` of them is the batch.

    Edges must still lie graph after graph, as `batch` leaves them.
    """
    edge_counts = torch.bincount(batched.owner[batched.edges[0]], minlength=len(batched)).tolist()
    counts = batched.counts.tolist()
    before = (batched.counts.cumsum(0) - batched.counts).tolist()
    features = batched.edge_features
    targets = batched.targets
    parts: Sequence[Tensor | None] = [None] * len(batched)
    if targets is not None:
        parts = targets.split(counts) if _labels_nodes(targets) and len(targets) == sum(counts) else targets.unbind()
    return [
        Graph(nodes, edges - shift, feature, target)
        for nodes, edges, feature, target, shift in zip(
            batched.nodes.split(counts),
            batched.edges.split(edge_counts, dim=1),
            [None] * len(batched) if features is None else features.split(edge_counts),
            parts,
            before,
            strict=True,
        )
    ]


def _labels_nodes(target: Tensor) -> bool:
    return target.dtype == torch.int64 and target.ndim == 1


def _all_or_none(what: str, parts: Sequence[Tensor | None]) -> list[Tensor]:
    found = [part for part in parts if part is not None]
    if found and len(found) < len(parts):
        raise ValueError(f"{len(found)} of {len(parts)} graphs have {what}; all must have it, or none")
    return found


def _problems(graph: Graph) -> list[str]:
    """What cannot be right about the shapes and numbers of a graph."""
    nodes, edges, features, target = graph.nodes, graph.edges, graph.edge_features, graph.target
    found = []
    if nodes.ndim != 2 or not nodes.is_floating_point():
        found.append(f"nodes have the shape {tuple(nodes.shape)} and {nodes.dtype}; a float table (N, F) is needed")
    elif edges.ndim != 2 or len(edges) != 2 or edges.dtype != torch.int64:
        found.append(f"edges have the shape {tuple(edges.shape)} and {edges.dtype}; (2, E) of int64 is needed")
    elif edges.numel() and not (int(edges.min()) >= 0 and int(edges.max()) < len(nodes)):
        wrong = int(edges.max()) if int(edges.min()) >= 0 else int(edges.min())
        found.append(f"an edge names node {wrong}, and the {len(nodes)} nodes are numbered from 0")
    if features is not None and (features.ndim != 2 or len(features) != edges.shape[-1]):
        found.append(f"edge features {tuple(features.shape)} for {edges.shape[-1]} edges; one row an edge is needed")
    if target is not None and _labels_nodes(target) and len(target) != len(nodes):
        found.append(f"{len(target)} labels for {len(nodes)} nodes")
    return found
