"""The laws about what a training loss draws by chance. Times and noise may come in any order, so nothing is compared
with the reference's own draws: the noise is read back from what `predict` was shown.
"""

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w14.drawing import over
from course_lib.layers.noise_schedule import Schedule

MANY, WIDE = 401, 7  # samples in a large batch, and how many numbers each has


def noise_in(noisy: Tensor, clean: Tensor, t: Tensor, schedule: Schedule) -> Tensor:
    """The noise that x_t carries, if it was mixed as it should be."""
    left = schedule.alpha_bars[t.clamp(1, schedule.steps)]
    left = over(left, clean.double())
    return (noisy.double() - left.sqrt() * clean.double()) / (1 - left).sqrt()


def many(call: Call) -> tuple[Tensor, Tensor]:
    """The noise and the times of a large batch of points; asked for once, whichever law comes first."""
    if "many" not in vars(call):
        clean = call.draw.normal(MANY, WIDE) + 1
        _, noisy, t = call.again(clean=clean)
        vars(call)["many"] = noise_in(noisy, clean, t, call.inputs["schedule"]), t
    found: tuple[Tensor, Tensor] = vars(call)["many"]
    return found


@law("times from 1 to T, one for each sample, all equally often")
def times_are_drawn(call: Call) -> Broken | None:
    """In a batch of 401."""
    steps = call.inputs["schedule"].steps
    _, t = many(call)
    if int(t.min()) < 1 or int(t.max()) > steps:
        odd = int(t.min()) if int(t.min()) < 1 else int(t.max())
        return elsewhere(call, f"Times run from 1 to {steps} here, and in a large batch `predict` is told t = {odd}.")
    counts = torch.bincount(t, minlength=steps + 1)[1:]
    if int((counts > 0).sum()) == 1:
        return elsewhere(call, f"In a batch of {MANY} samples, all have the same time, t = {int(t[0])}.")
    if not bool(counts.all()):
        missing = int((counts == 0).nonzero()[0]) + 1
        return elsewhere(call, f"In a batch of {MANY} samples, t = {missing} never comes.")
    if bool(((counts / MANY - 1 / steps).abs() > 0.12).any()):
        worst = int((counts / MANY - 1 / steps).abs().argmax())
        share = float(counts[worst]) / MANY
        return elsewhere(
            call, f"Each time should come in 1 of {steps} cases; t = {worst + 1} comes in {share:.0%} of yours."
        )
    if bool((t.diff() >= 0).all()):
        return elsewhere(call, "In a large batch the times come in order: a sample's place decides its time.")
    return None


@law("every number has noise of its own")
def own_noise(call: Call) -> Broken | None:
    """No two samples carry the same, and within a sample no two rows, columns or channels."""
    noise, _ = many(call)
    apart = torch.cdist(noise, noise) + 9 * torch.eye(MANY)
    if float(apart.min()) < 1e-3:
        a, b = divmod(int(apart.argmin()), MANY)
        return elsewhere(call, f"In a batch of {MANY} samples, those in the places {a} and {b} carry the same noise.")
    own = noise_in(call.yours[1], call.inputs["clean"], call.yours[2], call.inputs["schedule"])
    for which, table in (("noise", own), ("noise, in a batch of points,", noise)):
        for axis in range(1, table.dim()):
            one, other = table.select(axis, 0), table.select(axis, 1)
            if bool(((one - other).abs() < 1e-3 * (1 + one.abs())).all()):
                return elsewhere(call, f"Along axis {axis} of a batch your {which} repeats itself.")
    return None


@law("the noise in x_t is standard normal")
def noise_is_normal(call: Call) -> Broken | None:
    """Mean, variance, how often it is large, and independence, in 401 samples of 7 numbers."""
    noise, t = many(call)
    share = float((noise.abs() > 2).double().mean())
    together = float((noise[:-1] * noise[1:]).mean())
    beside = float((noise[:, 0] * noise[:, 1]).mean())
    found = (
        ("mean", float(noise.mean()), 0.0, 0.09),
        ("variance", float(noise.var()), 1.0, 0.13),
        ("share beyond 2", share, 0.0455, 0.02),
        ("product of two neighbours, on average,", together, 0.0, 0.09),
        ("product of two numbers of one sample, on average,", beside, 0.0, 0.25),
    )
    for what, mine, wanted, slack in found:
        if abs(mine - wanted) > slack:
            return elsewhere(
                call,
                "Taking sqrt(alpha_bar) times the clean sample away from what `predict` was shown, and dividing by "
                f"sqrt(1 - alpha_bar), should leave standard normal noise. Its {what} should be {number(wanted)}; in "
                f"yours it is {number(mine)}. Is it mixed as in `noised`, for the time that `predict` is told?",
            )
    for time in t.unique().tolist():
        wide = float(noise[t == time].var())
        if abs(wide - 1) > 0.3:
            return elsewhere(
                call,
                f"Where `predict` is told t = {time}, the noise in x_t has {number(wide)} times the variance that "
                "belongs to this time.",
            )
    return None


@law("chance comes from the generator")
def generator_decides(call: Call) -> Broken | None:
    """The same seed gives the same, another seed another."""
    clean = call.draw.normal(37, 3)
    seed = call.inputs["seed"]
    first, again, other = (call.again(clean=clean, seed=each) for each in (seed, seed, seed + 1))
    if not same(first, again):
        return elsewhere(call, "With a generator of the same seed, you draw other numbers the second time.")
    for what, place in (("times", 2), ("noisy samples", 1)):
        if same(first[place], other[place]):
            return elsewhere(call, f"With a generator of another seed the {what} are the same. Who draws them?")
    mine, theirs = (noise_in(each[1], clean, each[2], call.inputs["schedule"]) for each in (first, other))
    if same(mine, theirs, 1e-3):
        return elsewhere(call, "With a generator of another seed the noise is the same. Who draws it?")
    return None
