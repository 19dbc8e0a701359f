"""Schedules, times and samples for trials, and three laws that every step of diffusion keeps.

Sizes   B batch   T steps; a sample may be a point (2) or a picture (C, H, W)
"""

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.values.compare import parts
from course_lib.layers.noise_schedule import Schedule, linear

LIBRARY = ("diffusers.*",)
"""The library that has every step of the week ready made."""


def draw_schedule(draw: Draw, steps: int) -> Schedule:
    """Betas in no order, so that a neighbour's entry is never the right one."""
    betas = draw.uniform(steps, low=0.08, high=0.3).double()
    return Schedule(torch.cat([torch.zeros(1, dtype=torch.float64), betas]))


def draw_times(draw: Draw, batch: int, steps: int, include: int | None = None) -> Tensor:
    """Another time from 1 to T for each sample, in no order; `include` is one of them.   -> (B) int64."""
    others = [t for t in (draw.permutation(steps) + 1).tolist() if t != include]
    times = torch.tensor([*([] if include is None else [include]), *others][:batch])
    return times[draw.permutation(batch)]


def shape(draw: Draw) -> tuple[int, ...]:
    """Points in the tiny trial, as many as they have coordinates, so that a wrong axis gives numbers; else pictures."""
    return (2, 2) if draw.tiny else (3, 2, 5, 7)


def over(values: Tensor, like: Tensor) -> Tensor:
    """One number for each sample, shaped so that it multiplies them.   (B) -> (B, 1, ...)."""
    return values.to(like.dtype).reshape(-1, *[1] * (like.dim() - 1))


def laid_out(*names: str) -> Law:
    """The law that a sample may have any number of axes: the same numbers in one row give the same."""

    def test(call: Call) -> Broken | None:
        one = call.inputs[names[0]]
        size = len(one)
        other = (size, one[0].numel()) if one.dim() > 2 else (size, *one.shape[1:], 1, 1)
        result = parts(call.again(**{name: call.inputs[name].reshape(other) for name in names}))[0][1]
        first = parts(call.yours)[0][1]
        if isinstance(result, Tensor) and result.shape == other and same(result.reshape(first.shape), first):
            return None
        kind = "points, (B, 2)" if one.dim() > 2 else "pictures, (B, C, H, W)"
        return elsewhere(
            call,
            f"The same numbers, laid out as {tuple(other)} instead of {tuple(one.shape)}, give another result. It "
            f"should work for {kind}, too.",
        )

    return Law("a sample may have any number of axes", 1.0, test)


def samples_apart(**other: float) -> Law:
    """The law that no sample has a say in another: the first one is changed, the rest must stay."""

    def test(call: Call) -> Broken | None:
        changed = {}
        for name, factor in other.items():
            changed[name] = call.inputs[name].clone()
            changed[name][0] = changed[name][0] * factor + 1
        times = call.inputs["t"].clone()
        times[0] = times[0] % call.inputs["schedule"].steps + 1
        result = parts(call.again(t=times, **changed))[0][1][1:]
        first = parts(call.yours)[0][1][1:]
        if same(result, first):
            return None
        return elsewhere(
            call, "Only the first sample of the batch and its time were changed, and other samples change with them."
        )

    return Law("every sample goes its own way", 1.0, test)


@law("works with the thousand steps of the paper")
def thousand_steps(call: Call) -> Broken | None:
    """There a step is minute and alpha_bar nearly 0 in the end. Laxer, for the sake of float32."""
    few = len(call.inputs["t"])
    changed = {"schedule": linear(1000), "t": torch.tensor([2, 1000, 417])[:few]}
    if "earlier" in call.inputs:
        changed["earlier"] = torch.tensor([1, 950, 0])[:few]
    exercise = call.trial.exercise
    result = parts(call.again(**changed))[0][1]
    wanted = parts(plain(ask(exercise, exercise.reference, call.inputs | changed)))[0][1]
    if same(result, wanted, 5e-3):
        return None
    return elsewhere(
        call,
        "With the straight schedule of 1,000 steps, at the times 2, 1000 and 417, the result is off.",
        result,
        wanted,
    )
