"""The skips in words: the sentence a screen reader hears, and every state as a row of a table with its Dice.

The page says the same sentence from the same bytes; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.widgets.skip_connections.bundle import ON, SWAPPED, WORDS, Maps, Skips

TOP = 20  # feature maps are shown in steps of 5% of their range
NOBODY = -1  # the guess that no class loses; the Dice of a class that is nowhere
PHRASES = {  # the page joins the same ones
    "map": "{level}, channel {channel} of {all}",
    "all": "All {depth} skips {state}",
    "one": "The skip {state}",
    "skips": "Skips, finest first: {states}",
    "swapped": "; swapped means features of {other}",
    "dice": "{state}. {measure}: {listed}; mean {mean}",
    "change": ", {change} {side} all skips on",
    "same": ", as with all on",
    "lost": "Most is lost by {name} ({fall})",
    "nobody": "No class loses 0.01 or more",
    "ask": "{state}. Which class loses most Dice against all skips on? Guess first.",
    "guess": "Your guess, {name}, is {verdict}.",
    "wrong": "wrong: it goes from {fall}",
    "enlarged": "Enlarged: {map}.",
    "there": "Enlarged: {map}, there at {share}% of its range.",
    "predicted": "predicted {name}, ",
    "spot": "Row {row}, column {column}: {predicted}{known} {truth}. ",
}


def node_name(depth: int, node: int) -> str:
    """A level of the U, counted along it: down the encoder, the bottleneck, up the decoder."""
    if node == depth:
        return "bottleneck"
    return f"encoder level {node + 1}" if node < depth else f"decoder level {2 * depth + 1 - node}"


def nodes(it: Skips) -> int:
    """How many levels have maps."""
    return it.depth + 1 + len(it.decoder)


def level_of(depth: int, node: int) -> int:
    """0 for the finest."""
    return node if node <= depth else 2 * depth - node


def maps_of(it: Skips, node: int) -> Maps:
    """The maps of one level."""
    return it.encoder[node] if node <= it.depth else it.decoder[level_of(it.depth, node)]


def quantised(it: Skips, node: int) -> np.ndarray:
    """The maps of one level in TOP + 1 steps between a channel's lowest and highest: (..., C, h, w) bytes."""
    maps = maps_of(it, node)
    rest = tuple(axis for axis in range(maps.values.ndim) if axis != maps.values.ndim - 3)
    low, high = maps.values.min(rest, keepdims=True), maps.values.max(rest, keepdims=True)
    return np.round(TOP * (maps.values - low) / np.where(high > low, high - low, 1)).astype(np.uint8)


def map_shown(it: Skips, node: int, channel: int, state: Sequence[int]) -> np.ndarray:
    """(h, w) the enlarged map, in steps."""
    front = tuple(state)[level_of(it.depth, node) :] if node > it.depth else ()
    return quantised(it, node)[(*front, channel)]


def map_title(it: Skips, node: int, channel: int) -> str:
    """Which map is enlarged."""
    maps = maps_of(it, node)
    level, number = node_name(it.depth, node), maps.channels[channel]
    return PHRASES["map"].format(level=level, channel=number, all=maps.shape[0])


@dataclass(frozen=True)
class Choice:
    """Where a viewer looks: which state, which map along the U, which pixel (-1: none), which guess (None: not yet)."""

    state: tuple[int, ...]
    node: int = 0
    channel: int = 0
    row: int = -1
    column: int = -1
    predict: bool = False
    guess: int | None = None

    @property
    def asks(self) -> bool:
        """Whether a question stands: with all skips on there is none."""
        return self.predict and any(kind != ON for kind in self.state)

    @property
    def hides(self) -> bool:
        """Whether the answer is held back until it is guessed."""
        return self.asks and self.guess is None

    @property
    def shown(self) -> tuple[int, ...]:
        """The state whose mask and maps are on show."""
        return (ON,) * len(self.state) if self.hides else self.state


def state_words(it: Skips, state: Sequence[int]) -> str:
    """The state of every skip."""
    if len(set(state)) == 1 and state[0] != SWAPPED:
        return PHRASES["all" if it.depth > 1 else "one"].format(depth=it.depth, state=WORDS[state[0]])
    words = PHRASES["skips"].format(states=", ".join(WORDS[kind] for kind in state))
    return words + (PHRASES["swapped"].format(other=it.other_name) if SWAPPED in state else "")


def measure(it: Skips) -> str:
    """What the Dice compares with."""
    return "Dice" if it.truth is not None else "Dice against all skips on"


def cents(it: Skips, state: Sequence[int]) -> list[int]:
    """The Dice of every class and, last, their mean, in hundredths, so that what is said adds up; or NOBODY."""
    scores = it.dice[tuple(state)]
    return [NOBODY if np.isnan(x) else int(100 * x + 0.5) for x in (*scores, np.nanmean(scores))]


