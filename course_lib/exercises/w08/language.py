"""A small made-up language, as an input of the exercise on beam search."""

import torch
from torch import Tensor

from course_lib.exercises.author import *


class Language:
    """next_scores(so_far (N, T)) -> (N, V): depends on the last two tokens and on how many there are."""

    def __init__(self, last: Tensor, before: Tensor, ending: Tensor) -> None:
        self.last, self.before, self.ending = last, before, ending
        self.name = f"that scores which of {len(last)} tokens comes next"

    def __call__(self, so_far: Tensor) -> Tensor:
        if not isinstance(so_far, Tensor) or so_far.dtype is not torch.int64:
            kind = so_far.dtype if isinstance(so_far, Tensor) else type(so_far).__name__
            raise TypeError(f"next_scores takes a tensor of whole numbers (int64), and was called with {kind}")
        if so_far.dim() != 2 or 0 in so_far.shape:
            raise ValueError(
                f"next_scores takes (N, T), one row of tokens for each hypothesis, the start first; "
                f"it was called with the shape {tuple(so_far.shape)}"
            )
        scores = self.last[so_far[:, -1]] + self.ending * so_far.shape[1]
        return scores + self.before[so_far[:, -2]] if so_far.shape[1] > 1 else scores


def language(draw: Draw, tokens: int, end: int) -> Language:
    """A language that likes to end after a few tokens, and whose scores stand at another height after each token."""
    ending = torch.zeros(tokens)
    ending[end] = 0.25
    height = draw.normal(tokens, 1, scale=2.0)
    return Language(draw.normal(tokens, tokens) + height, draw.normal(tokens, tokens), ending)
