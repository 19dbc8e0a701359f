"""Our graph layers against PyTorch Geometric's, forward and backward: python -m tests.benchmarks.bench_graph

Random graphs with ten edges a node, 64 features in and out, one thread, CPU time, the ways taking turns, medians. Graph
convolution from 10^3 to 10^6 edges: given a list of edges, as it is (both normalise it in every pass); and given a
sparse matrix that was normalised before the clock started. The other layers at 10^5 edges.
"""

import argparse
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.layers.edge_matrix import as_matrix
from course_lib.layers.edge_messages import EdgeNetwork
from course_lib.layers.graph_attention import GraphAttention
from course_lib.layers.graph_conv import GraphConv, normalised_edges
from course_lib.layers.graph_isomorphism import GraphIsomorphism
from course_lib.layers.graph_sage import GraphSAGE
from tests.benchmarks.stopwatch import Case, compare

WIDTH, SLIM = 64, 16  # an edge network makes a matrix for every edge, so it is measured at a slim width


def passes(layer: nn.Module, nodes: Tensor, *given: Any) -> Callable[[], None]:
    """One forward and one backward pass."""

    def run() -> None:
        out = layer(nodes, *given)
        out = out[0] if isinstance(out, tuple) else out
        nodes.grad = None
        layer.zero_grad()
        out.sum().backward()

    return run


def graph(count: int, width: int = WIDTH) -> tuple[Tensor, Tensor]:
    """Nodes (E / 10, width) that want a gradient, and edges (2, E)."""
    draw = torch.Generator().manual_seed(count)
    size = max(count // 10, 2)
    return torch.randn(size, width, generator=draw).requires_grad_(), torch.randint(size, (2, count), generator=draw)


def convolutions(most: int) -> Iterator[Case]:
    """Graph convolution four ways, from 10^3 edges on."""
    from torch_geometric.nn import GCNConv

    for count in (n for n in (10**3, 10**4, 10**5, 10**6) if n <= most):
        nodes, edges = graph(count)
        theirs, given_matrix, ours = (
            GCNConv(WIDTH, WIDTH),
            GCNConv(WIDTH, WIDTH, normalize=False),
            GraphConv(WIDTH, WIDTH),
        )
        table = as_matrix(*normalised_edges(edges, len(nodes)), len(nodes))
        ways = {
            "PyG, edges": passes(theirs, nodes, edges),
            "ours, edges": passes(ours, nodes, edges),
            "PyG, matrix": passes(given_matrix, nodes, table),
            "ours, matrix": passes(ours, nodes, edges, GraphConv.matrix(edges, len(nodes))),
        }
        yield Case(f"{count:,}", ways)


def others(count: int = 10**5) -> Iterator[Case]:
    """The layers that have one way each."""
    from torch_geometric.nn import GATConv, GINConv, NNConv, SAGEConv

    nodes, edges = graph(count)
    network = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH))
    for name, theirs, ours in [
        ("GraphSAGE", SAGEConv(WIDTH, WIDTH), GraphSAGE(WIDTH, WIDTH)),
        ("GAT, 4 heads", GATConv(WIDTH, WIDTH // 4, heads=4), GraphAttention(WIDTH, WIDTH, 4)),
        ("GIN", GINConv(network, train_eps=True), GraphIsomorphism(WIDTH, WIDTH)),
    ]:
        yield Case(name, {"PyG, edges": passes(theirs, nodes, edges), "ours, edges": passes(ours, nodes, edges)})
    slim, fewer = graph(count // 10, SLIM)
    features, makers = torch.randn(fewer.shape[1], 8), [nn.Linear(8, SLIM * SLIM) for _ in range(2)]
    ways = {
        "PyG, edges": passes(NNConv(SLIM, SLIM, makers[0]), slim, fewer, features),
        "ours, edges": passes(EdgeNetwork(SLIM, SLIM, makers[1]), slim, fewer, features),
    }
    yield Case(f"edge network ({SLIM} wide, {fewer.shape[1]:,})", ways)


def main() -> None:
    """Two tables of times, and ratios against the library given the same thing."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--most", type=int, default=10**6, help="the largest number of edges")
    most = ask.parse_args().most
    print(f"{'edges':>10}{'PyG, edges':>14}{'ours':>11}{'ratio':>6}{'PyG, matrix':>14}{'ours':>11}{'ratio':>6}")
    for case in convolutions(most):
        spent = compare(case, rounds=5 if case.name == "1,000,000" else 15)
        a, b, c, d = spent.values()
        print(
            f"{case.name:>10}{a:>11.1f} ms{b:>8.1f} ms{b / a:>6.2f}{c:>11.1f} ms{d:>8.1f} ms{d / c:>6.2f}", flush=True
        )
    for case in others():
        a, b = compare(case).values()
        print(f"{case.name:<32}PyG {a:8.1f} ms   ours {b:8.1f} ms   ratio {b / a:.2f}", flush=True)


if __name__ == "__main__":
    main()
