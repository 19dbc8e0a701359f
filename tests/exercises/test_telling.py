"""What a verdict shows: inputs that are lists by their places, and numbers that belong to the inputs beside them."""

import json

import pytest
import torch

from course_lib.exercises.forbid import Forbidden, ForbiddenCall, watching
from course_lib.exercises.judging import judge
from course_lib.exercises.registry import find
from course_lib.exercises.wording import describe_input


def test_tensors_in_a_list_are_named_by_their_place() -> None:
    said = describe_input("edges", [torch.tensor([[0], [1]]), torch.zeros(2, 0, dtype=torch.long)])
    assert said == ["edges =", "  edges[0]:", "  [0]", "  [1]", "  edges[1]:", "  no numbers, shape (2, 0)"]
    assert describe_input("sizes", [3, 1]) == ["sizes = [3, 1]"]


def test_a_known_mistake_is_shown_on_the_inputs_that_are_shown() -> None:
    exercise = find("w12.neighbour_sum")
    wrong = exercise.mistakes["the last message wins"].function
    verdict = judge(exercise.id, wrong)
    assert torch.equal(verdict.yours, wrong(**verdict.inputs))
    assert torch.equal(verdict.expected, exercise.reference(**verdict.inputs))


def test_numbers_from_other_inputs_are_explained() -> None:
    exercise = find("w12.colours")
    verdict = judge(exercise.id, exercise.mistakes["one round too many"].function)
    assert verdict.inputs["rounds"] == 2
    assert "After 0 rounds" in verdict.words


def test_a_whole_library_can_be_forbidden_without_importing_it() -> None:
    with watching(Forbidden(["json.*", "not_installed.*"])) as watch, pytest.raises(ForbiddenCall):
        json.dumps([1])
    assert watch.seen is not None and watch.seen.startswith("json")
