"""Soft Dice: overlap as a loss."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.train import overlap


def certain(target: Tensor, classes: int) -> Tensor:
    """Probabilities of 1 for the target's class."""
    return F.one_hot(target, classes).movedim(-1, 1).float().contiguous()


@law("a perfect answer costs nothing")
def perfect_is_zero(call: Call) -> Broken | None:
    """Also for a class that nobody sees: (0 + eps) / (0 + eps) is 1."""
    target, classes = call.inputs["target"], call.inputs["probabilities"].shape[1]
    for eps in (call.inputs["eps"], 0.01, 5.0):
        found = float(call.again(probabilities=certain(target, classes), eps=eps))
        if not abs(found) < 1e-4:
            return elsewhere(
                call,
                f"With probability 1 for the right class everywhere and eps = {eps:g}, your loss is {number(found)}.",
                found,
                0.0,
            )
    return None


@law("a wholly wrong answer costs almost 1")
def wrong_is_one(call: Call) -> Broken | None:
    """Every pixel in the next class, eps almost 0."""
    target, classes = call.inputs["target"], call.inputs["probabilities"].shape[1]
    target = target.clone()
    target.view(-1)[:classes] = torch.arange(classes)  # every class is there
    found = float(call.again(probabilities=certain((target + 1) % classes, classes), target=target, eps=1e-6))
    if abs(found - 1) < 1e-4:
        return None
    return elsewhere(
        call, f"Every pixel has probability 1 for a wrong class: your loss is {number(found)}.", found, 1.0
    )


@law("who is called the truth does not matter")
def symmetric(call: Call) -> Broken | None:
    """Two sure answers may change places."""
    target, classes = call.inputs["target"], call.inputs["probabilities"].shape[1]
    other = call.inputs["probabilities"].argmax(1)
    one = call.again(probabilities=certain(other, classes))
    two = call.again(probabilities=certain(target, classes), target=other)
    if same(one, two):
        return None
    return elsewhere(
        call, "Two masks, one as sure probabilities and one as target, then exchanged: two losses.", one, two
    )


@law("all pixels of the batch count together")
def one_pot(call: Call) -> Broken | None:
    """The pictures laid side by side as one wide picture give the same loss."""
    probabilities, target = call.inputs["probabilities"], call.inputs["target"]
    wide = {"probabilities": torch.cat(list(probabilities), -1)[None], "target": torch.cat(list(target), -1)[None]}
    if same(found := call.again(**wide), call.yours):
        return None
    return elsewhere(call, "The pictures of the batch glued to one wide picture give another loss.", found, call.yours)


@law("what the classes are called does not matter")
def renamed(call: Call) -> Broken | None:
    """Classes renumbered in both inputs."""
    probabilities, target = call.inputs["probabilities"], call.inputs["target"]
    order = call.draw.permutation(probabilities.shape[1])
    found = call.again(probabilities=probabilities[:, order], target=order.argsort()[target])
    if same(found, call.yours):
        return None
    return elsewhere(call, "The classes are numbered in another order, and the loss changes.", found, call.yours)


PIXELS = (0, 2, 3)


def truth_of(probabilities: Tensor, target: Tensor) -> Tensor:
    return F.one_hot(target, probabilities.shape[1]).movedim(-1, 1).to(probabilities.dtype)


