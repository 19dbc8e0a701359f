"""Skip connections in words: the sentence a screen reader hears.

The page says the same sentence from the same bytes; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.widgets.skips_bundle import ON, SWAPPED, WORDS, Skips
from course_lib.widgets.skips_maps import TOP, map_shown, map_title

NOBODY = -1  # the guess that no class loses; the Dice of a class that is nowhere


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
        return f"All {it.depth} skips {WORDS[state[0]]}" if it.depth > 1 else f"The skip {WORDS[state[0]]}"
    words = f"Skips, finest first: {', '.join(WORDS[kind] for kind in state)}"
    return words + (f"; swapped means features of {it.other_name}" if SWAPPED in state else "")


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
    words = f"{state_words(it, state)}. {measure(it)}: {listed}; mean {said(mean)}"
    if tuple(state) == it.all_on:
        return words + "."
    change = mean - cents(it, it.all_on)[-1]
    words += (
        f", {said(abs(change))} {'above' if change > 0 else 'below'} all skips on" if change else ", as with all on"
    )
    k = most_lost(it, state)
    lost = "No class loses 0.01 or more" if k == NOBODY else f"Most is lost by {it.names[k]} ({fall(it, state, k)})"
    return f"{words}. {lost}."


def fall(it: Skips, state: Sequence[int], k: int) -> str:
    """The Dice of a class before and after."""
    return f"{said(cents(it, it.all_on)[k])} to {said(cents(it, state)[k])}"


def asked(it: Skips, state: Sequence[int]) -> str:
    """The question of a prediction."""
    return f"{state_words(it, state)}. Which class loses most Dice against all skips on? Guess first."


def verdict(it: Skips, state: Sequence[int], guess: int) -> str:
    """How a guess compares with what happens."""
    right = guess == most_lost(it, state)
    if guess == NOBODY:
        return f"Your guess, none of them, is {'right' if right else 'wrong'}."
    return f"Your guess, {it.names[guess]}, is {'right' if right else f'wrong: it goes from {fall(it, state, guess)}'}."


def map_words(it: Skips, at: Choice) -> str:
    """Which map is enlarged, and its value at the chosen pixel."""
    words = f"Enlarged: {map_title(it, at.node, at.channel)}"
    if at.row < 0:
        return words + "."
    steps, (high, wide) = map_shown(it, at.node, at.channel, at.shown), it.masks.shape[-2:]
    step = steps[at.row * steps.shape[0] // high, at.column * steps.shape[1] // wide]
    return f"{words}, there at {int(100 * int(step) / TOP + 0.5)}% of its range."


def spot_words(it: Skips, at: Choice) -> str:
    """What is predicted at the chosen pixel, and what is true there."""
    here = (at.row, at.column)
    words = f"Row {at.row}, column {at.column}: "
    if not at.hides:
        words += f"predicted {it.names[it.masks[at.state][here]]}, "
    return f"{words}{'truth' if it.truth is not None else 'with all skips on'} {it.names[it.reference[here]]}. "


def describe(it: Skips, at: Choice) -> str:
    """The state and what it costs, a guess, the chosen pixel, the enlarged map."""
    words = asked(it, at.state) if at.hides else told(it, at.state)
    if at.asks and at.guess is not None:
        words += f" {verdict(it, at.state, at.guess)}"
    return f"{words} {spot_words(it, at) if at.row >= 0 else ''}{map_words(it, at)}"
