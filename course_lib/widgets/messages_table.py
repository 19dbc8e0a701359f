"""Every node as a row: how far away, what it sent to the chosen one, how alike, and what its colour says."""

import numpy as np

from course_lib.widgets import messages_describe as words
from course_lib.widgets.messages_bundle import Messages
from course_lib.widgets.messages_describe import ALIKE, DIFFERENCE, Choice
from course_lib.widgets.messages_measures import counts, reading, ruler

MOST_CHANNELS = 10  # offered as colours; of more, those that vary most


def channels_shown(messages: Messages) -> list[int]:
    """The features offered as colours, in order."""
    spread = messages.features.reshape(-1, messages.features.shape[-1]).std(0)
    return sorted(np.argsort(-spread, kind="stable")[:MOST_CHANNELS].tolist())


def values_shown(messages: Messages, colour: int) -> np.ndarray:
    """(R+1, N) the feature a colour stands for."""
    return messages.difference if colour == DIFFERENCE else messages.features[..., colour]


def colour_scale(values: np.ndarray) -> tuple[int, int]:
    """One ruler for all rounds of a feature, from -127 to 127 steps."""
    return ruler(float(np.abs(values).max()), 127)


def colour_name(messages: Messages, at: Choice) -> str:
    """What the colours of the nodes stand for."""
    if at.colour == ALIKE:
        return f"similarity to {words.names(messages)[at.node]}"
    return "main difference" if at.colour == DIFFERENCE else list(messages.channels or [])[at.colour]


def rows(messages: Messages, at: Choice) -> list[list[str]]:
    """A heading, then a row a node. What a prediction asks for stays blank until it is told."""
    heads = 0 if messages.weights is None else messages.weights.shape[1]
    columns = range(-1, heads)
    sent: list[dict[int, str]] = []
    for head in columns:
        found: dict[int, str] = {}
        for edge, _, text in words.amounts(messages, Choice(at.round, at.node, head=head)):
            sender = int(messages.edges[0, edge])
            found[sender] = f"{found[sender]}, {text}" if sender in found else text
        sent.append(found)
    coloured = at.colour != ALIKE
    title = [words.noun(messages), "steps away", "norm", *(f"head {head}" for head in range(heads)), "similarity"]
    table = [["", *title, *([colour_name(messages, at)] if coloured else [])]]
    values = values_shown(messages, at.colour) if coloured else np.zeros((1, 1))
    scale = colour_scale(values)
    for node, name in enumerate(words.names(messages)):
        hops = messages.hops[at.node, node]
        hidden = [""] * (1 + len(sent))
        shown = ["-" if hops == 255 else str(hops), *(found.get(node, "") for found in sent)]
        row = [str(node), name, *(hidden if at.hides else shown)]
        row.append(words.alike(messages.similarity[at.round, at.node, node]))
        table.append(row + ([reading(int(counts(values[at.round, node], scale)), scale)] if coloured else []))
    return table


def table(messages: Messages, at: Choice) -> str:
    """The same as text, columns lined up."""
    found = rows(messages, at)
    widths = [max(len(row[i]) for row in found) for i in range(len(found[0]))]
    lines = []
    for row in found:
        cells = [
            text.ljust(width) if i == 1 else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
