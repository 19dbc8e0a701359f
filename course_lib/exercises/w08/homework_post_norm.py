"""Homework, question 1: the block as it was first published, with the norm after the sum."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w08 import parts
from course_lib.exercises.w08.encoder import BUILT_IN
from course_lib.exercises.w08.parts import Part
from course_lib.layers import blocks


def norm_before(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    x = x + self_attention(first_norm(x))
    return x + feed_forward(second_norm(x))


def norm_of_the_part(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    x = x + first_norm(self_attention(x))
    return x + second_norm(feed_forward(x))


def nothing_added(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    return second_norm(feed_forward(first_norm(self_attention(x))))


def one_norm_for_both(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    x = first_norm(x + self_attention(x))
    return first_norm(x + feed_forward(x))


def one_norm_at_the_end(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    x = x + self_attention(x)
    return second_norm(x + feed_forward(x))


def last_norm_missing(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    x = first_norm(x + self_attention(x))
    return x + feed_forward(x)


def way_round_the_norm(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    h = x + self_attention(x)
    return second_norm(h + feed_forward(first_norm(h)))


def first_x_again(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    h = first_norm(x + self_attention(x))
    return second_norm(x + feed_forward(h))


@law("the second norm has the last word")
def norm_has_the_last_word(call: Call) -> Broken | None:
    """When the second norm gives only zeros, so does the block."""
    result = call.again(second_norm=parts.silent(call.inputs["second_norm"]))
    if not bool(result.any()):
        return None
    return elsewhere(
        call, "When `second_norm` gives only zeros, so should the block.", result, torch.zeros_like(result)
    )


@law("with silent parts, x is normed twice")
def normed_twice(call: Call) -> Broken | None:
    """There is no untouched way through a post-norm block."""
    result = call.again(**{role: parts.silent(call.inputs[role]) for role in ("self_attention", "feed_forward")})
    wanted = call.inputs["second_norm"](call.inputs["first_norm"](call.inputs["x"]))
    if same(result, wanted):
        return None
    return elsewhere(
        call, "When `self_attention` and `feed_forward` give only zeros, x should be normed twice.", result, wanted
    )


@exercise("w08.post_norm_block", title="The norm after the sum", notebook="homework", section="1", points=4, minutes=8,
          difficulty=2, importance=4, forbid=BUILT_IN)  # fmt: skip
class PostNormBlock:
    """Listen, add, norm; think, add, norm."""

    reference = blocks.post_norm_encoder

    def inputs(self, draw: Draw) -> dict[str, Any]:
        batch, length, width = draw.size(1, 3), draw.size(2, 4), draw.size(3, 5)
        return {
            "x": draw.normal(batch, length, width, scale=2.0) + draw.normal(width),
            "self_attention": parts.listening(draw, "self_attention", length, width),
            "feed_forward": parts.thinking(draw, "feed_forward", width),
            "first_norm": parts.norm(draw, "first_norm", width),
            "second_norm": parts.norm(draw, "second_norm", width),
        }

    laws = [norm_has_the_last_word, normed_twice, equals_reference, gradients_reach("x")]
    mistakes = {
        "the norm before the part": mistake(
            norm_before,
            "Which of the two has to be normed here: what a part reads, or the sum?",
            "This is the pre-norm block of the lecture.",
        ),
        "only the part is normed": mistake(
            norm_of_the_part,
            "Is the norm taken before or after x is added?",
            "You norm what the part says, not the sum.",
        ),
        "nothing added": mistake(
            nothing_added, "Where does x itself go, past each part?", "Each part replaces what was there."
        ),
        "one norm for both": mistake(
            one_norm_for_both, "How many norms were you given?", "The first norm is used twice, the second never."
        ),
        "one norm at the end": mistake(
            one_norm_at_the_end, "How many sums are there, and how many norms?", "The first sum is left as it is."
        ),
        "the last norm missing": mistake(
            last_norm_missing, "What comes after the second sum?", "What leaves your block was not normed."
        ),
        "a way round the first norm": mistake(
            way_round_the_norm,
            "In the second half, what is the thinking added to?",
            "The thinking reads the normed sum, but it is added to the one that was not normed.",
        ),
        "the first x again": mistake(
            first_x_again,
            "Which x enters the second half?",
            "The thinking is added to the block's input, so what was heard is not in the sum.",
        ),
    }
    hints = [
        "Two halves of the same form. In each: a part reads x, its outcome is added to x, and the sum is normed.",
        "norm(x + part(x)) is one half. Its result is the x of the second one.",
    ]
