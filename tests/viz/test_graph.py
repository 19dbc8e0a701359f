"""Graphs on paper: neighbours lie near, nobody lies on another, colours and shades are those of the numbers."""

import networkx as nx
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle

from course_lib.viz.graph import draw_graph, node_colours, tint
from course_lib.viz.layout import as_edges, node_labels, place_nodes
from course_lib.viz.style import TARGET
from tests.browser.samples_messages import ASPIRIN, both_ways


def circles(fig: object, zorder: float) -> list[Circle]:
    return [patch for patch in fig.axes[0].patches if isinstance(patch, Circle) and patch.zorder == zorder]


GRAPHS = {
    "club": nx.karate_club_graph(),
    "path": nx.path_graph(7),
    "strangers": nx.empty_graph(5),
    "large": nx.gnp_random_graph(97, 0.06, seed=1),
    "two parts": nx.disjoint_union(nx.path_graph(3), nx.cycle_graph(5)),
}


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_places_are_the_same_each_time_apart_and_near_neighbours(graph: nx.Graph) -> None:
    edges, size = both_ways(graph), len(graph)
    places = place_nodes(edges, size)
    assert places.shape == (size, 2) and np.isfinite(places).all()
    assert (places == place_nodes(edges, size)).all()
    distance = np.linalg.norm(places[:, None] - places[None], axis=-1)
    assert distance[~np.eye(size, dtype=bool)].min() > 0.35
    assert np.ptp(places[:, 0]) >= 0.9 * np.ptp(places[:, 1])  # wider than high
    if len(graph.edges):
        assert distance[edges[0], edges[1]].mean() < 0.8 * distance[~np.eye(size, dtype=bool)].mean()


def test_one_node_has_a_place() -> None:
    assert place_nodes([[], []], 1).tolist() == [[0, 0]]


def test_colours_shades_and_the_chosen_ring_are_those_of_the_numbers() -> None:
    values = np.linspace(-2, 1, 34)
    field = np.full(34, 255)
    field[[3, 5, 8]] = 0, 1, 2
    fig = draw_graph(both_ways(nx.karate_club_graph()), values, field=field, chosen=3)
    assert np.allclose([disc.get_facecolor() for disc in circles(fig, 3)], node_colours(values))
    shades = [patch for patch in fig.axes[0].patches if isinstance(patch, Circle) and patch.zorder < 2]
    assert [disc.get_facecolor()[:3] for disc in shades] == [tint(0), tint(1), tint(2)]
    (ring,) = circles(fig, 2.9)
    assert ring.center == circles(fig, 3)[3].center and ring.get_edgecolor() == to_rgba(TARGET)


def test_signs_have_two_colours_and_the_middle_is_white() -> None:
    low, middle, high = node_colours(np.array([-3.0, 0, 3]))
    assert middle[:3].min() > 0.95 and low[2] > low[0] and high[0] > high[2]
    assert (node_colours(np.zeros(3)) == node_colours(np.zeros(3))[0]).all()


def test_a_molecule_has_its_letters_and_bonds() -> None:
    fig = draw_graph([[0, 1], [1, 0]], torch.linspace(0, 1, 13), smiles=ASPIRIN, field=torch.arange(13) < 4)
    assert [text.get_text() for text in fig.axes[0].texts] == list("CCOOCCCCCCCOO")
    assert len(fig.axes[0].collections[0].get_segments()) == 13 + 5  # 13 bonds, 5 of them double
    assert len([patch for patch in fig.axes[0].patches if patch.zorder < 2]) == 4


def test_every_edge_is_drawn_once_and_loops_not() -> None:
    edges = [[0, 1, 1, 2, 2], [1, 0, 2, 1, 2]]
    assert len(draw_graph(edges).axes[0].collections[0].get_segments()) == 2


def test_labels_come_from_the_graph() -> None:
    graph = nx.Graph([("ann", "bob"), ("bob", "cy")])
    assert node_labels(graph, 3) == ["ann", "bob", "cy"] and node_labels(None, 2) == ["0", "1"]
    fig = draw_graph([[0, 1], [1, 2]], graph=graph)
    assert [text.get_text() for text in fig.axes[0].texts] == ["ann", "bob", "cy"]


def test_refusals_say_what_would_be_right() -> None:
    with pytest.raises(ValueError, match=r"values \(2,\) and positions \(2, 2\) do not fit|an edge names node 2"):
        draw_graph([[0, 1], [1, 2]], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"turn them over with \.T"):
        as_edges(np.zeros((5, 2), int), 3)
    with pytest.raises(ValueError, match=r"positions \(3, 3\)"):
        draw_graph([[0, 1], [1, 2]], positions=np.zeros((3, 3)))
