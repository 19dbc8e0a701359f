"""The cache: keys and values of the past are kept, so that each new position is computed once."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w08.cross import BUILT_IN
from course_lib.layers import attention, masks

Three = tuple[Tensor, Tensor, Tensor]


def heard(q: Tensor, k: Tensor, v: Tensor, scale: float | None = None, axis: int = -1) -> Tensor:
    return (q @ k.transpose(-2, -1) / (scale or math.sqrt(q.shape[-1]))).softmax(axis) @ v


def remembered_with(
    join: Callable[[Tensor, Tensor], Tensor] = lambda past, new: torch.cat([past, new], -2),
    hear: Callable[..., Tensor] = lambda q, k, v, *past: heard(q, k, v),
    keep: Callable[..., tuple[Tensor, Tensor]] = lambda k, v, *new: (k, v),
) -> Callable[..., Three]:
    """Attention with a cache, with one part done in another way."""

    def cached(q_new: Tensor, k_new: Tensor, v_new: Tensor, k_past: Tensor, v_past: Tensor) -> Three:
        k, v = join(k_past, k_new), join(v_past, v_new)
        return hear(q_new, k, v, k_past, v_past), *keep(k, v, k_new, v_new, k_past, v_past)

    return cached


new_in_front = remembered_with(join=lambda past, new: torch.cat([new, past], -2))


only_the_past = remembered_with(hear=lambda q, k, v, k_past, v_past: heard(q, k_past, v_past))


only_the_new = remembered_with(keep=lambda k, v, k_new, v_new, *past: (k_new, v_new))


past_handed_back = remembered_with(keep=lambda k, v, k_new, v_new, k_past, v_past: (k_past, v_past))


exchanged = remembered_with(keep=lambda k, v, *new: (v, k))


not_scaled = remembered_with(hear=lambda q, k, v, *past: heard(q, k, v, 1.0))


scaled_by_time = remembered_with(hear=lambda q, k, v, *past: heard(q, k, v, math.sqrt(k.shape[-2])))


over_the_asking = remembered_with(hear=lambda q, k, v, *past: heard(q, k, v, axis=-2))


oldest_dropped = remembered_with(keep=lambda k, v, *new: (k[..., 1:, :], v[..., 1:, :]))


def plainly(q_new: Tensor, k_new: Tensor, v_new: Tensor, k_past: Tensor, v_past: Tensor) -> Three:
    """What `solution` shows: the attention written out."""
    k = torch.cat([k_past, k_new], dim=-2)
    v = torch.cat([v_past, v_new], dim=-2)
    weights = (q_new @ k.transpose(-2, -1) / math.sqrt(q_new.shape[-1])).softmax(dim=-1)
    return weights @ v, k, v


@law("the cache grows by the new position, at its end")
def grows_at_the_end(call: Call) -> Broken | None:
    """What was kept stays as it was, and the new key and value come last."""
    for place, name in ((1, "k"), (2, "v")):
        mine, past, new = call.yours[place], call.inputs[f"{name}_past"], call.inputs[f"{name}_new"]
        if not same(mine[..., :-1, :], past) or not same(mine[..., -1:, :], new):
            return Broken(f"In your {name}, the past should stand first, as it was, and the new one last.")
    return None


@law("begins with an empty cache")
def begins_empty(call: Call) -> Broken | None:
    """Without a past there is one position to hear, the new one, and it gets all the attention."""
    empty = {name: call.inputs[name][..., :0, :] for name in ("k_past", "v_past")}
    result, wanted = call.again(**empty), [call.inputs[name] for name in ("v_new", "k_new", "v_new")]
    return (
        None
        if same(result, wanted)
        else elsewhere(call, "With an empty cache (T = 0) the result is off.", result, wanted)
    )


@law("step by step equals all at once")
def steps_equal_the_whole(call: Call) -> Broken | None:
    """Four positions fed one by one hear what causal attention over all four hears."""
    batch, heads, _, width = call.inputs["q_new"].shape
    q, k, v = (call.draw.normal(3, batch, heads, 4, width)).unbind()
    whole, past = attention.attend(q, k, v, masks.causal_mask(4))[0], (k[..., :0, :], v[..., :0, :])
    for t in range(4):
        new = {f"{name}_new": each[..., t : t + 1, :] for name, each in zip("qkv", (q, k, v), strict=True)}
        step = call.again(**new, k_past=past[0], v_past=past[1])
        if not same(step[0], whole[..., t : t + 1, :], 1e-3):
            return elsewhere(
                call,
                f"Fed one by one, position {t} hears something else than with causal attention over the whole.",
                step[0],
                whole[..., t : t + 1, :],
            )
        past = step[1], step[2]
    return None


@exercise("w08.cached_attention", title="Attention with a cache", section="8.6", points=3, minutes=8, difficulty=2,
          importance=3, forbid=BUILT_IN)  # fmt: skip
class CachedAttention:
    """One new position hears everything kept and itself; its key and value are kept, too."""

    reference = attention.cached_attention
    answer = plainly
    returns = ("heard", "k", "v")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        lead, width = (draw.size(1, 2), draw.size(1, 3)), draw.size(2, 7)
        past = draw.size(2, 5)
        new = {name: draw.normal(*lead, 1, width) for name in ("q_new", "k_new", "v_new")}
        return new | {name: draw.normal(*lead, past, width) for name in ("k_past", "v_past")}

    laws = [
        grows_at_the_end,
        begins_empty,
        steps_equal_the_whole,
        equals_reference,
        gradients_reach("q_new", "k_new", "v_new", "k_past", "v_past"),
    ]
    mistakes = {
        "the new one in front": mistake(
            new_in_front, "Where in time does the new position stand?", "Your cache begins with what came last."
        ),
        "only the past is heard": mistake(
            only_the_past,
            "May a position hear itself?",
            "You append the new key after listening, so it is not heard.",
        ),
        "only the new one is kept": mistake(
            only_the_new,
            "What will the next step find in the cache?",
            "What you hand back has forgotten the past.",
        ),
        "the old cache handed back": mistake(
            past_handed_back,
            "How many positions should the next step find?",
            "The new key and value are not kept.",
        ),
        "keys and values exchanged": mistake(
            exchanged, "In which order are the three results asked for?", "Your keys come last."
        ),
        "no scaling": mistake(
            not_scaled,
            "How do scores grow with the head's width?",
            "The scores are not divided by the root of K.",
        ),
        "scaled by time": mistake(
            scaled_by_time,
            "Which size does the formula take the root of?",
            "Your scale changes as the sequence grows.",
        ),
        "softmax over those who ask": mistake(
            over_the_asking,
            "How many rows ask, and what is a softmax over one number?",
            "Each weight comes out 1, so the values are added up.",
        ),
        "the oldest dropped": mistake(
            oldest_dropped,
            "How long should the cache be after this step?",
            "Your cache keeps its length and forgets.",
        ),
    }
    hints = [
        "First let the cache grow by one, then attend as in week 7, with a single query.",
        "Time is the axis before the last. torch.cat joins along the axis you name.",
    ]
