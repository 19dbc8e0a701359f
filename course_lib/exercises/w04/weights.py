"""Weights that make rare classes count."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w04.pictures import draw_classes
from course_lib.train import overlap


def counts(mask: Tensor, classes: int) -> Tensor:
    return torch.bincount(mask.flatten(), minlength=classes).float()


def scaled(weights: Tensor, there: Tensor) -> Tensor:
    """Weights with mean 1 over those that are there, and 0 elsewhere."""
    return torch.where(there, weights / weights[there].mean(), 0.0)


def absent_divides_by_zero(mask: Tensor, classes: int) -> Tensor:
    inverse = 1 / counts(mask, classes)
    return inverse / inverse[torch.isfinite(inverse)].mean()


def absent_counted_as_one(mask: Tensor, classes: int) -> Tensor:
    inverse = 1 / counts(mask, classes).clamp(min=1)
    return inverse / inverse.mean()


def mean_over_all(mask: Tensor, classes: int) -> Tensor:
    weights = overlap.class_weights(mask, classes)
    return weights / weights.mean()


def sum_is_one(mask: Tensor, classes: int) -> Tensor:
    weights = overlap.class_weights(mask, classes)
    return weights / weights.sum()


def frequency(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return scaled(found, found > 0)


def not_scaled(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return torch.where(found > 0, found.sum() / found, 0.0)


def balanced(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return torch.where(found > 0, found.sum() / (found * classes), 0.0)


def one_minus_the_share(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return scaled(1 - found / found.sum(), found > 0)


def root(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return scaled(found.rsqrt(), found > 0)


def largest_is_one(mask: Tensor, classes: int) -> Tensor:
    weights = overlap.class_weights(mask, classes)
    return weights / weights.max()


@law("every class that is there has the same say")
def same_say(call: Call) -> Broken | None:
    """Pixels times weight is one number for all of them."""
    found = counts(call.inputs["mask"], call.inputs["classes"])
    say = (call.yours * found)[found > 0]
    if same(say, say[:1].expand_as(say), 1e-3) and bool((say > 0).all()):
        return None
    return Broken("Pixels times weight should be the same for every class that is there. Below: yours.", say)


@law("the weights of the classes that are there have mean 1")
def mean_is_one(call: Call) -> Broken | None:
    """So that the loss keeps its size."""
    there = counts(call.inputs["mask"], call.inputs["classes"]) > 0
    mean = float(call.yours[there].mean())
    if abs(mean - 1) < 1e-4:
        return None
    return Broken(f"{int(there.sum())} classes are there, and the mean of their weights is {number(mean)}.")


@law("a class that is absent weighs 0")
def absent_is_zero(call: Call) -> Broken | None:
    """And nothing infinite."""
    there = counts(call.inputs["mask"], call.inputs["classes"]) > 0
    if not bool(call.yours[~there].any()):
        return None
    return Broken("A class without a pixel has a weight other than 0.", call.yours, call.expected)


@law("one class alone weighs 1, and a single pixel as much as all the others")
def one_class(call: Call) -> Broken | None:
    """A mask of nothing but one class; then one pixel of it becomes class 0, background or not."""
    mask, classes = call.inputs["mask"], call.inputs["classes"]
    alone = torch.full_like(mask, classes - 1)
    rare = alone.clone()
    rare[0, 0] = 0
    for given, words in ((alone, "Every pixel is"), (rare, "One pixel is of class 0, every other one")):
        found, wanted = call.again(mask=given), overlap.class_weights(given, classes)
        if not same(found, wanted):
            return elsewhere(call, f"{words} of class {classes - 1}: your weights are off.", found, wanted)
    return None


@law("how large the picture is does not matter")
def larger(call: Call) -> Broken | None:
    """The same mask three times over."""
    if same(found := call.again(mask=torch.cat([call.inputs["mask"]] * 3)), call.yours, 1e-3):
        return None
    return elsewhere(call, "Three copies of the mask below each other give other weights.", found, call.yours)


@exercise("w04.class_weights", title="Rare classes count", section="4.7", points=3, minutes=8, difficulty=2,
          importance=4)  # fmt: skip
class ClassWeights:
    """In proportion to 1 over the number of pixels, mean 1 over the classes that are there, 0 for the others."""

    reference = overlap.class_weights

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """One class is absent, not always the last."""
        classes = draw.size(3, 5)
        absent = draw.integer(0, classes)
        shown = [each for each in draw.permutation(classes).tolist() if each != absent]
        mask = draw_classes(draw, draw.size(2, 7), draw.size(5, 11), shown)
        return {"mask": mask, "classes": classes}

    laws = [same_say, mean_is_one, absent_is_zero, one_class, larger, equals_reference]
    mistakes = {
        "an absent class divides by zero": mistake(
            absent_divides_by_zero,
            "How much should a class count of which there is nothing to learn?",
            "One class has no pixel, and 1 / 0 is infinite.",
        ),
        "an absent class taken for one pixel": mistake(
            absent_counted_as_one,
            "Which class has the largest weight in your result, and how many pixels has it?",
            "clamp(min=1) gives a class without a pixel the weight of one with a single pixel.",
        ),
        "mean 1 over all classes": mistake(
            mean_over_all,
            "Over which classes is the mean to be 1?",
            "You count absent classes when you scale.",
        ),
        "sum 1": mistake(
            sum_is_one,
            "What becomes of the size of the loss when the weights of five classes sum to 1?",
            "The proportions are right, the scale is another.",
        ),
        "frequent classes weigh more": mistake(
            frequency,
            "Which class is to get the largest weight, and which does in yours?",
            "Your weights grow with the number of pixels.",
        ),
        "not scaled": mistake(
            not_scaled,
            "What is the mean of your weights?",
            "1 over the share is in the right proportion, but large.",
        ),
        "pixels over classes times count": mistake(
            balanced,
            "What is the mean of your weights over the classes that are there?",
            "This is what scikit-learn calls balanced; it makes the mean over the pixels 1, not over the classes.",
        ),
        "1 minus the share": mistake(
            one_minus_the_share,
            "A class of 1% and one of 2%: how much more should the first weigh?",
            "Two rare classes get nearly the same weight in yours.",
        ),
        "the root": mistake(
            root,
            "How many times as much does a class weigh that is four times as rare?",
            "You take 1 over the root of the number of pixels, which is gentler than what is asked for.",
        ),
        "the largest is 1": mistake(
            largest_is_one,
            "Which number of your weights is 1: the largest, or the mean?",
            "The proportions are right, the scale is another.",
        ),
    }
    hints = [
        "torch.bincount(mask.flatten(), minlength=classes) counts the pixels of every class.",
        "Where the count is 0, put 0; elsewhere 1 / count. torch.where does both at once.",
        "Divide by the mean over the classes with a count above 0.",
    ]