def said(score: int) -> str:
    """Hundredths as a number."""
    return "-" if score == NOBODY else f"{score / 100:.2f}"


def most_lost(it: Skips, state: Sequence[int]) -> int:
    """The class that loses most, or NOBODY."""
    pairs = zip(cents(it, it.all_on)[:-1], cents(it, state)[:-1], strict=True)
    lost = [before - after if min(before, after) >= 0 else 0 for before, after in pairs]
    return int(np.argmax(lost)) if max(lost) > 0 else NOBODY


def told(it: Skips, state: Sequence[int]) -> str:
    """The state, its Dice, and what it costs."""
    *scores, mean = cents(it, state)
    listed = ", ".join(f"{name} {said(score)}" for name, score in zip(it.names, scores, strict=True))
    said_so = {"state": state_words(it, state), "measure": measure(it), "listed": listed, "mean": said(mean)}
    words = PHRASES["dice"].format(**said_so)
    if tuple(state) == it.all_on:
        return words + "."
    change = mean - cents(it, it.all_on)[-1]
    side = "above" if change > 0 else "below"
    words += PHRASES["change"].format(change=said(abs(change)), side=side) if change else PHRASES["same"]
    k = most_lost(it, state)
    lost = {} if k == NOBODY else {"name": it.names[k], "fall": fall(it, state, k)}
    return f"{words}. {PHRASES['lost' if lost else 'nobody'].format(**lost)}."


def fall(it: Skips, state: Sequence[int], k: int) -> str:
    """The Dice of a class before and after."""
    return f"{said(cents(it, it.all_on)[k])} to {said(cents(it, state)[k])}"


def asked(it: Skips, state: Sequence[int]) -> str:
    """The question of a prediction."""
    return PHRASES["ask"].format(state=state_words(it, state))


def verdict(it: Skips, state: Sequence[int], guess: int) -> str:
    """How a guess compares with what happens."""
    right = guess == most_lost(it, state)
    name, wrong = ("none of them", "wrong") if guess == NOBODY else (it.names[guess], "")
    told = "right" if right else wrong or PHRASES["wrong"].format(fall=fall(it, state, guess))
    return PHRASES["guess"].format(name=name, verdict=told)


def map_words(it: Skips, at: Choice) -> str:
    """Which map is enlarged, and its value at the chosen pixel."""
    title = map_title(it, at.node, at.channel)
    if at.row < 0:
        return PHRASES["enlarged"].format(map=title)
    steps, (high, wide) = map_shown(it, at.node, at.channel, at.shown), it.masks.shape[-2:]
    step = steps[at.row * steps.shape[0] // high, at.column * steps.shape[1] // wide]
    return PHRASES["there"].format(map=title, share=int(100 * int(step) / TOP + 0.5))


def known(it: Skips) -> str:
    """What the mask beside the prediction is."""
    return "truth" if it.truth is not None else "with all skips on"


def spot_words(it: Skips, at: Choice) -> str:
    """What is predicted at the chosen pixel, and what is true there."""
    here = (at.row, at.column)
    predicted = "" if at.hides else PHRASES["predicted"].format(name=it.names[it.masks[at.state][here]])
    truth = it.names[it.reference[here]]
    return PHRASES["spot"].format(row=at.row, column=at.column, predicted=predicted, known=known(it), truth=truth)


def describe(it: Skips, at: Choice) -> str:
    """The state and what it costs, a guess, the chosen pixel, the enlarged map."""
    words = asked(it, at.state) if at.hides else told(it, at.state)
    if at.asks and at.guess is not None:
        words += f" {verdict(it, at.state, at.guess)}"
    return f"{words} {spot_words(it, at) if at.row >= 0 else ''}{map_words(it, at)}"


def listed_states(it: Skips) -> list[tuple[int, ...]]:
    """The states of the table: every on and off, all on first, then each skip swapped alone."""
    switched = [state for state in it.states if SWAPPED not in state][::-1]
    alone = [tuple(SWAPPED if i == skip else ON for i in range(it.depth)) for skip in range(it.depth)]
    return switched + (alone if it.kinds > SWAPPED else [])


def heading(it: Skips) -> list[str]:
    """The heading of the table."""
    return [*(f"skip {skip + 1}" for skip in range(it.depth)), *it.names, "mean"]


def rows(it: Skips, at: Choice) -> list[list[str]]:
    """A heading, then a row a state. While a guess is awaited, only the row of all skips on."""
    table = [heading(it)]
    states = [it.all_on] if at.hides else listed_states(it)
    for state in states + ([at.state] if at.state not in states and not at.hides else []):
        table.append([*(WORDS[kind] for kind in state), *map(said, cents(it, state))])
    return table


def table(it: Skips, at: Choice) -> str:
    """The same as text, columns lined up."""
    found = rows(it, at)
    widths = [max(len(row[i]) for row in found) for i in range(len(found[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in found]
    return "\n".join(line.rstrip() for line in lines)
