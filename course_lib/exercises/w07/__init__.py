"""Week 7, attention: its exercises, in the order in which the notebooks ask them."""

from course_lib.exercises.w07 import (  # noqa: F401, I001  (the order is that of the lecture, then of the homework)
    scores,
    attend,
    masks,
    heads,
    order,
    positions,
    homework_distance,
    homework_heads,
    quiz,
    predictions,
)
