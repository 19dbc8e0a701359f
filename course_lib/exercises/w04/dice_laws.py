"""What holds for every soft Dice, whoever wrote it.

Sizes   B batch   K classes   H, W height and width
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.value_text import number


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
