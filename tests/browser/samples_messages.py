"""Bundles of message passing for tests and pictures: real graphs, real passes of small random networks."""

from functools import cache
from typing import Any

import networkx as nx
import numpy as np
import torch

from course_lib.data.molecules import molecule_graph
from course_lib.models.gnn import GraphNet, GraphNetConfig
from course_lib.widgets.message_passing import Messages

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
IMATINIB = "Cc1ccc(cc1Nc2nccc(n2)c3cccnc3)NC(=O)c4ccc(cc4)CN5CCN(CC5)C"


def both_ways(graph: Any) -> torch.Tensor:
    """(2, E) long: every edge of an undirected graph there and back."""
    edges = torch.tensor(list(nx.convert_node_labels_to_integers(graph).edges), dtype=torch.long).reshape(-1, 2).mT
    return torch.cat([edges, edges.flip(0)], 1)


def pass_through(nodes: torch.Tensor, edges: torch.Tensor, seed: int = 0, **sizes: Any) -> tuple[Any, ...]:
    """edges, features, messages, weights of a real pass through a random network."""
    torch.manual_seed(seed)
    model = GraphNet(GraphNetConfig(nodes.shape[1], 1, **sizes))
    found = model.rounds(
        nodes, edges, sizes.get("edge_features") and torch.rand(edges.shape[1], sizes["edge_features"])
    )
    return found.edges, found.features, found.messages, found.weights


@cache
def molecule(smiles: str = ASPIRIN, name: str = "aspirin", kind: str = "gat") -> Messages:
    """A molecule through graph attention: 4 rounds, 3 heads, each atom also hears itself."""
    graph = molecule_graph(smiles)
    edges, features, messages, weights = pass_through(graph.nodes, graph.edges, width=15, rounds=4, heads=3, kind=kind)
    return Messages.of_molecule(smiles, edges, features, messages, weights, name=name)


def imatinib() -> Messages:
    """37 atoms, without attention and self-loops."""
    return molecule(IMATINIB, "imatinib", "sage")


@cache
def karate() -> Messages:
    """Zachary's karate club, 34 people who start as different as can be."""
    graph = nx.karate_club_graph()
    edges, features, messages, _ = pass_through(torch.eye(34), both_ways(graph), width=21, rounds=5, seed=1)
    return Messages.of_graph(graph, edges, features, messages, name="Zachary's karate club")


@cache
def connectome(rounds: int = 3, kind: str = "gat") -> Messages:
    """213 nodes, 7,536 directed edges in four blocks: the size of a fly larva's mushroom body."""
    rng = np.random.default_rng(7)
    block = np.sort(rng.integers(0, 4, 213))
    chance = rng.random((213, 213)) * np.where(block[:, None] == block, 2.6, 1.0)
    np.fill_diagonal(chance, 0)
    chosen = np.sort(np.argsort(-chance, axis=None)[:7536])
    edges = torch.tensor(np.stack(np.divmod(chosen, 213)))
    nodes = torch.randn(213, 13, generator=torch.Generator().manual_seed(3)) + torch.eye(13)[block] * 2
    used, features, messages, weights = pass_through(nodes, edges, width=16, rounds=rounds, heads=2, kind=kind)
    return Messages.of_graph(None, used, features, messages, weights, name="213 nodes in four groups")


KINDS = {"molecule": molecule, "imatinib": imatinib, "karate": karate, "connectome": connectome}
