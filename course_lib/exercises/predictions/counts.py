"""What a class guessed, in numbers and without names: how many guessed what, prediction by prediction."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.errors import CourseError
from course_lib.exercises.predictions.declare import Prediction, predictions
from course_lib.exercises.predictions.kinds import Choice, Curve, Number

MOST_ROWS, BINS = 8, 5


@dataclass(frozen=True)
class GuessCounts:
    """One prediction: what it is about, how many people guessed, and a row for each guess or range of guesses."""

    id: str
    about: str
    people: int
    rows: tuple[tuple[str, int], ...]
    middle: str = ""  # of numbers and curves: the middle guess


def count_guesses(week: str, people: Iterable[Mapping[str, Any]]) -> list[GuessCounts]:
    """Count the guesses of a week. `people`: for each person the guesses by prediction id; others' ids are ignored.

    A guess that does not fit what is asked is left out, as if nobody had written it.
    """
    there = list(people)
    found = []
    for this in predictions(week):
        guesses = [value for person in there if (value := _fitting(this, person.get(this.id))) is not None]
        found.append(_counted(this, guesses))
    return found


def _fitting(this: Prediction, guess: Any) -> Any:
    try:
        return None if guess is None else this.kind.read(guess)
    except CourseError:
        return None


def _counted(this: Prediction, guesses: Sequence[Any]) -> GuessCounts:
    kind, people = this.kind, len(guesses)
    if not guesses:
        return GuessCounts(this.id, this.about, 0, ())
    if isinstance(kind, Choice):
        seen = Counter(guesses)
        rows = tuple((kind.text(letter), seen[letter]) for letter in kind.options)
        return GuessCounts(this.id, this.about, people, rows)
    if isinstance(kind, Number):
        columns = list(zip(*guesses, strict=True)) if kind.parts else [tuple(guesses)]
        middles = [statistics.median(column) for column in columns]
        named = zip(kind.parts or ("",), columns, strict=True)
        rows = tuple((f"{name} {label}".strip(), count) for name, column in named for label, count in ranges(column))
        return GuessCounts(this.id, this.about, people, rows, kind.text(middles if kind.parts else middles[0]))
    if isinstance(kind, Curve):
        heights = [statistics.median(column) for column in zip(*guesses, strict=True)]
        points = "; ".join(f"at {x:g}: {y:.3g}" for x, y in zip(kind.xs, heights, strict=True))
        return GuessCounts(this.id, this.about, people, (), points)
    orders = Counter(kind.text(guess) for guess in guesses)
    return GuessCounts(this.id, this.about, people, tuple(orders.most_common(MOST_ROWS)))


def ranges(numbers: Sequence[float]) -> list[tuple[str, int]]:
    """How often each number occurs, or, of many different ones, how many lie in each of five ranges."""
    seen = Counter(numbers)
    if len(seen) <= MOST_ROWS:
        return [(f"{number:.4g}", seen[number]) for number in sorted(seen)]
    low, high = min(numbers), max(numbers)
    edges = [low + (high - low) * n / BINS for n in range(BINS + 1)]
    places = Counter(min(BINS - 1, int((number - low) / (high - low) * BINS)) for number in numbers)
    return [(f"{edges[n]:.4g} to {edges[n + 1]:.4g}", places[n]) for n in range(BINS)]
