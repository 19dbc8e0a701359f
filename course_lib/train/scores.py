"""Error rates: how many tokens and how many sequences are wrong."""

from collections.abc import Sequence
from typing import Any

from course_lib.train.edit_distance import edit_distance


def error_rates(said: Sequence[Sequence[Any]], right: Sequence[Sequence[Sequence[Any]]]) -> tuple[float, float]:
    """Compute the token error rate and the share of sequences with any error, in percent.

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
