"""Inpainting that goes wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
from course_lib.layers.diffusion import noised
from course_lib.layers.noise_schedule import Schedule


def put_back(
    keep: Callable[[float], float] = lambda left: left**0.5,
    add: Callable[[float], float] = lambda left: (1 - left) ** 0.5,
    when: int = 0,
    noise: Callable[[Tensor], Tensor] = lambda fresh: fresh,
    turn: bool = False,
) -> Callable[..., Tensor]:
    """The step with one part done in another way."""

    def step(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
        left = float(schedule.alpha_bars[min(max(t + when, 0), schedule.steps)])
        return torch.where(~mask if turn else mask, keep(left) * known + add(left) * noise(fresh), noisy)

    return step


clean_paste = put_back(lambda left: 1.0, lambda left: 0.0)


mask_turned = put_back(turn=True)


no_roots = put_back(lambda left: left, lambda left: 1 - left)


only_faded = put_back(add=lambda left: 0.0)


not_faded = put_back(keep=lambda left: 1.0)


exchanged = put_back(lambda left: (1 - left) ** 0.5, lambda left: left**0.5)


step_just_left = put_back(when=1)


a_time_early = put_back(when=-1)


same_noise_for_all = put_back(noise=lambda fresh: fresh[:1].expand_as(fresh))


def the_noise_that_is_there(
    noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor
) -> Tensor:  # fmt: skip
    return torch.where(mask, noised(known, noisy, t, schedule), noisy)


def whole_picture(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    return noised(torch.where(mask, known, noisy), fresh, t, schedule)


def nothing_but_known(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    return mask * noised(known, fresh, t, schedule)


def put_on_top(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    return noisy + mask * noised(known, fresh, t, schedule)


def written_into(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    noisy[..., mask] = noised(known, fresh, t, schedule)[..., mask]
    return noisy


MISTAKES = {
    "known pixels put back clean": mistake(
        clean_paste,
        "How noisy is the rest of the picture at time t?",
        "The network never saw a picture that is clean in one place and noisy in another.",
    ),
    "the mask turned round": mistake(mask_turned, "Which pixels does True stand for: those known, or those missing?"),
    "the roots are missing": mistake(
        no_roots, "Which factors did the lecture's `noised` multiply by: shares of the variance, or their roots?"
    ),
    "faded, but without noise": mistake(
        only_faded, "What does a picture at time t consist of?", "You fade the known pixels and add nothing."
    ),
    "noisy, but not faded": mistake(
        not_faded, "What happens to the picture itself on its way to time t?", "You only add noise."
    ),
    "picture and noise exchanged": mistake(
        exchanged, "Near t = 0 your known pixels are nearly all noise. Which part should be left?"
    ),
    "the time before the step": mistake(
        step_just_left,
        "`t` is the time that the picture has reached. How noisy is it there?",
        "You mix for t + 1.",
    ),
    "a time too early": mistake(
        a_time_early,
        "The tables have T + 1 entries. Which time does their first one stand for?",
        "You mix for t - 1.",
    ),
    "one noise for all pictures": mistake(
        same_noise_for_all, "Does the second picture's `fresh` matter in yours?", "All get the noise of the first."
    ),
    "the noisy picture taken for noise": mistake(
        the_noise_that_is_there,
        "Is `noisy` pure noise, or does it hold a picture, too?",
        "You mix the known pixels with x_t instead of with `fresh`.",
    ),
    "noise on the whole picture": mistake(
        whole_picture, "What may happen to pixels that are not known?", "You noise the painted part once more."
    ),
    "only the known part": mistake(
        nothing_but_known, "What stands in yours where the mask is False?", "The model's own painting is lost."
    ),
    "put on top": mistake(
        put_on_top, "What becomes of what the model painted over known pixels?", "You add where you should replace."
    ),
    "written into the input": mistake(
        written_into, "Whose tensor is `noisy`? The caller may still need it; make a new one."
    ),
}
