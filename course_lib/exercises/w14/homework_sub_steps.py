"""Homework, question 2: which times does a short sampler visit?"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w14.drawing import LIBRARY
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


def sub_steps(steps: int, few: int) -> list[int]:
    """The times of a sampler that takes `few` steps instead of `steps`, from T down to 0.   -> few + 1 numbers."""
    return diffusion.times(steps, few)


def in_full(steps: int, few: int) -> list[int]:
    return [round(steps * (few - i) / few) for i in range(few + 1)]


def as_tensor(found: Any) -> Any:
    """The times as one tensor of whole numbers; what cannot be times is told in words."""
    if isinstance(found, Tensor):
        found = found.tolist()
    if isinstance(found, range):
        found = list(found)
    if not isinstance(found, (list, tuple)):
        return found
    for time in found:
        value = time.item() if isinstance(time, Tensor) and time.numel() == 1 else time
        if isinstance(value, bool) or not isinstance(value, int):
            what = f"{value:g}" if isinstance(value, float) else type_name(value)
            raise TypeError(f"times are whole numbers, and among yours is {what}")
    return torch.tensor([int(time) for time in found], dtype=torch.long)


@law("it begins at T")
def begins(call: Call) -> Broken | None:
    """Where there is nothing but noise."""
    steps, first = call.inputs["steps"], int(call.yours[0])
    if first == steps:
        return None
    return Broken(f"The sampler begins with pure noise, at t = {steps}; your first time is {first}.")


@law("it ends at 0")
def ends(call: Call) -> Broken | None:
    """At a clean sample."""
    last = int(call.yours[-1])
    return None if last == 0 else Broken(f"The way ends at a clean sample, at t = 0; your last time is {last}.")


@law("each time is earlier than the one before")
def strictly_falls(call: Call) -> Broken | None:
    """No step stands still, and none goes back into the noise."""
    gaps = -call.yours.diff()
    bad = (gaps <= 0).nonzero()
    if not len(bad):
        return None
    i = int(bad[0])
    return Broken(f"After t = {int(call.yours[i])} yours comes to t = {int(call.yours[i + 1])}; it should be earlier.")


@law("steps as equal as whole numbers allow")
def even(call: Call) -> Broken | None:
    """Two gaps differ by at most 1."""
    gaps = -call.yours.diff()
    if int(gaps.max()) - int(gaps.min()) <= 1:
        return None
    return Broken(
        f"Your shortest step is {int(gaps.min())} and your longest {int(gaps.max())}; they should differ by at most 1."
    )


@law("works for one step, for all steps, and for numbers that do not divide")
def any_number(call: Call) -> Broken | None:
    """A whole jump, every time, and a thousand in 20, 30 and 999 steps."""
    for steps, few in ((7, 1), (7, 7), (1, 1), (1000, 20), (1000, 30), (1000, 999), (50, 49)):
        found = call.again(steps=steps, few=few)
        gaps = -found.diff()
        good = len(found) == few + 1 and int(found[0]) == steps and int(found[-1]) == 0
        if not good or int(gaps.min()) < 1 or int(gaps.max()) - int(gaps.min()) > 1:
            shown = found.tolist() if len(found) < 9 else [*found[:3].tolist(), "...", *found[-3:].tolist()]
            told = f"{few} step{'s' * (few != 1)} instead of {steps}"
            return elsewhere(call, f"For {told} yours gives {', '.join(map(str, shown))} ({len(found)} numbers).")
    return None


@exercise("w14.sub_steps", title="Fewer stops", notebook="homework", section="2", points=3, minutes=8, difficulty=2,
          importance=3, forbid=LIBRARY)  # fmt: skip
class SubSteps:
    """The times that a sampler of few steps visits: from T down to 0, as evenly as whole numbers allow."""

    reference = sub_steps
    answer = in_full

    def use(self, candidate: Callable[..., Any], steps: int, few: int) -> Any:
        """A list, a tuple, a range or a tensor of whole numbers."""
        args, options = bind(candidate, {"steps": steps, "few": few})
        return as_tensor(candidate(*args, **options))

    def inputs(self, draw: Draw) -> dict[str, Any]:
        few = draw.size(3, draw.choice([5, 7]))
        return {"steps": few * draw.size(3, draw.integer(4, 9)) + 2, "few": few}  # 2 or more are left over

    laws = [begins, ends, strictly_falls, even, any_number]
    mistakes = MISTAKES
    hints = [
        "`few` steps have `few` + 1 ends. The first is T, the last is 0.",
        "Stop number i lies at steps * (few - i) / few, if it were not for whole numbers.",
    ]
