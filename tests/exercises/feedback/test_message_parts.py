"""What a verdict shows: inputs that are lists by their places, and numbers that belong to the inputs beside them."""

import json

import pytest
import torch
from torch import Tensor

from course_lib.exercises.engine.judge import judge
from course_lib.exercises.engine.registry import find
from course_lib.exercises.engine.value_text import describe_input
from course_lib.exercises.feedback.check import page_of
from course_lib.exercises.runner.forbidden_calls import Forbidden, ForbiddenCall, watching


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


def mixed(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    weights = scores.softmax(-1)
    return (weights[..., None] * values).sum(-2), weights


def test_brackets_around_several_results_are_as_good_as_none() -> None:
    assert judge("w07.mix", lambda scores, values: list(mixed(scores, values))).status == "right"
    assert judge("w07.mix", lambda scores, values: list(mixed(scores, values))[::-1]).status == "wrong"


def test_two_equal_columns_are_not_shown() -> None:
    def in_place(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        scores += 0.0
        scores -= 1.0
        return mixed(scores, values)

    verdict = judge("w07.mix", in_place)
    assert "changes its inputs" in verdict.message
    assert verdict.yours is verdict.expected is None and "expected" not in verdict.message
    verdict = judge("w07.mix", lambda scores, values: tuple(each.double() for each in mixed(scores, values)))
    assert "float64" in verdict.message and "expected\n" not in verdict.message
    verdict = judge("w07.mix", lambda scores, values: mixed(2 * scores, values))
    assert "expected\n" in verdict.message, "numbers that differ are shown"


def test_one_result_of_several_is_shown_with_its_name() -> None:
    def rows(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        weights = scores.softmax(-1) * 2
        return (weights[..., None] * values).sum(-2) / 2, weights

    verdict = judge("w07.mix", rows)
    assert list(verdict.yours) == list(verdict.expected) == ["weights"]
    html = page_of(find("w07.mix"), verdict).html
    assert html.count("weights:") == 2 and "<mark>" in html


def test_arrays_are_shown_as_numbers() -> None:
    verdict = judge("w07.mix", lambda scores, values: tuple(each.numpy() for each in mixed(scores, values)))
    assert "array(" not in verdict.message and "NumPy" in verdict.message


def test_the_next_one_is_a_question_in_a_homework() -> None:
    right = [page_of(find(id), judge(id, find(id).reference)).text for id in ("w07.mix", "w07.banded")]
    assert "(section 7.3)" in right[0] and "(question 2)" in right[1]
