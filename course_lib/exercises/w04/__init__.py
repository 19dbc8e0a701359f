"""Week 4, U-Net: its exercises, in the order in which the notebooks ask them."""

from course_lib.exercises.w04 import (  # noqa: F401, I001  (the order is that of the lecture, then of the homework)
    up_convolution,
    join,
    dice,
    iou,
    starts,
    blend,
    turns,
    weights,
    homework_rim,
    homework_count,
    homework_match,
    homework_slabs,
    quiz,
)
