"""How wrong is a sequence: the fewest changes that mend it."""

from collections.abc import Sequence
from typing import Any


def edit_distance(said: Sequence[Any], right: Sequence[Any]) -> int:
    """The fewest insertions, deletions and replacements that turn one sequence into the other.

    Source: Levenshtein 1966; the dynamic programme of Wagner and Fischer 1974.
    """
    row = list(range(len(right) + 1))
    for i, a in enumerate(said, start=1):
        above = row
        row = [i]
        for j, b in enumerate(right, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def error_rates(said: Sequence[Sequence[Any]], right: Sequence[Sequence[Sequence[Any]]]) -> tuple[float, float]:
    """The token error rate and the share of sequences with any error, in percent.

    Each sequence is held against the nearest of its right answers (a word may have several pronunciations); the token
    error rate is all changes together over all tokens of those answers, as is usual for spelling to sound.
    Raises ValueError when there is nothing to score, or the two lists differ in length.
    """
    if not right or len(said) != len(right):
        raise ValueError(f"{len(said)} answers for {len(right)} words: both numbers must be the same, and not 0")
    nearest = [min((edit_distance(a, b), len(b)) for b in answers) for a, answers in zip(said, right, strict=True)]
    changes, tokens = (sum(column) for column in zip(*nearest, strict=True))
    wrong = sum(distance > 0 for distance, _ in nearest)
    return 100 * changes / tokens, 100 * wrong / len(nearest)
