"""Training in five lines: draw a time, draw noise, mix, and ask for the noise back."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.exercises.engine.laws import Law
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.trials import bind
from course_lib.exercises.w14 import chance_laws as chance
from course_lib.exercises.w14 import loss_laws as must
from course_lib.exercises.w14 import loss_mistakes as wrong
from course_lib.exercises.w14.drawing import LIBRARY, draw_schedule, shape
from course_lib.exercises.w14.guess import Asked, Guess
from course_lib.layers.diffusion import q_sample
from course_lib.layers.noise_schedule import Schedule
from course_lib.models.diffusion import Diffusion


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
        must.mean_of_squares,
        must.oracle_is_right,
        chance.generator_decides,
        must.trainable,
    ]
    mistakes = {
        "asks for the clean sample": mistake(
            wrong.asks_for_clean,
            "What would a network have to answer for your loss to be 0?",
            "You compare the answer with x_0; that trains another network than the one the steps back expect.",
        ),
        "shows the clean sample": mistake(
            wrong.shows_clean, "What will the network see when it makes pictures later?", "`predict` never sees noise."
        ),
        "one time for the whole batch": mistake(
            wrong.one_time,
            "How many times does one batch let the network learn about?",
            "torch.randint drew a single t, and every sample got it.",
        ),
        "one noise for the whole batch": mistake(
            wrong.one_noise,
            "Should two pictures ever get the same noise?",
            "Your noise has the shape of one sample, and it is spread over all.",
        ),
        "times from 0 to T - 1": mistake(
            wrong.times_from_zero,
            "At t = 0 there is no noise to ask for, and at t = T making pictures begins. Which times do you draw?",
        ),
        "T itself is never drawn": mistake(
            wrong.last_time_missing,
            "torch.randint leaves its upper end out. Which is the last time that comes?",
        ),
        "noise from 0 to 1": mistake(
            wrong.uniform_noise,
            "What are the mean and the variance of your noise?",
            "torch.rand is not torch.randn.",
        ),
        "the clean sample is added at full strength": mistake(
            wrong.not_faded, "What is left of the clean sample at t = T?", "You add noise and never fade the sample."
        ),
        "the factors have no roots": mistake(
            wrong.no_roots,
            "Which two numbers multiply sample and noise?",
            "You mix with the shares of the variance themselves.",
        ),
        "the network is told another time": mistake(
            wrong.tells_another_time,
            "Which time do you mix for, and which one do you tell?",
            "`predict` is given t - 1; here times count from 1.",
        ),
        "a sum instead of a mean": mistake(
            wrong.a_sum, "Should a larger batch, or a larger picture, have a larger loss?"
        ),
        "the distance instead of its square": mistake(
            wrong.absolute, "Which of the two is least at the mean of what is possible?", "You average absolute values."
        ),
    }
    hints = [
        "Five lines: times, noise, the mix of `noised`, what `predict` says, the mean of the squared differences.",
        "torch.randint(low, high, (B,), generator=generator) leaves `high` out.",
        "torch.randn(clean.shape, generator=generator) draws noise of the right shape.",
    ]
