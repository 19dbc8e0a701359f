"""One bundle of message passing to look at: the graph, the features of every round, and what went along each edge.

Sizes   N nodes   E edges, sender to receiver   R rounds   H heads   D features
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.viz.layout import as_edges, node_labels, place_nodes
from course_lib.viz.molecule import Drawing, lay_out

NEVER = 255  # hops: no path at all


def hop_distances(edges: np.ndarray, size: int) -> np.ndarray:
    """How many rounds until one node's features reach another.

    edges (2, E), row 0 sends, row 1 receives -> (N, N) bytes: [i, j] = steps from j to i along the edges, 255 = never
    """
    from scipy.sparse import coo_array, csgraph  # type: ignore[import-untyped]

    heard = coo_array((np.ones(edges.shape[1]), (edges[0], edges[1])), shape=(size, size)).tocsr()
    steps = csgraph.shortest_path(heard, unweighted=True)  # from sender to receiver, inf without a path
    return np.where(steps < NEVER, steps, NEVER).astype(np.uint8).T.copy()


def unit_length(features: np.ndarray) -> np.ndarray:
    """Each feature vector (..., D) divided by its length; a vector of zeros stays zeros."""
    lengths = np.linalg.norm(features, axis=-1, keepdims=True)
    return features / np.where(lengths > 0, lengths, 1)


def cosine_similarity(features: np.ndarray) -> np.ndarray:
    """features (..., N, D) -> (..., N, N) from -1 to 1; a node is 1 to itself, and 0 to a node whose features are 0"""
    unit = unit_length(features.astype(np.float64))
    found = np.clip(unit @ unit.swapaxes(-1, -2), -1, 1)
    found[..., np.arange(found.shape[-1]), np.arange(found.shape[-1])] = 1
    return found


def mean_over_pairs(similarity: np.ndarray) -> np.ndarray:
    """similarity (R+1, N, N) -> (R+1,), the mean over pairs of two different nodes; 1 where there is no pair"""
    size = similarity.shape[-1]
    if size < 2:
        return np.ones(len(similarity))
    return (similarity.sum((-1, -2)) - size) / (size * (size - 1))


def main_difference(features: np.ndarray) -> np.ndarray:
    """The direction in which the nodes of a round differ most, as one number a node.

    First principal component of the features at unit length, each round around its own mean, one direction for all
    rounds. When the nodes become alike, all values go to 0, as the similarities go to 1.
    features (R+1, N, D) -> (R+1, N)
    """
    unit = unit_length(features.astype(np.float64))
    centred = unit - unit.mean(1, keepdims=True)
    direction = np.linalg.svd(centred.reshape(-1, features.shape[-1]), full_matrices=False)[2][0]
    direction *= np.sign(direction[np.abs(direction).argmax()]) or 1
    return centred @ direction


def ruler(top: float, most: int) -> tuple[int, int]:
    """The finest scale in steps of 1, 2 or 5 that reaches `top` with at most `most` steps.

    -> (step, digits): count n stands for n * step / 10^digits, which every language writes the same way
    """
    if not top > 1e-12:
        return 1, 0
    power = math.floor(math.log10(top / most))
    marks = [(1, power), (2, power), (5, power), (1, power + 1)]
    mark, power = next((mark, p) for mark, p in marks if top <= most * mark * 10.0**p or p > power)
    return mark * 10 ** max(power, 0), max(-power, 0)


def counts(values: np.ndarray, scale: tuple[int, int]) -> np.ndarray:
    """How many steps of the ruler each value is, to the nearest."""
    step, digits = scale
    return np.round(values.astype(np.float64) * 10.0**digits / step).astype(int)


def reading(count: int, scale: tuple[int, int]) -> str:
    """The number a count stands for: count 42 on (2, 2) is 0.84."""
    step, digits = scale
    return f"{int(count) * step / 10**digits:.{digits}f}"


LOOSE = 0.01  # how far the weights that arrive at a node may be from 1: half precision loses this much


def array_of(name: str, value: Any, wanted: str, axes: int) -> np.ndarray:
    """A float array out of a tensor or lists, with as many axes as wanted and no nan."""
    if isinstance(value, list | tuple) and value and hasattr(value[0], "detach"):
        value = [each.detach().cpu().float().numpy() for each in value]
    array = np.asarray(value.detach().cpu().float() if hasattr(value, "detach") else value, dtype=np.float32)
    if array.ndim != axes:
        raise ValueError(f"{name} have shape {array.shape}; {wanted} would fit")
    if not np.isfinite(array).all():
        place = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
        raise ValueError(f"{name}{place} is {array[tuple(place)]}; only finite numbers can be shown")
    return array


def norms_of(value: Any, rounds: int, edges: int) -> np.ndarray:
    """(R, E) norms, taken here when the messages themselves are given. None may be below 0."""
    each = [array_of(f"norms[{i}]", one, "(E,), or messages (E, M),", np.ndim(one)) for i, one in enumerate(value)]
    if any(one.ndim not in (1, 2) or len(one) != edges for one in each) or len(each) != rounds:
        shapes = ", ".join(str(one.shape) for one in each[:3])
        raise ValueError(f"norms are {len(each)} rounds of shape {shapes}; {rounds} rounds over {edges} edges need "
                         f"({rounds}, {edges}), or messages ({rounds}, {edges}, M)")  # fmt: skip
    norms = np.stack([np.linalg.norm(one, axis=1) if one.ndim == 2 else one for one in each])
    if (norms < 0).any():
        place = [int(i) for i in np.argwhere(norms < 0)[0]]
        raise ValueError(f"norms{place} is {norms[tuple(place)]:.3g}; a norm is 0 or more")
    return norms


def weights_of(value: Any, rounds: int, edges: np.ndarray, size: int) -> np.ndarray:
    """(R, H, E) shares: in each head, what arrives at a node sums to 1."""
    weights = array_of("weights", value, "(R, H, E): rounds, heads, edges", 3)
    if weights.shape[::2] != (rounds, edges.shape[1]) or not weights.shape[1]:
        raise ValueError(f"weights have shape {weights.shape}; ({rounds}, heads, {edges.shape[1]}) would fit")
    sums = weights @ np.eye(size, dtype=np.float32)[edges[1]]  # (R, H, N): what arrives at each node
    wrong = (np.abs(sums - 1) > LOOSE) & np.isin(np.arange(size), edges[1])
    if wrong.any() or (weights < 0).any():
        place = [int(i) for i in (np.argwhere(wrong) if wrong.any() else np.argwhere(weights < 0))[0]]
        if not wrong.any():
            raise ValueError(f"weights{place} is {weights[tuple(place)]:.3g}; a share is 0 or more")
        raise ValueError(
            f"the weights that arrive at node {place[2]} in round {place[0] + 1}, head {place[1]}, sum to "
            f"{sums[tuple(place)]:.3g}, not 1; is the softmax over the edges of one receiver?"
        )
    return weights


MOST_NODES = 256


class BadMessages(CourseError, ValueError):
    """Something in a bundle does not fit; the message says what, and what would."""


@dataclass(frozen=True)
class Messages:
    """Everything an explorer of message passing shows of one graph.

    features  (R+1, N, D), before the first round and after each: tensor or array, from a real pass
    edges     (2, E), row 0 sends, row 1 receives; an edge from a node to itself is a message too
    norms     (R, E) size of what each edge carried, or the messages themselves, R arrays (E, M)
    weights   (R, H, E) of a graph attention network: what arrives at a node sums to 1 in each head; or None
    kind      "molecule" (context: its SMILES) or "graph" (context: a networkx graph, or None)
    positions (N, 2), labels N texts, channels D names: made up where left out
    """

    features: Any
    edges: Any
    norms: Any
    weights: Any = None
    kind: str = "graph"
    context: Any = None
    positions: Any = None
    labels: Sequence[str] | None = None
    channels: Sequence[str] | None = None
    name: str = ""
    drawing: Drawing | None = dataclasses.field(default=None, init=False)  # of a molecule

    @classmethod
    def of_molecule(
        cls, smiles: str, edges: Any, features: Any, norms: Any, weights: Any = None, **more: Any
    ) -> "Messages":
        """Messages between the atoms of a SMILES string, numbered in the order of the string."""
        return cls(features, edges, norms, weights, kind="molecule", context=smiles, **more)

    @classmethod
    def of_graph(
        cls, graph: Any, edges: Any, features: Any, norms: Any, weights: Any = None, **more: Any
    ) -> "Messages":
        """Messages between the nodes of a networkx graph, numbered in the order of `graph.nodes`."""
        return cls(features, edges, norms, weights, kind="graph", context=graph, **more)

    def __post_init__(self) -> None:
        try:
            self._check()
        except ValueError as error:
            raise error if isinstance(error, BadMessages) else BadMessages(str(error)) from error

    def _check(self) -> None:
        if self.kind not in ("molecule", "graph"):
            raise ValueError(f"kind {self.kind!r} is not known; choose molecule or graph")
        features = array_of("features", self.features, "(R+1, N, D): before the first round and after each", 3)
        rounds, size, width = features.shape[0] - 1, *features.shape[1:]
        if rounds < 1 or not size or not width:
            raise ValueError(f"features have shape {features.shape}; at least one round, node and feature are needed")
        if size > MOST_NODES:
            raise ValueError(f"{size} nodes are too many to point at; show at most {MOST_NODES}, a part of the graph")
        edges = as_edges(self.edges, size)
        found = {"features": features, "edges": edges, "norms": norms_of(self.norms, rounds, edges.shape[1])}
        if self.weights is not None:
            found["weights"] = weights_of(self.weights, rounds, edges, size)
        drawing = self._molecule(size)
        labels = self.labels if self.labels is not None else self._own_labels(size, drawing)
        if len(labels) != size:
            raise ValueError(f"{len(labels)} labels for {size} nodes")
        channels = self.channels if self.channels is not None else [f"channel {place}" for place in range(width)]
        if len(channels) != width:
            raise ValueError(f"{len(channels)} channel names for {width} features")
        positions = self.positions if self.positions is not None else drawing and drawing.places
        places = place_nodes(edges, size) if positions is None else array_of("positions", positions, "(N, 2)", 2)
        if places.shape != (size, 2):
            raise ValueError(f"positions have shape {places.shape}; {size} nodes need ({size}, 2)")
        tidy = {"labels": [str(text) for text in labels], "channels": [str(text) for text in channels]}
        for field, value in {**found, **tidy, "positions": places, "drawing": drawing}.items():
            object.__setattr__(self, field, value)

    def _molecule(self, size: int) -> Drawing | None:
        """The drawing of a molecule, whose atoms must be the nodes."""
        if self.kind != "molecule":
            return None
        if not isinstance(self.context, str):
            raise ValueError(f"kind 'molecule' needs context=the SMILES string, not {self.context!r}")
        drawing = lay_out(self.context)
        if len(drawing.symbols) != size:
            raise ValueError(
                f"{self.context!r} has {len(drawing.symbols)} atoms, the features {size} nodes; "
                "write hydrogens into the string, as [H], or leave them out of the graph"
            )
        return drawing

    def _own_labels(self, size: int, drawing: Drawing | None) -> list[str]:
        if drawing is not None:
            return [symbol or "C" for symbol in drawing.symbols]
        return node_labels(self.context, size)

    @cached_property
    def hops(self) -> np.ndarray:
        """(N, N) bytes: [i, j] = rounds until the features of j reach i, 255 = never."""
        return hop_distances(self.edges, self.features.shape[1])

    @cached_property
    def similarity(self) -> np.ndarray:
        """(R+1, N, N) cosine similarity of the features."""
        return cosine_similarity(self.features)

    @cached_property
    def curve(self) -> np.ndarray:
        """(R+1,) mean similarity of pairs of different nodes: at 1 all nodes look the same."""
        return mean_over_pairs(self.similarity)

    @cached_property
    def difference(self) -> np.ndarray:
        """(R+1, N) the main difference between the nodes."""
        return main_difference(self.features)

    def field(self, node: int, rounds: int) -> np.ndarray:
        """(N,) True where the features can have reached `node` after that many rounds."""
        return self.hops[node] <= min(rounds, NEVER - 1)
