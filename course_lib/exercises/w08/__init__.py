"""Week 8, the Transformer: its exercises, in the order in which the notebooks ask them."""

from course_lib.exercises.w08 import (  # noqa: F401, I001  (the order is that of the lecture, then of the homework)
    norm,
    encoder,
    shift,
    cross,
    decoder,
    schedule,
    loss,
    beam,
    cache,
    homework_post_norm,
    homework_warm_up,
    homework_residual,
    homework_edits,
    quiz,
)