def loss_over(axes: tuple[int, ...], probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    """The loss with the sums over other axes."""
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(axes)
    return 1 - ((2 * both + eps) / (probabilities.sum(axes) + truth.sum(axes) + eps)).mean()


def scores(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return (2 * both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)


def picture_by_picture(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return loss_over((2, 3), probabilities, target, eps)


def all_classes_in_one(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return loss_over((0, 1, 2, 3), probabilities, target, eps)


def score_instead(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return scores(probabilities, target, eps).mean()


def minus_the_score(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return -scores(probabilities, target, eps).mean()


def two_forgotten(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - ((both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()


def two_times_eps(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - (2 * (both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()


def eps_below_alone(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - (2 * both / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()


def decided_first(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    decided = truth_of(probabilities, probabilities.argmax(1))
    return 1 - scores(decided, target, eps).mean()


def background_left_out(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return 1 - scores(probabilities, target, eps)[1:].mean()


def absent_classes_left_out(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    there = torch.bincount(target.flatten(), minlength=probabilities.shape[1]) > 0
    return 1 - scores(probabilities, target, eps)[there].mean()


def union_below(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - ((both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) - both + eps)).mean()


def squares_below(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - ((2 * both + eps) / (probabilities.square().sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()


@exercise("w04.soft_dice", title="Soft Dice", section="4.3", points=4, minutes=12, difficulty=3, importance=5)
class SoftDice:
    """1 minus the mean over the classes of twice the overlap by the sum of both, over all pixels of the batch."""

    reference = overlap.soft_dice

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """One class is in no target; pictures differ in what they hold."""
        batch, classes, height, width = draw.size(2, 3), draw.size(3, 5), draw.size(1, 7), draw.size(3, 11)
        absent = draw.integer(1, classes)
        shown = torch.tensor([each for each in range(classes) if each != absent])
        target = shown[draw.integers(0, classes - 1, batch, height, width)]
        target[0] = shown[draw.integers(0, 2, height, width)]
        target[1] = torch.where(draw.uniform(height, width) < 0.8, 0, target[1])
        target[1].view(-1)[-1] = shown[-1]
        scores = draw.normal(batch, classes, height, width) + certain(target, classes)
        return {"probabilities": scores.softmax(1), "target": target, "eps": draw.choice([0.5, 1.0, 2.0])}

    laws = [
        perfect_is_zero,
        wrong_is_one,
        symmetric,
        one_pot,
        renamed,
        equals_reference,
        gradients_reach("probabilities"),
    ]
    mistakes = {
        "picture by picture": mistake(
            picture_by_picture,
            "Which axes do the three sums run over?",
            "You take a Dice of every picture and average them.",
        ),
        "all classes in one sum": mistake(
            all_classes_in_one,
            "How much does a class of ten pixels count in your loss, and how much should it?",
            "Your sums run over the classes, too, so that large classes decide.",
        ),
        "the score instead of the loss": mistake(
            score_instead,
            "Should your loss be large or small when the answer is perfect?",
            "Yours grows when the answer gets better.",
        ),
        "minus the score": mistake(
            minus_the_score,
            "What should the loss of a perfect answer be?",
            "It falls as it should, but a perfect answer costs -1.",
        ),
        "without the 2": mistake(
            two_forgotten,
            "A perfect answer: how large is the overlap beside the sum of the two areas?",
            "A pixel that both mark stands below twice and above once.",
        ),
        "eps doubled": mistake(
            two_times_eps,
            "What is your quotient for a class that nobody sees?",
            "The 2 multiplies eps as well as the overlap.",
        ),
        "eps below alone": mistake(
            eps_below_alone,
            "What is your quotient for a class that is in neither, and what should agreement be worth?",
            "Your eps keeps the division safe, but it also lowers every score.",
        ),
        "decided before it is compared": mistake(
            decided_first,
            "Move one probability a little. Does your loss move?",
            "You compare the winning classes, so that no gradient comes back.",
        ),
        "the background left out": mistake(
            background_left_out,
            "Over how many classes is the mean to be taken?",
            "Some do leave class 0 out, but here all K classes count.",
        ),
        "absent classes left out": mistake(
            absent_classes_left_out,
            "What if the answer gives such a class much probability?",
            "A class that is not in the target has no say in your mean.",
        ),
        "divided by the union": mistake(
            union_below,
            "Which of the two, Dice or IoU, counts the common pixels twice, above and below?",
            "That is the soft form of IoU.",
        ),
        "squares below": mistake(
            squares_below,
            "Compare your denominator with the formula: what is added up there?",
            "This is the form of the V-Net paper; here plain sums are asked for.",
        ),
    }
    hints = [
        "F.one_hot(target, K) puts the classes last; movedim(-1, 1) brings them to the place that probabilities have.",
        "Three sums with sum((0, 2, 3)), each (K): of the product, of the probabilities, of the target.",
        "One quotient a class, then the mean, then 1 minus it. No argmax, no .item(): the gradient needs its way back.",
    ]
