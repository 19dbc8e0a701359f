"""Where to draw each node of a graph, and what it is called.

Sizes   N nodes   E edges, row 0 sends, row 1 receives
"""

from typing import Any

import networkx as nx
import numpy as np

MOST_STEPS_KEPT = 80  # nodes: up to here distances on paper follow the steps between nodes; beyond, springs are quicker


def as_edges(edges: Any, size: int) -> np.ndarray:
    """Edges as a (2, E) array of whole numbers below `size`. Raises ValueError when they are something else."""
    array = np.asarray(edges.detach().cpu() if hasattr(edges, "detach") else edges)
    if not array.size:
        array = np.zeros((2, 0), dtype=int)
    if array.ndim != 2 or array.shape[0] != 2:
        turned = "; they stand one a row: turn them over with .T" if array.ndim == 2 and array.shape[1] == 2 else ""
        raise ValueError(f"edges have shape {array.shape}, not (2, E), senders above receivers{turned}")
    if array.dtype.kind not in "iu":
        raise ValueError(f"edges hold {array.dtype}; node numbers are whole")
    if array.size and not 0 <= array.min() <= array.max() < size:
        wrong = int(array.min() if array.min() < 0 else array.max())
        raise ValueError(f"an edge names node {wrong}; {size} nodes go from 0 to {size - 1}")
    return array.astype(int)


def node_labels(graph: Any, size: int) -> list[str]:
    """The names of a networkx graph's nodes, or numbers where there is no graph."""
    if graph is None:
        return [str(node) for node in range(size)]
    if not hasattr(graph, "nodes"):
        raise ValueError(f"a graph comes from networkx; {type(graph).__name__} has no nodes")
    if len(graph.nodes) != size:
        raise ValueError(f"the graph has {len(graph.nodes)} nodes, the features have {size}")
    return [str(node) for node in graph.nodes]


def place_nodes(edges: Any, size: int) -> np.ndarray:
    """Where to draw each node, so that neighbours lie near; wider than high, about one unit of room a node.

    edges (2, E) -> (N, 2), the same on every call
    """
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(as_edges(edges, size).T.tolist())
    if size == 1:
        return np.zeros((1, 2))
    if size <= MOST_STEPS_KEPT:
        steps = dict(nx.all_pairs_shortest_path_length(graph))
        far = 1 + max(max(row.values()) for row in steps.values())  # for nodes without a path between them
        apart = {a: {b: steps[a].get(b, far) for b in graph} for a in graph}
        found = nx.kamada_kawai_layout(graph, dist=apart, pos=nx.circular_layout(graph))
    else:
        found = nx.spring_layout(graph, seed=0, iterations=60)
    places = np.array([found[node] for node in range(size)])
    centred = places - places.mean(0)
    places = centred @ np.linalg.svd(centred, full_matrices=False)[2].T
    places *= np.sqrt(size / max(np.prod(np.ptp(places, axis=0)), 0.05 * size))
    return push_apart(places)


def push_apart(places: np.ndarray, least: float = 0.55, rounds: int = 60) -> np.ndarray:
    """Move nodes that lie nearer than `least` away from each other, a little at a time."""
    places = places.copy()
    for _ in range(rounds):
        between = places[:, None] - places[None]
        distance = np.linalg.norm(between, axis=-1) + 1e-9
        push = np.clip(least - distance, 0, None)
        np.fill_diagonal(push, 0)
        if not push.any():
            break
        places += 0.5 * (between / distance[..., None] * push[..., None]).sum(1)
    return places
