"""Classifier-free guidance: lean towards what the label changes."""

from typing import Any

from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w14.drawing import shape
from course_lib.layers import diffusion


def scale_off_by_one(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return (1 + scale) * with_label - scale * without


def roles_exchanged(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return with_label + scale * (without - with_label)


def away_from_the_label(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return without - scale * (with_label - without)


def only_the_difference(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return scale * (with_label - without)


def without_ignored(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return scale * with_label


def both_added(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return without + scale * with_label


def nothing_taken_away(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return scale * with_label - without


def never_beyond(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return without + min(scale, 1.0) * (with_label - without)


def scale_ignored(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return with_label


def divided(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    return (without + scale * with_label) / (1 + scale)


@law("scale 1 follows the label")
def one_follows(call: Call) -> Broken | None:
    """The prediction with the label, and nothing else."""
    result, wanted = call.again(scale=1.0), call.inputs["with_label"]
    return None if same(result, wanted) else elsewhere(
        call, "At scale 1 the prediction with the label should come out as it is.", result, wanted
    )  # fmt: skip


@law("scale 0 ignores the label")
def zero_ignores(call: Call) -> Broken | None:
    """The prediction without it, and nothing else."""
    result, wanted = call.again(scale=0.0), call.inputs["without"]
    return None if same(result, wanted) else elsewhere(
        call, "At scale 0 the prediction without a label should come out as it is.", result, wanted
    )  # fmt: skip


@law("where the label changes nothing, the scale changes nothing")
def nothing_to_lean_on(call: Call) -> Broken | None:
    """Twice the same prediction, at a large scale."""
    same_twice = call.inputs["without"]
    result = call.again(with_label=same_twice, scale=7.5)
    return None if same(result, same_twice) else elsewhere(
        call, "With and without the label the prediction is the same, and yet yours changes it.", result, same_twice
    )  # fmt: skip


@law("twice the scale goes twice as far")
def on_a_line(call: Call) -> Broken | None:
    """Measured from the prediction without a label, also beyond the one with it."""
    without = call.inputs["without"]
    one, two = call.again(scale=1.5) - without, call.again(scale=3.0) - without
    return None if same(two, 2 * one, 1e-3) else elsewhere(
        call, "From the prediction without a label, scale 3 should lead twice as far as scale 1.5.", two, 2 * one
    )  # fmt: skip


@exercise(
    "w14.guided",
    function="classifier_free_guidance",
    title="Classifier-free guidance",
    section="14.9",
    points=2,
    minutes=5,
    difficulty=1,
    importance=4,
)
class Guided:
    """A prediction that exaggerates what the label changes."""

    reference = diffusion.classifier_free_guidance

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size = shape(draw)
        return {
            "with_label": draw.normal(*size),
            "without": draw.normal(*size),
            "scale": 0.5 if draw.tiny else draw.choice([2.5, 3.0, 4.5]),
        }

    laws = [one_follows, zero_ignores, nothing_to_lean_on, on_a_line, equals_reference]
    mistakes = {
        "a scale that counts from 0": mistake(
            scale_off_by_one,
            "What comes out of yours at scale 0, and what should?",
            "This is the w of the paper, where 0 follows the label; the scale here is w + 1.",
        ),
        "the two predictions exchanged": mistake(
            roles_exchanged, "At scale 1 yours ignores the label. From which of the two do you start?"
        ),
        "away from the label": mistake(
            away_from_the_label, "Which way does the difference point: to the label, or away from it?"
        ),
        "only the difference": mistake(
            only_the_difference, "Where the label changes nothing, yours predicts no noise at all. What is missing?"
        ),
        "the label's prediction, scaled": mistake(
            without_ignored,
            "Where the label changes nothing, the scale should change nothing. Does it in yours?",
            "You scale the whole prediction and never use the one without a label.",
        ),
        "both added": mistake(
            both_added,
            "At scale 1 the result should be one of the two. Is yours their sum?",
            "You add the prediction with the label where a difference belongs.",
        ),
        "one taken from the other": mistake(
            nothing_taken_away,
            "Do your two factors sum to 1?",
            "You take the prediction without a label away once, whatever the scale is.",
        ),
        "never beyond the label": mistake(
            never_beyond, "What does scale 3 do that scale 1 does not?", "You hold the scale at 1."
        ),
        "the scale is ignored": mistake(scale_ignored, "What is `scale` for?"),
        "an average": mistake(
            divided,
            "Can an average of two ever exaggerate?",
            "Your result always lies between the two predictions.",
        ),
    }
    hints = [
        "Start at the prediction without a label. Which direction leads to the one with it?",
        "Go `scale` times that far. At scale 1 you arrive, at 3 you have gone well beyond.",
    ]
