"""One bundle of message passing to look at: the graph, the features of every round, and what went along each edge.

Sizes   N nodes   E edges, sender to receiver   R rounds   H heads   D features
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.viz.layout import as_edges, node_labels, place_nodes
from course_lib.viz.molecule import Drawing, lay_out
from course_lib.widgets import messages_measures as measure
from course_lib.widgets.messages_check import array_of, norms_of, weights_of

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
        return measure.hop_distances(self.edges, self.features.shape[1])

    @cached_property
    def similarity(self) -> np.ndarray:
        """(R+1, N, N) cosine similarity of the features."""
        return measure.cosine_similarity(self.features)

    @cached_property
    def curve(self) -> np.ndarray:
        """(R+1,) mean similarity of pairs of different nodes: at 1 all nodes look the same."""
        return measure.mean_over_pairs(self.similarity)

    @cached_property
    def difference(self) -> np.ndarray:
        """(R+1, N) the main difference between the nodes."""
        return measure.main_difference(self.features)

    def field(self, node: int, rounds: int) -> np.ndarray:
        """(N,) True where the features can have reached `node` after that many rounds."""
        return self.hops[node] <= min(rounds, measure.NEVER - 1)
