"""Times of a short sampler that go wrong, each in one way."""

import torch

from course_lib.exercises.engine.mistakes import mistake
from course_lib.models import diffusion


def begins_too_late(steps: int, few: int) -> list[int]:
    return [*(1 + i * (steps // few) for i in reversed(range(few))), 0]


def from_zero_to_t_less_one(steps: int, few: int) -> list[int]:
    return [round((steps - 1) * (few - i) / few) for i in range(few + 1)]


def stops_at_one(steps: int, few: int) -> list[int]:
    return [1 + round((steps - 1) * (few - i) / few) for i in range(few + 1)]


def without_zero(steps: int, few: int) -> list[int]:
    return diffusion.times(steps, few)[:-1]


def without_first(steps: int, few: int) -> list[int]:
    return diffusion.times(steps, few)[1:]


def upwards(steps: int, few: int) -> list[int]:
    return diffusion.times(steps, few)[::-1]


def rest_in_one_jump(steps: int, few: int) -> list[int]:
    gap = steps // few
    return [*(steps - i * gap for i in range(few)), 0]


def few_points(steps: int, few: int) -> list[int]:
    return [round(x) for x in torch.linspace(steps, 0, few).tolist()]


def last_few(steps: int, few: int) -> list[int]:
    return list(range(few, -1, -1))


def first_few_and_out(steps: int, few: int) -> list[int]:
    return [*range(steps, steps - few, -1), 0]


def squares(steps: int, few: int) -> list[int]:
    return [round(steps * ((few - i) / few) ** 2) for i in range(few + 1)]


def not_whole(steps: int, few: int) -> list[float]:
    return [steps * (few - i) / few for i in range(few + 1)]


MISTAKES = {
    "it begins too late": mistake(
        begins_too_late,
        "Where does the sampler's first picture come from, and how noisy is it?",
        "Your first time is T minus one gap; the network would be told of less noise than there is.",
    ),
    "times from 0 to T - 1": mistake(
        from_zero_to_t_less_one,
        "At which time is there nothing but noise?",
        "That is how libraries count whose times begin at 0; here t = 0 is clean.",
    ),
    "it stops at 1": mistake(
        stops_at_one, "At which time is a sample clean?", "Your last time is 1, and a little noise stays."
    ),
    "the end is missing": mistake(
        without_zero, "Between how many times lie `few` steps?", "The last step has nowhere to go."
    ),
    "the beginning is missing": mistake(
        without_first, "Between how many times lie `few` steps?", "The first step has nowhere to start."
    ),
    "from 0 up to T": mistake(upwards, "In which direction does a sampler walk?"),
    "the rest in one jump": mistake(
        rest_in_one_jump,
        "What becomes of the remainder when T is not divisible by `few`?",
        "All gaps are rounded down, and the last one makes up for it.",
    ),
    "as many times as steps": mistake(
        few_points, "A fence of three rails has how many posts?", "`few` times make `few` - 1 steps."
    ),
    "the last times only": mistake(
        last_few, "Your sampler never sees the noisy end. Where should it begin?", "Your times begin at `few`."
    ),
    "single steps, then a jump": mistake(
        first_few_and_out,
        "How long is your last step, compared with the others?",
        "You spend all steps in the noise and leave the picture to the last one.",
    ),
    "spaced by squares": mistake(
        squares, "Are your steps equally long?", "Some samplers do that; here even spacing is asked for."
    ),
    "not whole numbers": mistake(not_whole, "Which entry of the table stands for t = 3.5?"),
}
