"""Every node as a row: how far away, what it sent to the chosen one, how alike, and what its colour says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.widgets.kit.levels import percent, to_levels
from course_lib.widgets.message_passing.bundle import NEVER, Messages, counts, reading, ruler

ALIKE, DIFFERENCE = -2, -1  # colours that are no channel
PHRASES = {  # the page joins the same ones
    "before": "Before the first of {rounds} rounds: ",
    "round": "Round {round} of {rounds}: ",
    "ask": "which {noun}s can {me} know of after {rounds}? {marked} marked.",
    "gets": "{me} gets {messages}, {by}: {told}. ",
    "by": "head {head} weighs",
    "nothing": "{me} gets no message. ",
    "reach": "It can know of {known} of {all}. Mean similarity {mean}.",
    "compared": " Compared with {other}: {away}, similarity {alike}.",
    "verdict": " Your prediction: {right} right, {missed} missed{those}, {extra} too many{these}.",
    "away": "{steps} away",
    "never": "out of reach",
    "alike": "similarity to {me}",
}


@dataclass(frozen=True)
class Choice:
    """Where a viewer looks. other -1: nobody compared; head -1: norms; marked None: not predicting."""

    round: int = 0
    node: int = 0
    other: int = -1
    head: int = -1
    colour: int = DIFFERENCE
    marked: Sequence[int] | None = None
    told: bool = False

    @property
    def hides(self) -> bool:
        """Whether the answer is held back until the prediction is made."""
        return self.marked is not None and not self.told


def noun(messages: Messages, count: int = 1) -> str:
    """What the nodes are called."""
    return ("atom" if messages.kind == "molecule" else "node") + ("" if count == 1 else "s")


def names(messages: Messages) -> list[str]:
    """One name a node, no two alike: `N 7`, a label, or a label with its number."""
    labels = list(messages.labels or [])
    if messages.kind == "molecule" or len(set(labels)) < len(labels):
        return [f"{label} {node}" for node, label in enumerate(labels)]
    return [f"node {label}" if label.isdigit() else label for label in labels]


def norm_scale(messages: Messages, at: int) -> tuple[int, int]:
    """The ruler of the norms of round `at`, counted from 1."""
    return ruler(float(messages.norms[at - 1].max(initial=0)), 255)


def amounts(messages: Messages, at: Choice) -> list[tuple[int, int, str]]:
    """What arrives at the chosen node in this round, the most first: (edge, level, in words)."""
    if not at.round:
        return []
    edges = np.flatnonzero(messages.edges[1] == at.node)
    if at.head < 0:
        scale = norm_scale(messages, at.round)
        levels = counts(messages.norms[at.round - 1, edges], scale)
        texts = [reading(level, scale) for level in levels]
    else:
        levels = to_levels(messages.weights[at.round - 1, at.head, edges]).astype(int)
        texts = [percent(level) for level in levels]
    order = np.argsort(-levels, kind="stable")
    return [(int(edges[i]), int(levels[i]), texts[i]) for i in order]


def alike(value: float) -> str:
    """A similarity with two digits."""
    return f"{int(np.round(100 * value)) / 100:.2f}"


def away(hops: int) -> str:
    """Say a distance."""
    return PHRASES["never"] if hops == NEVER else PHRASES["away"].format(steps=plural(hops, "step"))


def describe(messages: Messages, at: Choice) -> str:
    """Say what arrives at the chosen node, how far it can know, how alike the nodes are, and the pair singled out."""
    called, rounds = names(messages), len(messages.norms)
    me = called[at.node]
    when = PHRASES["round" if at.round else "before"].format(round=at.round, rounds=rounds)
    if at.hides:
        asked = {"noun": noun(messages), "me": me, "rounds": plural(at.round, "round"), "marked": len(at.marked or [])}
        return when + PHRASES["ask"].format(**asked)
    found = amounts(messages, at)
    senders = [(int(messages.edges[0, edge]), text) for edge, _, text in found[:3]]
    told = ", ".join(f"{'itself' if node == at.node else called[node]} {text}" for node, text in senders)
    by = "largest" if at.head < 0 else PHRASES["by"].format(head=at.head)
    gets = {"me": me, "messages": plural(len(found), "message"), "by": by, "told": told}
    words = when + PHRASES["gets" if found else "nothing"].format(**gets)
    known = int(messages.field(at.node, at.round).sum())
    whole, mean = plural(len(called), noun(messages)), f"{messages.curve[at.round]:.3f}"
    words += PHRASES["reach"].format(known=known, all=whole, mean=mean)
    if at.other >= 0 and at.other != at.node:
        similar = alike(messages.similarity[at.round, at.node, at.other])
        far = away(int(messages.hops[at.node, at.other]))
        words += PHRASES["compared"].format(other=called[at.other], away=far, alike=similar)
    return words + (verdict(messages, at) if at.marked is not None else "")


def plural(count: int, word: str) -> str:
    """A number of things."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def listed(places: Iterable[int], called: Sequence[str]) -> str:
    """Names in brackets, at most six of them."""
    some = [called[place] for place in places]
    return f" ({', '.join(some[:6])}{', ...' if len(some) > 6 else ''})" if some else ""


def verdict(messages: Messages, at: Choice) -> str:
    """How a prediction compares with the receptive field; the node itself goes without saying."""
    reached = messages.field(at.node, at.round)
    marked = np.isin(np.arange(len(reached)), list(at.marked or []))
    rest = np.arange(len(reached)) != at.node
    right, missed, extra = (
        (one & rest).nonzero()[0] for one in (marked & reached, reached & ~marked, marked & ~reached)
    )
    called = names(messages)
    counts = {"right": len(right), "missed": len(missed), "extra": len(extra)}
    return PHRASES["verdict"].format(**counts, those=listed(missed, called), these=listed(extra, called))


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
        return PHRASES["alike"].format(me=names(messages)[at.node])
    return "main difference" if at.colour == DIFFERENCE else list(messages.channels or [])[at.colour]


def heading(messages: Messages) -> list[str]:
    """Name the columns of amounts: the norm, then the heads."""
    return ["norm", *(f"head {head}" for head in range(0 if messages.weights is None else messages.weights.shape[1]))]


def rows(messages: Messages, at: Choice) -> list[list[str]]:
    """A heading, then a row a node. What a prediction asks for stays blank until it is told."""
    heads = 0 if messages.weights is None else messages.weights.shape[1]
    columns = range(-1, heads)
    sent: list[dict[int, str]] = []
    for head in columns:
        found: dict[int, str] = {}
        for edge, _, text in amounts(messages, Choice(at.round, at.node, head=head)):
            sender = int(messages.edges[0, edge])
            found[sender] = f"{found[sender]}, {text}" if sender in found else text
        sent.append(found)
    coloured = at.colour != ALIKE
    title = [noun(messages), "steps away", *heading(messages), "similarity"]
    table = [["", *title, *([colour_name(messages, at)] if coloured else [])]]
    values = values_shown(messages, at.colour) if coloured else np.zeros((1, 1))
    scale = colour_scale(values)
    for node, name in enumerate(names(messages)):
        hops = messages.hops[at.node, node]
        hidden = [""] * (1 + len(sent))
        shown = ["-" if hops == 255 else str(hops), *(found.get(node, "") for found in sent)]
        row = [str(node), name, *(hidden if at.hides else shown)]
        row.append(alike(messages.similarity[at.round, at.node, node]))
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
