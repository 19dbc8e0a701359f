"""The laws of the training loss: what it asks, and what it makes of the answer."""

from typing import Any

import torch
from torch import Tensor, nn

from course_lib.exercises.engine.laws import Broken, Call, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.trials import CandidateFailed, ask
from course_lib.exercises.engine.value_text import number
from course_lib.exercises.runner.plain_values import fresh
from course_lib.exercises.w14.chance_laws import noise_in
from course_lib.exercises.w14.drawing import over
from course_lib.layers.noise_schedule import Schedule


@law("the loss is the mean squared difference from that noise")
def mean_of_squares(call: Call) -> Broken | None:
    """What `predict` says of x_t and t, against the noise that x_t carries."""
    found, noisy, t = call.yours
    noise = noise_in(noisy, call.inputs["clean"], t, call.inputs["schedule"])
    with torch.no_grad():
        wanted = float((call.inputs["predict"](noisy, t).double() - noise).square().mean())
    if abs(float(found) - wanted) <= 2e-3 * (1 + wanted):
        return None
    return Broken(
        f"For the noisy samples and times that you asked about, the loss should be {number(wanted)}; yours is "
        f"{number(float(found))}.",
        found,
        torch.tensor(wanted),
    )


class Oracle(nn.Module):
    """Knows the clean samples, and so the noise; it misses by `off`, the same for all numbers of a sample."""

    def __init__(self, clean: Tensor, schedule: Schedule, off: Tensor) -> None:
        super().__init__()
        self.clean, self.schedule, self.off = clean, schedule, off
        self.free = nn.Parameter(torch.zeros(()))

    def forward(self, noisy: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        rows = slice(None) if len(noisy) == len(self.clean) else slice(0, len(noisy))
        clean = self.clean[rows]
        return (noise_in(noisy, clean, t, self.schedule) + over(self.off[rows], clean)).to(noisy.dtype) + self.free


@law("who knows the noise loses nothing")
def oracle_is_right(call: Call) -> Broken | None:
    """A predictor that is given the clean samples; then one that misses some samples by a known amount."""
    one = call.inputs["clean"]
    clean, schedule = one[:1].expand(one.shape).clone(), call.inputs["schedule"]  # all alike: loops over samples, too
    for off in (torch.zeros(len(clean)), torch.full((len(clean),), 2.0)):
        wanted = float(off.square().mean())
        found = float(call.again(clean=clean, predict=Oracle(clean, schedule, off))[0])
        if abs(found - wanted) > 1e-2:
            knows = "knows the noise" if wanted == 0 else "misses every number of the noise by 2"
            return elsewhere(
                call, f"A predictor that {knows} should have the loss {number(wanted)}; with yours it has {found:.3f}."
            )
    return None


def slopes(call: Call, candidate: Any) -> list[Tensor | None]:
    """The gradient of the loss with respect to what `predict` can learn."""
    given = fresh(call.inputs)
    found = ask(call.trial.exercise, candidate, given)[0]
    learnt = list(given["predict"].parameters())
    if not isinstance(found, Tensor) or not found.requires_grad:
        return [None for _ in learnt]
    return list(torch.autograd.grad(found, learnt, allow_unused=True))


@law("gradients reach the network")
def trainable(call: Call) -> Broken | None:
    """And they are those of the mean of squares."""
    outcome = call.guard.run(slopes, call, call.candidate)
    if outcome.error is not None or outcome.stopped or outcome.forbidden:
        raise CandidateFailed(outcome)
    (mine,) = outcome.value
    _, noisy, t = call.yours
    model = fresh(call.inputs["predict"])
    noise = noise_in(noisy, call.inputs["clean"], t, call.inputs["schedule"])
    (model(noisy, t) - noise).square().mean().backward()
    wanted = model.weight.grad
    if mine is None:
        return Broken("No gradient comes back to the network, so it could not learn. Is a part detached?", None, wanted)
    if same(mine.float(), wanted, 2e-3):
        return None
    return elsewhere(call, "The gradient that comes back to the network is not that of the mean of squares.")
