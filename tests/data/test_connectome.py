"""The fly larva's mushroom body: its figures, its directions, its two sides."""

import pytest
import torch

from course_lib.data import connectome
from course_lib.data.archive import read_member
from course_lib.data.catalogue import CONNECTOME
from course_lib.data.connectome import KINDS

LEFT, RIGHT = connectome.load()


def test_the_figures_of_the_docstring() -> None:
    found = [(len(side), side.edges.shape[1], int(side.synapses.sum())) for side in (LEFT, RIGHT)]
    assert found == [(209, 7_425, 25_322), (213, 7_536, 26_371)]
    said = connectome.__doc__ or ""
    assert all(f"{number:,}" in said for row in found for number in row)
    assert not any((side.edges[0] == side.edges[1]).any() for side in (LEFT, RIGHT))
    assert [side.kinds.bincount().tolist() for side in (LEFT, RIGHT)] == [[101, 58, 29, 21], [100, 63, 29, 21]]


@pytest.mark.parametrize("side", [LEFT, RIGHT], ids=["left", "right"])
def test_smells_come_in_by_projection_neurons_and_leave_by_output_neurons(side: connectome.Hemisphere) -> None:
    """Rows of the file send: the anatomy says so, and a transposed table would turn it round."""
    table = torch.zeros(4, 4, dtype=torch.long)
    sender, receiver = side.kinds[side.edges]
    table.index_put_((sender, receiver), side.synapses.long(), accumulate=True)
    kenyon, projection, output, _ = (KINDS.index(kind) for kind in "KPOI")
    assert table[projection, kenyon] > 2_000
    assert table[kenyon, projection] == 0
    assert table[kenyon, output] > 8_000
    assert table[output, kenyon] == 0


def test_every_synapse_of_the_file_is_there() -> None:
    rows = read_member(CONNECTOME, "graspologic/datasets/drosophila/left_adjacency.csv").decode().splitlines()
    for number in (0, 57, 208):
        sent = torch.zeros(len(LEFT))
        mine = LEFT.edges[0] == number
        sent[LEFT.edges[1, mine]] = LEFT.synapses[mine]
        assert sent.tolist() == [float(count) for count in rows[number].split()]


def test_a_side_is_a_graph() -> None:
    graph = LEFT.graph(torch.ones(len(LEFT), 3))
    assert (graph.name, len(graph), graph.edges.shape) == ("left", 209, (2, 7425))
    assert torch.equal(graph.target, LEFT.kinds)
    assert torch.equal(graph.edge_features[:, 0], LEFT.synapses)
