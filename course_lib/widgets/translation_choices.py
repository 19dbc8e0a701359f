"""The candidates of a step in words: labels, probabilities, and what there is to say about each."""

from collections.abc import Sequence

import numpy as np

from course_lib.widgets.describe import plain
from course_lib.widgets.payload import percent, to_levels
from course_lib.widgets.translation_bundle import Translation


def visible(it: Translation, labels: Sequence[str]) -> list[str]:
    """Labels as shown: blanks made visible, and the end mark set apart where labels stand without a gap."""
    return plain([f"⟨{label}⟩" if label == it.end and not it.joint else label for label in labels])


def share(probability: float) -> str:
    """A probability in the words that weights have too."""
    return percent(int(to_levels(np.array([min(probability, 1.0)]))[0]))


def rest(it: Translation, step: int) -> str:
    """What all labels share that are not among the candidates."""
    return share(max(0.0, 1 - sum(probability for _, probability in it.candidates[step])))


def neutral(it: Translation, step: int) -> list[int]:
    """The candidates in an order that gives nothing away: by their labels."""
    labels = [label for label, _ in it.candidates[step]]
    return sorted(range(len(labels)), key=labels.__getitem__)


def notes(it: Translation, step: int) -> list[str]:
    """What there is to say about each candidate: chosen, true, both, or nothing."""
    known = (("chosen", it.target[step]), ("true", it.true_at(step)))
    return [", ".join(word for word, which in known if which == label) for label, _ in it.candidates[step]]


def verdict(it: Translation, step: int, guess: int) -> str:
    """What is said of a guess."""
    label, probability = it.candidates[step][guess]
    if label == it.target[step]:
        return "Your guess was right."
    also = " is true, but" if label == it.true_at(step) else ""
    return f"Your guess “{visible(it, [label])[0]}” {share(probability)}{also} was not chosen."
