"""What must hold for every exercise of the course, and for the toys the engine is tested with."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor

from course_lib.exercises.engine.exercise import Exercise
from course_lib.exercises.engine.judge import judge_exercise
from course_lib.exercises.engine.registry import exercises
from course_lib.exercises.engine.trials import ask, make_trial
from course_lib.exercises.feedback.judge import judge
from course_lib.exercises.runner.forbidden_calls import Forbidden
from course_lib.exercises.runner.plain_values import fresh
from tests.exercises.toys import TOYS

ALL = [*exercises(), *TOYS.values()]
EACH = pytest.mark.parametrize("exercise", ALL, ids=lambda each: each.id)
MISTAKES = [(each, name) for each in ALL for name in each.mistakes]
SEEDS = (1, 17, 4096)


@EACH
def test_the_reference_passes_for_every_seed(exercise: Exercise) -> None:
    for seed in (0, *SEEDS):
        verdict = judge(exercise.id, exercise.reference, seed)
        assert verdict.status == "right", verdict.message
        assert verdict.score == 1


@EACH
def test_the_blank_is_not_attempted(exercise: Exercise) -> None:
    def blank(*args: Any, **options: Any) -> Any:
        """Say what must hold."""
        # YOUR CODE HERE
        raise NotImplementedError()

    verdict = judge(exercise.id, blank)
    assert verdict.status == "not attempted"
    assert verdict.score == 0


@pytest.mark.parametrize(("exercise", "name"), MISTAKES, ids=[f"{each.id}-{name}" for each, name in MISTAKES])
def test_every_known_mistake_is_caught_and_named(exercise: Exercise, name: str) -> None:
    for seed in (0, *SEEDS):
        verdict = judge(exercise.id, exercise.mistakes[name].function, seed)
        assert verdict.status == "wrong"
        assert verdict.mistake == name
        assert verdict.score < 1
        assert exercise.mistakes[name].nudge in verdict.message


@EACH
def test_it_says_enough(exercise: Exercise) -> None:
    assert exercise.id.startswith(f"{exercise.week}.")
    assert exercise.notebook in ("lecture", "homework")
    assert exercise.title
    assert exercise.about.strip()
    assert 1 <= exercise.difficulty <= 5
    assert 1 <= exercise.importance <= 5
    assert exercise.points > 0
    assert exercise.minutes > 0
    assert len(exercise.hints) >= 2
    assert len(exercise.mistakes) >= 3
    names = [law.name for law in exercise.laws]
    assert len(names) == len(set(names))
    assert any(law.weight != 0 for law in exercise.laws)
    assert not any("!" in text for text in (*exercise.hints, *(known.nudge for known in exercise.mistakes.values())))


@EACH
def test_forbidden_names_exist(exercise: Exercise) -> None:
    Forbidden(exercise.forbid, exercise.reference)  # raises CourseError for a name that does not


@EACH
def test_the_librarys_answer_under_another_name_is_refused(exercise: Exercise) -> None:
    if exercise.open_book:
        pytest.skip("this exercise lets you call the reference")
    borrowed = exercise.reference
    if isinstance(borrowed, type):
        candidate: Any = type("Mine", (borrowed,), {})
    else:

        def candidate(*args: Any, **options: Any) -> Any:
            return borrowed(*args, **options)

    verdict = judge(exercise.id, candidate)
    assert verdict.status == "wrong"
    assert verdict.law == "uses nothing that is the answer"
    assert verdict.score == 0


def noisy(x: Tensor) -> Tensor:
    return x + 0.03 * torch.randn(x.shape, dtype=x.dtype) if x.is_floating_point() else x


def one_off(x: Tensor) -> Tensor:
    y = x.clone()
    if y.numel():
        last = y.view(-1)[-1]
        y.view(-1)[-1] = ~last if y.dtype is torch.bool else last + 1
    return y


def last_gone(x: Tensor) -> Tensor:
    y = x.clone()
    y.view(-1)[-1:] = 0
    return y


LEAST = 3  # perturbations that must change something, or the test would say nothing
PERTURBATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "noise": noisy,
    "one entry shifted": one_off,
    "last entry gone": last_gone,
    "scaled": lambda x: 1.01 * x if x.is_floating_point() else x,
    "negated": lambda x: ~x if x.dtype is torch.bool else -x,
    "transposed": lambda x: x.transpose(-1, -2) if x.dim() > 1 else x,
    "rows in another order": lambda x: x.roll(1, -2) if x.dim() > 1 else x,
    "columns in another order": lambda x: x.flip(-1) if x.dim() else x,
    "batch in another order": lambda x: x.roll(1, 0) if x.dim() else x,
    "an axis too many": lambda x: x[None],
    "an axis too few": lambda x: x.flatten() if x.dim() > 1 else x,
    "float64": lambda x: x.double(),
    "all zero": torch.zeros_like,
    "all the same": lambda x: x.float().mean().to(x.dtype).expand(x.shape),
    "one nan": lambda x: (
        torch.cat([x.flatten()[:-1], x.new_full((1,), torch.nan)]).view(x.shape) if x.is_floating_point() else x
    ),
    "rounded": lambda x: (10 * x).round() / 10 if x.is_floating_point() else x,
    "cut off at zero": lambda x: x.clamp(min=0) if x.dtype is not torch.bool else x,
}


LISTS: dict[str, Callable[[list], list]] = {
    "last one gone": lambda items: items[:-1],
    "backwards": lambda items: items[::-1],
    "first one twice": lambda items: items[:1] + items,
}


def perturb(value: Any, how: Callable[[Tensor], Tensor], part: int) -> Any:
    """The value with one of its parts changed."""
    if isinstance(value, (tuple, list)):
        return type(value)(perturb(item, how, 0) if i == part else item for i, item in enumerate(value))
    if isinstance(value, Tensor):
        return how(value.detach().contiguous().clone())
    if isinstance(value, bool):
        return bool(how(torch.tensor(value)).any())
    if isinstance(value, (int, float)):
        changed = how(torch.tensor(float(value)))
        return type(value)(changed) if changed.dim() == 0 and changed == changed else value
    return value


def unlike(changed: Any, result: Any) -> bool:
    """Is a result visibly another one? Asks torch and not the engine, which is on trial here."""
    if isinstance(result, (tuple, list)):
        return len(changed) != len(result) or any(unlike(a, b) for a, b in zip(changed, result, strict=True))
    if isinstance(result, Tensor):
        if changed.shape != result.shape or changed.dtype != result.dtype:
            return True
        return not torch.allclose(changed.double(), result.detach().double(), rtol=1e-3, atol=1e-3, equal_nan=True)
    if isinstance(result, float):
        return not abs(changed - result) <= 1e-3
    return bool(changed != result)


def perturbed(exercise: Exercise, change: Callable[[Any], Any]) -> tuple[Exercise, Callable[..., Any]]:
    """The exercise, and a candidate whose results are the reference's, perturbed."""

    def impostor(*args: Any, **options: Any) -> Any:
        raise AssertionError("only `use` below may call it")

    def use(candidate: Any, **inputs: Any) -> Any:
        if candidate is impostor:
            return change(ask(exercise, exercise.reference, inputs))
        return ask(exercise, candidate, inputs)

    return replace(exercise, use=use), impostor


@EACH
def test_perturbations_of_the_reference_are_caught(exercise: Exercise) -> None:
    """All that change something: one that leaves every result as it was is no wrong answer, and is not counted."""
    trials = [make_trial(exercise, 0, number, tiny=number == 0) for number in range(exercise.trials + 1)]
    results = [ask(exercise, exercise.reference, fresh(trial.inputs)) for trial in trials]
    parts = len(results[0]) if isinstance(results[0], (tuple, list)) else 1
    caught, missed = [], []
    ways = {
        f"{name}, part {part}": partial(perturb, how=how, part=part)
        for name, how in PERTURBATIONS.items()
        for part in range(parts)
    }
    if isinstance(results[0], list):
        ways |= LISTS
    for name, change in ways.items():
        torch.manual_seed(3)
        if not any(unlike(change(result), result) for result in results):
            continue
        changed, impostor = perturbed(exercise, change)
        verdict = judge_exercise(changed, impostor, watch=False)
        (caught if verdict.status == "wrong" and verdict.score < 1 else missed).append(name)
    assert missed == []
    assert len(caught) >= LEAST, f"only {caught} change what {exercise.id} gives"
