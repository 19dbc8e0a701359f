"""All that an exercise is declared with, in one import: `from course_lib.exercises.author import *`.

A file declares one exercise: its reference, inputs, laws, known mistakes, hints. What else it needs it imports itself.
"""

from course_lib.exercises.engine.gates import inputs_untouched
from course_lib.exercises.engine.gradients import gradients_reach
from course_lib.exercises.engine.laws import (
    GATES,
    Broken,
    Call,
    Law,
    deterministic,
    equals_reference,
    hidden_positions_get_no_weight,
    law,
    rows_sum_to_one,
    same,
)
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.trials import CandidateFailed, ask, bind
from course_lib.exercises.runner.plain_values import fresh, plain, type_name
from course_lib.exercises.values.value_text import number

__all__ = [
    "GATES",
    "Broken",
    "Call",
    "CandidateFailed",
    "Draw",
    "Law",
    "ask",
    "bind",
    "deterministic",
    "elsewhere",
    "equals_reference",
    "exercise",
    "fresh",
    "gradients_reach",
    "hidden_positions_get_no_weight",
    "inputs_untouched",
    "law",
    "mistake",
    "number",
    "plain",
    "rows_sum_to_one",
    "same",
    "type_name",
]
