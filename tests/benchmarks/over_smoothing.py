"""Too many rounds of averaging make all nodes alike: python -m tests.benchmarks.over_smoothing (two CPU minutes)

The task: kinds of neurons on the left side of a brain, learned from 125 of them, tested on the other 84, and on all 213
of the right side. The network is a graph convolution (GCN) of width 32, every connection read both ways, on the log of
the degrees; 3 seeds; 1 to 24 rounds; with and without the residual, which adds what a node was to what it becomes.
Prints the shares named rightly, and the mean cosine similarity of all pairs of left neurons before the first round and
after the last, untrained and trained. Nothing was tuned; 150 steps of Adam at .005.
`--ship` also writes the table to course_lib/assets/w12/over_smoothing.json.
"""

import json
import statistics
import sys
import time
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from course_lib.data import connectome
from course_lib.data.catalogue import CONNECTOME
from course_lib.data.connectome import Hemisphere
from course_lib.data.graphs import Graph
from course_lib.layers.directed import degrees
from course_lib.layers.edge_matrix import EdgeMatrix
from course_lib.layers.graph_conv import GraphConv
from course_lib.layers.smoothing import similarity
from course_lib.models.gnn import GraphNet, GraphNetConfig
from course_lib.paths import write_atomically
from course_lib.train.fit import fit
from course_lib.train.shipped import ASSETS

SEEDS, DEPTHS, STEPS = range(3), (1, 2, 3, 4, 6, 8, 12, 16, 24), 150


def main() -> None:
    """Train 54 networks, and print a row a depth for each way."""
    torch.set_num_threads(1)
    known, asked = sides()
    rows, begun = [], time.process_time()
    for residual in (False, True):
        for depth in DEPTHS:
            found = [measure(known, asked, depth, residual, seed) for seed in SEEDS]
            rows.append(
                {"residual": residual, "rounds": depth, **{name: [f[name] for f in found] for name in found[0]}}
            )
            print(line(rows[-1]), flush=True)
    facts = {
        "command": "python -m tests.benchmarks.over_smoothing --ship",
        "data": f"{CONNECTOME.file} sha256 {CONNECTOME.sha256}",
        "cpu_seconds": round(time.process_time() - begun),
        "threads": torch.get_num_threads(),
        "commonest kind": round(float((known.target == 0).float().mean()), 4),
        "rows": rows,
    }
    if "--ship" in sys.argv:
        write_atomically(ASSETS / "w12" / "over_smoothing.json", json.dumps(facts, indent=1) + "\n")


def sides() -> tuple[Graph, Graph]:
    """Both sides, every connection once there and once back, nodes that carry the scaled log of their degrees."""
    left, right = connectome.load()
    plain = [torch.log1p(degrees(side.edges, side.synapses, len(side))) for side in (left, right)]
    mean, spread = plain[0].mean(0), plain[0].std(0)
    return both(left, (plain[0] - mean) / spread), both(right, (plain[1] - mean) / spread)


def both(side: Hemisphere, nodes: Tensor) -> Graph:
    """The side with its directions forgotten: one edge each way between any two neurons that touch."""
    edges = torch.cat([side.edges, side.edges.flip(0)], dim=1).unique(dim=1)
    return Graph(nodes, edges, target=side.kinds, name=side.side)


class Ready(nn.Module):
    """A graph convolution that keeps the sparse matrix of each graph it has met; the numbers are GraphConv's own."""

    matrices: ClassVar[dict[int, tuple[Tensor, EdgeMatrix]]] = {}  # the edges are kept too, so that no id comes twice

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolve = GraphConv(width, width)

    def forward(self, nodes: Tensor, edges: Tensor) -> Tensor:
        if id(edges) not in self.matrices:
            self.matrices[id(edges)] = (edges, GraphConv.matrix(edges, len(nodes)))
        heard: Tensor = self.convolve(nodes, edges, self.matrices[id(edges)][1])
        return heard


def measure(known: Graph, asked: Graph, depth: int, residual: bool, seed: int) -> dict[str, float]:
    """Train one network on three fifths of a side, and say how alike its nodes are and how often it is right."""
    torch.manual_seed(seed)
    order = torch.randperm(len(known))
    learned, held = order[: len(order) * 3 // 5], order[len(order) * 3 // 5 :]
    sizes = GraphNetConfig(known.nodes.shape[1], 4, 32, depth, "gcn", residual=residual, readout=None)
    model = GraphNet(sizes, layer=Ready)
    labels, others = known.target, asked.target
    assert labels is not None and others is not None
    untrained = alike(model, known)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.005)

    def loss_of(model: nn.Module, graph: Graph) -> Tensor:
        return nn.functional.cross_entropy(model(graph.nodes, graph.edges)[learned], labels[learned])

    fit(model, lambda _: known, loss_of, STEPS, optimiser, clip=1.0, seed=seed, title=f"{depth} rounds, seed {seed}")
    with torch.no_grad():
        hits = (model(known.nodes, known.edges).argmax(1) == labels).float()
        beyond = (model(asked.nodes, asked.edges).argmax(1) == others).float().mean()
    trained = alike(model, known)
    values = {"learned": hits[learned].mean(), "held out": hits[held].mean(), "other side": beyond}
    values |= {"before": trained[0], "untrained": untrained[-1], "trained": trained[-1]}
    return {name: round(float(value), 4) for name, value in values.items()}


@torch.no_grad()
def alike(model: GraphNet, graph: Graph) -> list[float]:
    """The mean cosine similarity of all pairs, before the first round and after each."""
    return [similarity(nodes) for nodes in model.nodes_after(graph.nodes, graph.edges)]


def line(row: dict[str, Any]) -> str:
    """One row for a reader."""
    shares = (f"{name} {100 * statistics.mean(row[name]):.1f}" for name in ("learned", "other side"))
    held = f"held out {100 * statistics.mean(row['held out']):.1f} ± {100 * statistics.stdev(row['held out']):.1f}%"
    alike = (f"{statistics.mean(row[name]):.3f} {name}" for name in ("before", "untrained", "trained"))
    way = "residual" if row["residual"] else "plain"
    return f"{way:<9}{row['rounds']:>3} rounds: {held}, {', '.join(shares)}; similarity {', '.join(alike)}"


if __name__ == "__main__":
    main()
