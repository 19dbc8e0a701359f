"""The decoder block with the norm first: remember, listen, think."""

from typing import Any

from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w08 import parts
from course_lib.exercises.w08.encoder import BUILT_IN
from course_lib.exercises.w08.parts import Part
from course_lib.layers import blocks

Norms = list[Part]


def norm_after(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = norms[0](x + self_attention(x))
    x = norms[1](x + cross_attention(x, memory))
    return norms[2](x + feed_forward(x))


def listen_first(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + cross_attention(norms[0](x), memory)
    x = x + self_attention(norms[1](x))
    return x + feed_forward(norms[2](x))


def memory_normed(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), norms[1](memory))
    return x + feed_forward(norms[2](x))


def listens_to_itself(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), norms[1](x))
    return x + feed_forward(norms[2](x))


def listening_not_added(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = cross_attention(norms[1](x), memory)
    return x + feed_forward(norms[2](x))


def thinking_not_added(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), memory)
    return feed_forward(norms[2](x))


def one_norm(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[0](x), memory)
    return x + feed_forward(norms[0](x))


def nothing_remembered(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + cross_attention(norms[1](x), memory)
    return x + feed_forward(norms[2](x))


def asks_without_norm(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(x, memory)
    return x + feed_forward(norms[2](x))


def old_question(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    h = x + self_attention(norms[0](x))
    h = h + cross_attention(norms[1](x), memory)
    return h + feed_forward(norms[2](h))


@law("parts that say nothing let x pass")
def silence_lets_pass(call: Call) -> Broken | None:
    """With all three parts silent, x comes out untouched."""
    x = call.inputs["x"]
    result = call.again(
        **{role: parts.silent(call.inputs[role]) for role in ("self_attention", "cross_attention", "feed_forward")}
    )
    if same(result, x):
        return None
    return elsewhere(call, "When all three parts give only zeros, x should come out as it went in.", result, x)


@law("what comes later changes nothing before it")
def nothing_from_the_future(call: Call) -> Broken | None:
    """`self_attention` sees no future, and nothing in the block may open a way around it."""
    x = call.inputs["x"].clone()
    x[:, -1] += 2.0
    mine, now = call.yours[:, :-1], call.again(x=x)[:, :-1]
    if same(now, mine, 1e-3):
        return None
    return elsewhere(
        call, "Only the last position was changed, and earlier ones move: the block sees ahead.", now, mine
    )


@law("the memory is heard")
def memory_is_heard(call: Call) -> Broken | None:
    """Another memory gives another result."""
    memory = call.inputs["memory"]
    if not same(call.again(memory=memory.roll(1, -1)), call.yours, 1e-4):
        return None
    return Broken("With another memory the result stays as it was: nothing of what was read arrives.")


@exercise("w08.decoder_block", title="The decoder block", section="8.4", points=4, minutes=8, difficulty=3,
          importance=5, forbid=BUILT_IN)  # fmt: skip
class DecoderBlock:
    """Remember what was written, listen to what was read, think; each behind its norm, each added."""

    reference = blocks.pre_norm_decoder

    def inputs(self, draw: Draw) -> dict[str, Any]:
        batch, writing, reading, width = draw.size(1, 2), draw.size(2, 5), draw.size(4, 6), draw.size(3, 7)
        return {
            "x": draw.normal(batch, writing, width, scale=2.0) + draw.normal(width),
            "memory": draw.normal(batch, reading, width),
            "self_attention": parts.remembering(draw, "self_attention", width),
            "cross_attention": parts.reading(draw, "cross_attention", width),
            "feed_forward": parts.thinking(draw, "feed_forward", width),
            "norms": [parts.norm(draw, f"norms[{i}]", width) for i in range(3)],
        }

    laws = [
        silence_lets_pass,
        nothing_from_the_future,
        memory_is_heard,
        equals_reference,
        gradients_reach("x", "memory"),
    ]
    mistakes = {
        "the norm after the sum": mistake(
            norm_after,
            "In a pre-norm block, what does each part read, and what is it added to?",
            "This is the order of the paper of 2017; here each norm comes first.",
        ),
        "listen before remember": mistake(
            listen_first,
            "Can a writer ask well before it knows what it has written?",
            "The first two parts have changed places.",
        ),
        "the memory normed": mistake(
            memory_normed,
            "Who has normed the memory already?",
            "You norm both sides of the listening; only the side that asks belongs to this block.",
        ),
        "listens to itself": mistake(
            listens_to_itself, "What does `cross_attention` take as its second input?", "The memory is not used."
        ),
        "the listening not added": mistake(
            listening_not_added, "Where is what was remembered, after your second step?", "Listening replaces x."
        ),
        "the thinking not added": mistake(
            thinking_not_added, "What is the last part added to?", "Thinking replaces everything before it."
        ),
        "one norm for all": mistake(one_norm, "How many norms were you given?", "All three parts use the first norm."),
        "nothing remembered": mistake(
            nothing_remembered,
            "Which of the three parts do you not call?",
            "The block never looks at what it has written.",
        ),
        "asks without a norm": mistake(
            asks_without_norm,
            "What does `cross_attention` get as its first input?",
            "The second norm is not used.",
        ),
        "asks with the old x": mistake(
            old_question,
            "When it asks the memory, does the writer know what it has remembered?",
            "The question is made from the block's input instead of from the x that has remembered.",
        ),
    }
    hints = [
        "The encoder block had two half-blocks; this one has three of the same form.",
        "x + part(norm(x)) each time, with the x of the step before. Only `cross_attention` takes a second input.",
    ]
