"""Edge messages one by one, and the gate against torch's own."""

import torch
from torch import nn

from course_lib.layers.edge_messages import GatedMessages, edge_messages
from tests.layers.graphs import random_graph


def test_each_message_is_asked_with_receiver_sender_and_edge() -> None:
    nodes, edges, features = random_graph()
    message = nn.Sequential(nn.Linear(13, 7), nn.Tanh())
    sums = torch.zeros(23, 7)
    for e, (sender, receiver) in enumerate(edges.T.tolist()):
        sums[receiver] += message(torch.cat([nodes[receiver], nodes[sender], features[e]])).detach()
    torch.testing.assert_close(edge_messages(nodes, edges, features, message).detach(), sums)


def test_a_gated_round_is_messages_then_a_gate() -> None:
    nodes, edges, features = random_graph()
    layer = GatedMessages(5, 3)
    arrived = edge_messages(nodes, edges, features, layer.message)
    torch.testing.assert_close(layer(nodes, edges, features), layer.update(arrived, nodes))
