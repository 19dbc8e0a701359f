"""From a model's scores and a recorded beam search to what a `Translation` holds.

Sizes   T steps   V labels the model knows
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.viz.attention import as_array, check_labels
from course_lib.viz.beam_layout import Node, Tree, plant
from course_lib.widgets.attention.bundle import check_rows

Candidates = list[list[tuple[str, float]]]


class BadTranslation(CourseError, ValueError):
    """Something in a translation does not fit; the message says what, and what would."""


@dataclass(frozen=True)
class Translation:
    """Everything the explorer shows of one output.

    source      S labels that were read, for example letters
    target      T labels that were written, the end mark included
    weights     (L, H, T, S) cross-attention, rows sum to 1: row t of the pass that wrote target[t]
    candidates  T lists of (label, probability); the list of step t holds target[t]
    beam        the steps of a beam search, each a list of `Node`, or () for none
    truth       the labels that would be right, or None
    joint       what stands between labels in running words         end  the label of the end mark
    """

    source: Sequence[str]
    target: Sequence[str]
    weights: Any
    candidates: Sequence[Sequence[tuple[str, float]]]
    beam: Sequence[Sequence[Node]] = ()
    truth: Sequence[str] | None = None
    title: str = ""
    layer_names: Sequence[str] | None = None
    joint: str = " "
    end: str = "end"

    def __post_init__(self) -> None:
        try:
            self._check()
        except ValueError as error:
            raise BadTranslation(str(error)) from error

    def _check(self) -> None:
        weights = as_array(self.weights, "LHTS")
        layers, _, steps, letters = weights.shape
        check_rows(weights, "weights")
        target = check_labels(self.target, steps, "target")
        names = list(self.layer_names or [f"Layer {layer}" for layer in range(layers)])
        if len(names) != layers:
            raise ValueError(f"{len(names)} layer names for {layers} layers")
        truth = None if self.truth is None else [str(label) for label in self.truth]
        if truth is not None and truth[-1:] != [self.end]:
            truth.append(self.end)
        tidy = {"weights": weights, "source": check_labels(self.source, letters, "source"), "target": target}
        beam = [[Node(*node) for node in step] for step in self.beam]
        found = {"candidates": check_candidates(self.candidates, target), "truth": truth, "layer_names": names}
        for field, value in {**tidy, **found, "beam": beam}.items():
            object.__setattr__(self, field, value)
        object.__setattr__(self, "_tree", plant(beam))

    @property
    def tree(self) -> Tree:
        """The beam search laid out for drawing."""
        tree: Tree = self.__dict__["_tree"]
        return tree

    @property
    def maps(self) -> np.ndarray:
        """(L, 1 + H, T, S): the average of the heads first, then each head."""
        return np.concatenate([self.weights.mean(1, keepdims=True), self.weights], 1)

    @property
    def parted(self) -> int:
        """The first step at which the output leaves the truth; T when it never does, or when no truth is given."""
        pairs = zip(self.target, self.truth or self.target, strict=False)
        return next((t for t, (said, true) in enumerate(pairs) if said != true), len(self.target))

    def true_at(self, step: int) -> str | None:
        """The true label of a step; None where none is known or the output has gone its own way before."""
        known = self.truth is not None and step <= self.parted and step < len(self.truth)
        return self.truth[step] if known and self.truth is not None else None


def as_examples(given: Translation | Sequence[Translation]) -> list[Translation]:
    """One translation, or several, as a list of at least one."""
    examples = [given] if isinstance(given, Translation) else list(given)
    if not examples:
        raise BadTranslation("there is no example to show; give at least one Translation(...)")
    for it in examples:
        if not isinstance(it, Translation):
            raise BadTranslation(f"an example is a {type(it).__name__}; give Translation(...), one or a list")
    return examples


def check_candidates(lists: Sequence[Sequence[tuple[str, float]]], target: Sequence[str]) -> Candidates:
    """Each step's candidates, likeliest first: probabilities that share one whole, with the chosen label among them."""
    if len(lists) != len(target):
        raise ValueError(f"{len(lists)} lists of candidates for {len(target)} steps; give one list a step")
    found: Candidates = []
    for step, pairs in enumerate(lists):
        rows = [(str(label), float(probability)) for label, probability in pairs]
        labels, total = [label for label, _ in rows], sum(probability for _, probability in rows)
        name = f"candidates[{step}]"
        if len(set(labels)) < len(labels):
            raise ValueError(f"{name} names {max(labels, key=labels.count)!r} twice")
        if target[step] not in labels:
            raise ValueError(f"{name} lacks {target[step]!r}, which was written there; add its probability")
        for label, probability in rows:
            if not 0 <= probability <= 1.001:
                raise ValueError(f"{name} gives {label!r} {probability:.4g}; a probability lies between 0 and 1")
        if total > 1.01:
            raise ValueError(f"{name} adds up to {total:.4g}, more than 1; pass scores through softmax first")
        found.append(sorted(rows, key=lambda row: -row[1]))
    return found


def candidates_of(scores: Any, tokens: Any, names: Sequence[str], count: int = 5) -> Candidates:
    """The `count` likeliest tokens of each step, and the one that was written if it is not among them.

    scores (T, V) before softmax   tokens (T,) the numbers that were written   names: V labels by number
    Raises BadTranslation when the sizes do not fit.
    """
    array = np.asarray(scores.detach().cpu() if hasattr(scores, "detach") else scores, dtype=np.float64)
    numbers = [int(token) for token in tokens]
    if array.shape != (len(numbers), len(names)):
        raise BadTranslation(
            f"scores have shape {array.shape}; {len(numbers)} tokens and {len(names)} names "
            f"ask for {(len(numbers), len(names))}"
        )
    if wrong := [number for number in numbers if not 0 <= number < len(names)]:
        raise BadTranslation(f"token {wrong[0]} has no name; the names go from 0 to {len(names) - 1}")
    powers = np.exp(array - array.max(1, keepdims=True))
    shares = powers / powers.sum(1, keepdims=True)
    found: Candidates = []
    for row, number in zip(shares, numbers, strict=True):
        best = np.argsort(-row, kind="stable")[:count].tolist()
        found.append([(names[i], float(row[i])) for i in (best if number in best else [*best, number])])
    return found


def nodes_of(tree: Any, names: Sequence[str]) -> list[list[Node]]:
    """A recorded beam search step by step, as `Translation` wants it.

    tree    what `course_lib.train.search.grow_tree` gives: `steps` that have depth, parent, token, total and fate, and
            a `score` of each
    names   V labels by number
    """
    rows: list[list[Node]] = []
    places: list[int] = []  # of each recorded candidate: its place in its row
    for number, step in enumerate(tree.steps):
        if step.depth == len(rows):
            rows.append([])
        places.append(len(rows[step.depth]))
        parent = places[step.parent] if step.parent >= 0 else -1
        score = tree.score(number) if tree.length_penalty else None
        kept, ended = step.fate != "dropped", step.fate == "ended"
        rows[step.depth].append(Node(parent, names[step.token], step.total, kept, ended, score))
    return rows
