"""Intersection over union, class by class."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w04.pictures import draw_classes
from course_lib.train import overlap


def areas(predicted: Tensor, truth: Tensor, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Pixels of each class in both masks, in the first, in the second."""
    here, there = (mask.flatten()[:, None] == torch.arange(classes) for mask in (predicted, truth))
    return (here & there).sum(0).float(), here.sum(0).float(), there.sum(0).float()


def zero_for_absent(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return both / (here + there - both).clamp(min=1)


def one_for_absent(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return torch.where(here + there == 0, 1.0, both / (here + there - both))


def dice_instead(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return 2 * both / (here + there)


def common_pixels_twice(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return both / (here + there)


def share_of_the_truth(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, _, there = areas(predicted, truth, classes)
    return both / there


def share_of_the_predicted(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, _ = areas(predicted, truth, classes)
    return both / here


def absent_from_the_truth_is_nan(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return torch.where(there == 0, torch.nan, both / (here + there - both))


def agreement_of_all_pixels(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return (truth.numel() - here - there + 2 * both) / truth.numel()


def areas_instead_of_places(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    _, here, there = areas(predicted, truth, classes)
    return torch.minimum(here, there) / torch.maximum(here, there)


def background_left_out(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return (both / (here + there - both))[1:]


@law("a mask agrees with itself: 1 for every class that is there, nan for the others")
def with_itself(call: Call) -> Broken | None:
    """Predicted and truth alike."""
    truth, classes = call.inputs["truth"], call.inputs["classes"]
    there = torch.bincount(truth.flatten(), minlength=classes) > 0
    wanted = torch.where(there, 1.0, torch.nan)
    if same(found := call.again(predicted=truth), wanted):
        return None
    return elsewhere(call, "With the truth itself as the prediction, your result is off.", found, wanted)


@law("who is called the truth does not matter")
def symmetric(call: Call) -> Broken | None:
    """The two masks may change places."""
    found = call.again(predicted=call.inputs["truth"], truth=call.inputs["predicted"])
    if same(found, call.yours):
        return None
    return Broken("With the two masks exchanged, your result changes. Below: the two.", found, call.yours)


@law("a class that is in one of the masks only has 0")
def no_overlap(call: Call) -> Broken | None:
    """Every pixel is predicted as one class that the truth never has, in either order."""
    classes, truth = call.inputs["classes"], torch.zeros_like(call.inputs["truth"])
    predicted = torch.full_like(truth, classes - 1)
    wanted = torch.full((classes,), torch.nan)
    wanted[[0, classes - 1]] = 0.0
    for one, other in ((predicted, truth), (truth, predicted)):
        if not same(found := call.again(predicted=one, truth=other), wanted):
            words = f"Predicted is {int(one[0, 0])} everywhere and the truth {int(other[0, 0])}: your result is off."
            return elsewhere(call, words, found, wanted)
    return None


@law("pixels count, wherever they lie")
def shuffled(call: Call) -> Broken | None:
    """Both masks shuffled alike, and in another shape, give the same; one of them alone does not."""
    shape: Tensor = call.inputs["truth"]
    order = call.draw.permutation(shape.numel())
    moved = {name: call.inputs[name].flatten()[order].view(shape.T.shape) for name in ("predicted", "truth")}
    if same(found := call.again(**moved), call.yours):
        return None
    return Broken("The pixels of both masks are shuffled alike, and your result changes.", found, call.yours)


@exercise("w04.iou", title="Intersection over union", section="4.4", points=3, minutes=8, difficulty=2, importance=4)
class Iou:
    """For every class, the pixels that both masks give it over those that at least one of them does."""

    reference = overlap.iou

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """One class is in neither mask, one in the truth alone, one in the prediction alone."""
        classes = draw.size(5, 7)
        order = draw.permutation(classes).tolist()
        height, width = draw.size(2, 5), draw.size(4, 9)
        truth = draw_classes(draw, height, width, order[: classes - 2])
        other = draw_classes(draw, height, width, [*order[1 : classes - 2], order[-2]])
        predicted = torch.where((draw.uniform(height, width) < 0.5) & (truth != order[0]), truth, other)
        row, column = (predicted != truth).nonzero()[0].tolist()
        predicted[row, column] = order[-2]
        return {"predicted": predicted, "truth": truth, "classes": classes}

    laws = [with_itself, symmetric, no_overlap, shuffled, equals_reference]
    mistakes = {
        "0 for a class that is in neither": mistake(
            zero_for_absent,
            "Is a class that nobody marked a failure of the prediction? What would a mean over classes make of it?",
            "0 / 0 became 0.",
        ),
        "1 for a class that is in neither": mistake(
            one_for_absent,
            "Is a class that nobody marked a success of the prediction? What would a mean over classes make of it?",
            "0 / 0 became 1.",
        ),
        "Dice": mistake(
            dice_instead,
            "How often does your quotient count a pixel that both mark: above, and below?",
            "That is twice the overlap over the sum of the two areas.",
        ),
        "the common pixels counted twice below": mistake(
            common_pixels_twice,
            "What does your function give for a mask and itself?",
            "The sum of the two areas is more than their union.",
        ),
        "a share of the truth": mistake(
            share_of_the_truth,
            "What does a prediction score that calls every pixel by this class?",
            "You divide by the truth's area alone, which is the recall.",
        ),
        "a share of the prediction": mistake(
            share_of_the_predicted,
            "What does a prediction score that marks a single pixel, and rightly?",
            "You divide by the prediction's area alone, which is the precision.",
        ),
        "nan where only the truth lacks the class": mistake(
            absent_from_the_truth_is_nan,
            "What is 0 pixels in common over 5 pixels in all?",
            "A class that is predicted where there is none is a plain failure.",
        ),
        "agreement over all pixels": mistake(
            agreement_of_all_pixels,
            "A class of 3 pixels in 1000 is never found. What does your function say of it?",
            "You also count the pixels that neither mask gives to the class.",
        ),
        "areas compared, not places": mistake(
            areas_instead_of_places,
            "Two masks of equal area at opposite ends of the picture: what does your function give?",
            "You compare how many pixels there are and not where.",
        ),
        "the background left out": mistake(
            background_left_out,
            "For how many classes is a number asked?",
            "Class 0 is missing from your result.",
        ),
    }
    hints = [
        "For one class, predicted == k and truth == k are two masks of True and False.",
        "`&` gives what they share, `|` what at least one of them has. .sum() counts.",
        "Divide and leave 0 / 0 alone: torch makes it nan, as is asked for. torch.stack joins the numbers.",
    ]
