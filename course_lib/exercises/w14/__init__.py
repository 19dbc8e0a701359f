"""Week 14, diffusion: its exercises, in the order in which the notebooks ask them."""

from course_lib.exercises.w14 import (  # noqa: F401, I001  (the order is that of the lecture, then of the homework)
    noised,
    cosine,
    posterior,
    loss,
    reverse_step,
    ddim_step,
    guided,
    zero_centre,
    homework_frechet,
    homework_sub_steps,
    homework_inpaint,
    homework_log_variance,
    quiz,
)
