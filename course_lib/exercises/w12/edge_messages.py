"""Messages that depend on both ends and on the edge."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY, draw_edges
from course_lib.exercises.w12.symmetry import edge_order, renaming, silence
from course_lib.layers import edge_messages, messages

Ask = Callable[[Tensor], Tensor]


class Message(nn.Module):
    """A message with a bend in it, so that the message of a sum is not the sum of the messages."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inner, outer)

    def forward(self, asked: Tensor) -> Tensor:
        return torch.tanh(self.linear(asked))

    def __repr__(self) -> str:
        return f"a small network, {self.linear.in_features} numbers in, {self.linear.out_features} out"


def answers(*order: str, end: int = 1) -> Callable[..., Tensor]:
    """Edge messages with the parts side by side in another order, or added up at another end."""

    def ask(nodes: Tensor, edges: Tensor, edge_features: Tensor, message: Ask) -> Tensor:
        parts = {"sender": nodes[edges[0]], "receiver": nodes[edges[1]], "edge": edge_features}
        return messages.scatter_sum(message(torch.cat([parts[name] for name in order], 1)), edges[end], len(nodes))

    return ask


sender_first = answers("sender", "receiver", "edge")


edge_first = answers("edge", "receiver", "sender")


added_at_the_sender = answers("receiver", "sender", "edge", end=0)


receiver_twice = answers("receiver", "receiver", "edge")


sender_twice = answers("sender", "sender", "edge")


def message_of_the_sum(nodes: Tensor, edges: Tensor, edge_features: Tensor, message: Ask) -> Tensor:
    asked = torch.cat([nodes[edges[1]], nodes[edges[0]], edge_features], 1)
    return message(messages.scatter_sum(asked, edges[1], len(nodes)))


def the_mean(nodes: Tensor, edges: Tensor, edge_features: Tensor, message: Ask) -> Tensor:
    asked = torch.cat([nodes[edges[1]], nodes[edges[0]], edge_features], 1)
    return messages.scatter_mean(message(asked), edges[1], len(nodes))


def overwritten(nodes: Tensor, edges: Tensor, edge_features: Tensor, message: Ask) -> Tensor:
    sent = message(torch.cat([nodes[edges[1]], nodes[edges[0]], edge_features], 1)).detach()
    result = sent.new_zeros(len(nodes), sent.shape[1])
    for row, receiver in enumerate(edges[1].tolist()):
        result[receiver] = sent[row]
    return result


@law("an edge more adds one message, at its receiver")
def one_more_edge(call: Call) -> Broken | None:
    """The graph with its first edge listed once more, against the graph itself."""
    edges, features = call.inputs["edges"], call.inputs["edge_features"]
    more = call.again(edges=torch.cat([edges, edges[:, :1]], 1), edge_features=torch.cat([features, features[:1]]))
    change = more - call.yours
    receiver = int(edges[1, 0])
    elsewhere = change.clone()
    elsewhere[receiver] = 0
    if not same(elsewhere, torch.zeros_like(change), 1e-3):
        return Broken(
            f"The first edge leads to node {receiver}. Listed once more, it changes your sums at another "
            "node. Below: by how much.",
            change,
        )
    alone = call.again(edges=edges[:, :1], edge_features=features[:1])
    if same(change, alone, 1e-3):
        return None
    return Broken(
        f"The first edge, listed once more, should add its message at node {receiver}. Below: what it adds in yours, "
        "beside what it brings when it is the only edge.",
        change[receiver],
        alone[receiver],
    )


@exercise("w12.edge_messages", title="Messages that see the edge", section="12.4", points=4, minutes=10, difficulty=3,
          importance=4, forbid=LIBRARY)  # fmt: skip
class EdgeMessages:
    """Ask for one message an edge, with receiver, sender and edge side by side, and add up what arrives."""

    reference = edge_messages.edge_messages

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size, f, g, m = draw.size(5, 11), draw.size(2, 3), draw.size(1, 2), draw.size(1, 5)
        edges = draw_edges(draw, size, draw.size(5, 19))
        return {
            "nodes": draw.normal(size, f),
            "edges": edges,
            "edge_features": draw.normal(edges.shape[1], g),
            "message": draw.build(Message, 2 * f + g, m),
        }

    laws = [silence, renaming, edge_order, one_more_edge, equals_reference]
    mistakes = {
        "sender in front of the receiver": mistake(
            sender_first,
            "The message wants to be asked in a fixed order. Who comes first, the one who hears or the one who says?",
        ),
        "the edge in front": mistake(
            edge_first, "The three parts are there. In which order does the message want them?"
        ),
        "added up at the sender": mistake(
            added_at_the_sender,
            "The right messages are delivered to the wrong end. Which row of `edges` says who receives?",
        ),
        "the receiver stands in both places": mistake(
            receiver_twice, "Your message never sees the sender. Which row of `edges` do you use twice?"
        ),
        "the sender stands in both places": mistake(
            sender_twice, "Your message never sees the receiver. Which row of `edges` do you use twice?"
        ),
        "one message about the sum": mistake(
            message_of_the_sum,
            "The message has a bend in it, so asking about a sum is not summing what was asked. What comes first?",
            "You add up first and ask afterwards, and even a node that nobody writes to gets an answer.",
        ),
        "a mean instead of a sum": mistake(
            the_mean, "Two edges that say the same should count twice. What divides it?"
        ),
        "the last message wins": mistake(
            overwritten, "Where several messages arrive, your result keeps a single one. Look for a call that adds."
        ),
    }
    hints = [
        "The same three steps as before; only the middle one is new: what travels is an answer of `message`.",
        "nodes[receiver], nodes[sender] and edge_features have E rows; torch.cat(..., dim=1) puts them side by side.",
        "One call of message on that table gives (E, M). Its second size tells you how wide the sums are.",
    ]
