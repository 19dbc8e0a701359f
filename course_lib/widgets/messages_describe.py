"""Message passing in words: the sentence a screen reader hears, and every node as a row of a table.

The page says the same sentence from the same bytes; a test holds the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.widgets.messages_bundle import Messages
from course_lib.widgets.messages_measures import NEVER, counts, reading, ruler
from course_lib.widgets.payload import percent, to_levels

ALIKE, DIFFERENCE = -2, -1  # colours that are no channel


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
    """A distance in words."""
    return "out of reach" if hops == NEVER else f"{hops} step{'' if hops == 1 else 's'} away"


def describe(messages: Messages, at: Choice) -> str:
    """What arrives at the chosen node, how far it can know, how alike the nodes are, and the pair singled out."""
    called = names(messages)
    rounds = len(messages.norms)
    when = f"Round {at.round} of {rounds}: " if at.round else f"Before the first of {rounds} rounds: "
    me = called[at.node]
    if at.hides:
        marked = len(at.marked or [])
        ask = f"which {noun(messages, 2)} can {me} know of after {plural(at.round, 'round')}? {marked} marked."
        return when + ask
    found = amounts(messages, at)
    largest = "largest" if at.head < 0 else f"head {at.head} weighs"
    told = ", ".join(
        f"{'itself' if messages.edges[0, edge] == at.node else called[messages.edges[0, edge]]} {text}"
        for edge, _, text in found[:3]
    )
    heard = f"{me} gets {plural(len(found), 'message')}, {largest}: {told}. " if found else f"{me} gets no message. "
    reach = f"It can know of {int(messages.field(at.node, at.round).sum())} of {plural(len(called), noun(messages))}. "
    words = f"{when}{heard}{reach}Mean similarity {messages.curve[at.round]:.3f}."
    if at.other >= 0 and at.other != at.node:
        similar = alike(messages.similarity[at.round, at.node, at.other])
        distance = away(int(messages.hops[at.node, at.other]))
        words += f" Compared with {called[at.other]}: {distance}, similarity {similar}."
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
    return (
        f" Your prediction: {len(right)} right, {len(missed)} missed{listed(missed, called)}, "
        f"{len(extra)} too many{listed(extra, called)}."
    )
