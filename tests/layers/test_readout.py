"""One vector a graph, whatever the order of the nodes."""

import torch

from course_lib.layers.readout import GatedReadout, mean_and_sum, mean_nodes, sum_nodes


def test_each_graph_by_hand_and_an_empty_one() -> None:
    nodes, owner = torch.randn(11, 3), torch.tensor([4, 0, 2, 0, 4, 4, 2, 1, 0, 4, 1])
    both = mean_and_sum(nodes, owner, 6)
    for graph in (0, 1, 2, 4):
        mine = nodes[owner == graph]
        torch.testing.assert_close(both[graph], torch.cat([mine.mean(0), mine.sum(0)]))
    assert torch.equal(both[[3, 5]], torch.zeros(2, 6))
    torch.testing.assert_close(both, torch.cat([mean_nodes(nodes, owner, 6), sum_nodes(nodes, owner, 6)], 1))


def test_the_gate_decides_what_counts() -> None:
    readout, nodes, owner = GatedReadout(3, 5), torch.randn(7, 3), torch.tensor([0, 1, 1, 0, 0, 1, 1])
    expected = torch.stack(
        [(torch.sigmoid(readout.gate(nodes[owner == g])) * readout.value(nodes[owner == g])).sum(0) for g in (0, 1)]
    )
    torch.testing.assert_close(readout(nodes, owner, 2), expected)
    order = torch.randperm(7)
    torch.testing.assert_close(readout(nodes[order], owner[order], 2), expected)
