"""Teacher forcing: what the decoder reads while it learns to write the target."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.models import transformer


def _column(target: Tensor, token: int) -> Tensor:
    return target.new_full((len(target), 1), token)


def nothing_dropped(target: Tensor, start: int) -> Tensor:
    return torch.cat([_column(target, start), target], 1)


def first_overwritten(target: Tensor, start: int) -> Tensor:
    return torch.cat([_column(target, start), target[:, 1:]], 1)


def to_the_left(target: Tensor, start: int) -> Tensor:
    return torch.cat([target[:, 1:], _column(target, start)], 1)


def left_and_padded(target: Tensor, start: int) -> Tensor:
    return torch.cat([target[:, 1:], _column(target, 0)], 1)


def wrapped_round(target: Tensor, start: int) -> Tensor:
    return target.roll(1, 1)


def padding_in_front(target: Tensor, start: int) -> Tensor:
    return torch.cat([_column(target, 0), target[:, :-1]], 1)


def start_is_one(target: Tensor, start: int) -> Tensor:
    return torch.cat([_column(target, 1), target[:, :-1]], 1)


def along_the_batch(target: Tensor, start: int) -> Tensor:
    return torch.cat([torch.full_like(target[:1], start), target[:-1]], 0)


def last_overwritten(target: Tensor, start: int) -> Tensor:
    return torch.cat([target[:, :-1], _column(target, start)], 1)


@law("every row begins with the start")
def begins_with_start(call: Call) -> Broken | None:
    """Before the first letter is written, only the start is there to read."""
    start, first = call.inputs["start"], call.yours[:, 0]
    good = bool((first == start).all())
    return None if good else Broken(f"The first column should be {start} in every row.")


@law("no step reads its own answer")
def no_peeking(call: Call) -> Broken | None:
    """What is read at step t does not change when the target changes from step t on."""
    target = call.inputs["target"]
    for t in range(target.shape[1]):
        other = target.clone()
        other[:, t:] += 40
        if not torch.equal(call.again(target=other)[:, : t + 1], call.yours[:, : t + 1]):
            return Broken(
                f"At step {t} the decoder is to write target[:, {t}], and what it reads there already depends on it. "
                "It could copy its answer."
            )
    return None


@exercise("w08.shift_right", title="Shift right", section="8.4", points=2, minutes=4, difficulty=1, importance=5)
class ShiftRight:
    """What the decoder reads: the start, then the right answer one step late."""

    reference = transformer.shift_right

    def inputs(self, draw: Draw) -> dict[str, Any]:
        batch, length = draw.size(1, 3), draw.size(4, 7)
        target = draw.integers(7, 30, batch, length)
        target[0, -1] = 2  # the end
        if not draw.tiny:
            target[1, 3:] = torch.tensor([2, 0, 0, 0])  # a short word, padded
        return {"target": target, "start": draw.integer(3, 7)}

    laws = [begins_with_start, no_peeking, equals_reference]
    mistakes = {
        "nothing dropped": mistake(
            nothing_dropped,
            "At the last step, what would the decoder read, and is anything left to write?",
            "The result is one step longer than the target.",
        ),
        "the first one overwritten": mistake(
            first_overwritten,
            "Where in your result is the first token of the target?",
            "The start has taken the place of the first token, and the others stand where they stood.",
        ),
        "to the left": mistake(
            to_the_left,
            "Which token does your decoder read while it is to write the first one?",
            "Yours reads ahead: at each step the next token is already there.",
        ),
        "to the left, padded": mistake(
            left_and_padded,
            "Which token does your decoder read while it is to write the first one?",
            "Yours reads ahead, and its last column is padding.",
        ),
        "the last one wrapped round": mistake(
            wrapped_round, "What should stand in front?", "A roll brings the last token to the front."
        ),
        "padding in front": mistake(
            padding_in_front,
            "Which token tells a decoder that writing begins?",
            "The first column is 0, and 0 is the padding.",
        ),
        "a start of your own": mistake(
            start_is_one, "What is the second parameter for?", "Your rows begin with 1 whatever the start is."
        ),
        "shifted along the batch": mistake(
            along_the_batch, "Which axis is time?", "Every word now reads the word that stands above it in the batch."
        ),
        "the last one overwritten": mistake(
            last_overwritten, "Does writing begin or end with the start?", "The start stands at the end of your rows."
        ),
    }
    hints = [
        "Write one row by hand: the target is c a t end. What does the decoder read at each of the four steps?",
        "A column of starts beside the target without its last column. torch.cat lays tensors side by side.",
    ]
