"""Training in five lines: draw a time, draw noise, mix, and ask for the noise back."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.exercises.author import *
from course_lib.exercises.w14 import chance_laws as chance
from course_lib.exercises.w14.chance_laws import noise_in
from course_lib.exercises.w14.drawing import LIBRARY, draw_schedule, over, shape
from course_lib.exercises.w14.guess import Asked, Guess
from course_lib.layers.diffusion import q_sample
from course_lib.layers.noise_schedule import Schedule
from course_lib.models.diffusion import Diffusion


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


Ask = Callable[[nn.Module, Tensor, Schedule, torch.Generator], Tensor]


def trained(
    low: int = 1,
    beyond: int = 1,
    draw: Callable[..., Tensor] = torch.randn,
    keep: Callable[[Tensor], Tensor] = torch.sqrt,
    add: Callable[[Tensor], Tensor] = lambda left: (1 - left).sqrt(),
    single_time: bool = False,
    single_noise: bool = False,
    told: int = 0,
    show: Callable[[Tensor, Tensor], Tensor] = lambda clean, noisy: noisy,
    target: Callable[[Tensor, Tensor], Tensor] = lambda clean, noise: noise,
    error: Callable[[Tensor], Tensor] = lambda difference: difference.square().mean(),
) -> Ask:
    """The loss with one part done in another way."""

    def loss(predict: nn.Module, clean: Tensor, schedule: Schedule, generator: torch.Generator) -> Tensor:
        count = 1 if single_time else len(clean)
        t = torch.randint(low, schedule.steps + beyond, (count,), generator=generator).expand(len(clean))
        size = clean.shape[1:] if single_noise else clean.shape
        noise = draw(size, generator=generator).expand(clean.shape)
        left = over(schedule.alpha_bars[t], clean)
        noisy = keep(left) * clean + add(left) * noise
        return error(predict(show(clean, noisy), t + told) - target(clean, noise))

    return loss


asks_for_clean = trained(target=lambda clean, noise: clean)


shows_clean = trained(show=lambda clean, noisy: clean)


one_time = trained(single_time=True)


one_noise = trained(single_noise=True)


times_from_zero = trained(low=0, beyond=0)


last_time_missing = trained(beyond=0)


uniform_noise = trained(draw=torch.rand)


not_faded = trained(keep=torch.ones_like)


no_roots = trained(keep=lambda left: left, add=lambda left: 1 - left)


tells_another_time = trained(told=-1)


a_sum = trained(error=lambda difference: difference.square().sum())


absolute = trained(error=lambda difference: difference.abs().mean())


def loss(predict: nn.Module, clean: Tensor, schedule: Schedule, generator: torch.Generator) -> Tensor:
    """The mean squared error of the predicted noise, predict(noisy, t).   clean (B, ...) -> scalar."""
    return Diffusion(schedule, lambda noisy, t, label: predict(noisy, t)).loss(clean, generator)


def in_full(predict: nn.Module, clean: Tensor, schedule: Schedule, generator: torch.Generator) -> Tensor:
    t = torch.randint(1, schedule.steps + 1, (len(clean),), generator=generator)
    noise = torch.randn(clean.shape, generator=generator)
    noisy = q_sample(clean, noise, t, schedule)
    squares: Tensor = (predict(noisy, t) - noise) ** 2
    return squares.mean()


@exercise("w14.loss", title="The loss: ask for the noise back", section="14.5", points=4, minutes=12, difficulty=2,
          importance=5, seconds=10, forbid=(*LIBRARY, "course_lib.models.diffusion.Diffusion.loss"))  # fmt: skip
class Loss:
    """How far a network is from knowing the noise, at times and with noise drawn by chance."""

    reference = loss
    answer = in_full
    returns = ("loss", "x_t that predict was given", "t that predict was given")

    def use(
        self, candidate: Callable[..., Any], predict: nn.Module, clean: Tensor, schedule: Schedule, seed: int
    ) -> Any:
        """The loss, and what `predict` was asked on the way."""
        asked = Asked(predict, schedule.steps)
        generator = torch.Generator().manual_seed(seed)
        given = {"predict": asked, "clean": clean, "schedule": schedule, "generator": generator}
        args, options = bind(candidate, given)
        found = candidate(*args, **options)
        return None if found is None else (found, *asked.everything(len(clean)))

    def inputs(self, draw: Draw) -> dict[str, Any]:
        steps = draw.size(3, 5)
        return {
            "predict": draw.build(Guess),
            "clean": 0.5 * draw.normal(*shape(draw)) + 1,
            "schedule": draw_schedule(draw, steps),
            "seed": draw.integer(0, 10_000),
        }

    laws: list[Law] = [
        chance.times_are_drawn,
        chance.own_noise,
        chance.noise_is_normal,
        mean_of_squares,
        oracle_is_right,
        chance.generator_decides,
        trainable,
    ]
    mistakes = {
        "asks for the clean sample": mistake(
            asks_for_clean,
            "What would a network have to answer for your loss to be 0?",
            "You compare the answer with x_0; that trains another network than the one the steps back expect.",
        ),
        "shows the clean sample": mistake(
            shows_clean, "What will the network see when it makes pictures later?", "`predict` never sees noise."
        ),
        "one time for the whole batch": mistake(
            one_time,
            "How many times does one batch let the network learn about?",
            "torch.randint drew a single t, and every sample got it.",
        ),
        "one noise for the whole batch": mistake(
            one_noise,
            "Should two pictures ever get the same noise?",
            "Your noise has the shape of one sample, and it is spread over all.",
        ),
        "times from 0 to T - 1": mistake(
            times_from_zero,
            "At t = 0 there is no noise to ask for, and at t = T making pictures begins. Which times do you draw?",
        ),
        "T itself is never drawn": mistake(
            last_time_missing,
            "torch.randint leaves its upper end out. Which is the last time that comes?",
        ),
        "noise from 0 to 1": mistake(
            uniform_noise,
            "What are the mean and the variance of your noise?",
            "torch.rand is not torch.randn.",
        ),
        "the clean sample is added at full strength": mistake(
            not_faded, "What is left of the clean sample at t = T?", "You add noise and never fade the sample."
        ),
        "the factors have no roots": mistake(
            no_roots,
            "Which two numbers multiply sample and noise?",
            "You mix with the shares of the variance themselves.",
        ),
        "the network is told another time": mistake(
            tells_another_time,
            "Which time do you mix for, and which one do you tell?",
            "`predict` is given t - 1; here times count from 1.",
        ),
        "a sum instead of a mean": mistake(a_sum, "Should a larger batch, or a larger picture, have a larger loss?"),
        "the distance instead of its square": mistake(
            absolute, "Which of the two is least at the mean of what is possible?", "You average absolute values."
        ),
    }
    hints = [
        "Five lines: times, noise, the mix of `noised`, what `predict` says, the mean of the squared differences.",
        "torch.randint(low, high, (B,), generator=generator) leaves `high` out.",
        "torch.randn(clean.shape, generator=generator) draws noise of the right shape.",
    ]
