"""The encoder block with the norm first: listen, then think, each added to what was there."""

from typing import Any

from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w08 import parts
from course_lib.exercises.w08.parts import Part
from course_lib.layers import blocks

BUILT_IN = ("torch.nn.TransformerEncoderLayer", "torch.nn.TransformerDecoderLayer", "torch.nn.Transformer")


def norm_after(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    x = first_norm(x + self_attention(x))
    return second_norm(x + feed_forward(x))


def no_way_round(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    return feed_forward(second_norm(self_attention(first_norm(x))))


def second_way_missing(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    return feed_forward(second_norm(x + self_attention(first_norm(x))))


def normed_way_round(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    x = first_norm(x)
    x = second_norm(x + self_attention(x))
    return x + feed_forward(x)


def side_by_side(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    return x + self_attention(first_norm(x)) + feed_forward(second_norm(x))


def one_norm_for_both(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    x = x + self_attention(first_norm(x))
    return x + feed_forward(first_norm(x))


def no_norm(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    x = x + self_attention(x)
    return x + feed_forward(x)


def think_first(x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part) -> Tensor:
    x = x + feed_forward(first_norm(x))
    return x + self_attention(second_norm(x))


def start_added_twice(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    return x + feed_forward(second_norm(x + self_attention(first_norm(x))))


@law("parts that say nothing let x pass")
def silence_lets_pass(call: Call) -> Broken | None:
    """The way round every part is open: with listen and think silent, x comes out untouched."""
    x = call.inputs["x"]
    result = call.again(**{role: parts.silent(call.inputs[role]) for role in ("self_attention", "feed_forward")})
    if same(result, x):
        return None
    return elsewhere(
        call, "When `self_attention` and `feed_forward` give only zeros, x should come out as it went in.", result, x
    )


@law("thinks about what it heard")
def thinks_about_what_it_heard(call: Call) -> Broken | None:
    """With listen silent, what is left is x + think(second_norm(x)); with it, think sees more than x."""
    x, feed_forward, norm = (call.inputs[name] for name in ("x", "feed_forward", "second_norm"))
    result, wanted = call.again(self_attention=parts.silent(call.inputs["self_attention"])), x + feed_forward(norm(x))
    if same(result, wanted):
        return None
    return elsewhere(call, "With a silent `self_attention`, the thinking alone should be added to x.", result, wanted)


@exercise("w08.encoder_block", title="The encoder block", section="8.3", points=4, minutes=8, difficulty=2,
          importance=5, forbid=BUILT_IN)  # fmt: skip
class EncoderBlock:
    """Norm, listen, add; norm, think, add."""

    reference = blocks.pre_norm_encoder

    def inputs(self, draw: Draw) -> dict[str, Any]:
        batch, length, width = draw.size(1, 2), draw.size(2, 5), draw.size(3, 7)
        return {
            "x": draw.normal(batch, length, width, scale=2.0) + draw.normal(width),
            "self_attention": parts.listening(draw, "self_attention", length, width),
            "feed_forward": parts.thinking(draw, "feed_forward", width),
            "first_norm": parts.norm(draw, "first_norm", width),
            "second_norm": parts.norm(draw, "second_norm", width),
        }

    laws = [silence_lets_pass, thinks_about_what_it_heard, equals_reference, gradients_reach("x")]
    mistakes = {
        "the norm after the sum": mistake(
            norm_after,
            "In a pre-norm block, what does each part read, and what is it added to?",
            "This is the order of the paper of 2017; here the norm comes first.",
        ),
        "nothing added": mistake(
            no_way_round,
            "Where does x itself go, past each part?",
            "Each part replaces what was there, so the block forgets its input.",
        ),
        "the second sum missing": mistake(
            second_way_missing, "What is the thinking added to?", "Listening is added, thinking replaces everything."
        ),
        "added to what was normed": mistake(
            normed_way_round,
            "Which of the two should travel on unchanged: x, or its normed copy?",
            "You norm x for good, so the untouched way through the block is gone.",
        ),
        "side by side": mistake(
            side_by_side,
            "When the second part begins, what is there already?",
            "Your second part reads the block's input, and never learns what was heard.",
        ),
        "one norm for both": mistake(
            one_norm_for_both, "How many norms were you given?", "Both parts read through the first norm."
        ),
        "no norm": mistake(
            no_norm, "What do the two parts read?", "The parts get x as it is, however large it has grown."
        ),
        "think before listen": mistake(
            think_first, "Which comes first in the picture?", "The two parts have changed places."
        ),
        "the first sum lost again": mistake(
            start_added_twice,
            "To what do you add the thinking: to the x that came in, or to the x that has listened?",
            "What was heard reaches the thinking, but it is not in the sum that leaves the block.",
        ),
    }
    hints = [
        "Two half-blocks of one form. In each: norm a copy, do something with it, add the outcome to the original.",
        "x + part(norm(x)) is one half-block. What plays the role of x in the second one?",
    ]
