"""Homework, question 1: a rim, so that nuclei which touch come apart."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w04.pictures import draw_objects
from course_lib.train import objects

SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
CORNERS = ((-1, -1), (-1, 1), (1, -1), (1, 1))
ALL = (*SIDES, *CORNERS)


def neighbours(instances: Tensor, steps: Sequence[tuple[int, int]], beyond: int | None = None) -> Tensor:
    """The label next door, (number of steps, H, W); beyond the edge a number, or else the pixel's own label."""
    height, width = instances.shape
    found = []
    for down, right in steps:
        moved = instances.clone() if beyond is None else torch.full_like(instances, beyond)
        rows = slice(max(down, 0), height + min(down, 0)), slice(max(-down, 0), height + min(-down, 0))
        columns = slice(max(right, 0), width + min(right, 0)), slice(max(-right, 0), width + min(-right, 0))
        moved[rows[1], columns[1]] = instances[rows[0], columns[0]]
        found.append(moved)
    return torch.stack(found)


def painted(instances: Tensor, rim: Tensor) -> Tensor:
    """0 background, 1 inside, 2 where an object has rim."""
    return torch.where(instances == 0, 0, torch.where(rim, 2, 1))


def sides_alone(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, SIDES) != instances).any(0))


def edge_counts(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ALL, beyond=0) != instances).any(0))


def background_alone(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ALL) == 0).any(0))


def other_objects_alone(instances: Tensor) -> Tensor:
    around = neighbours(instances, ALL)
    return painted(instances, ((around != instances) & (around != 0)).any(0))


def outside_too(instances: Tensor) -> Tensor:
    rim = (neighbours(instances, ALL) != instances).any(0)
    return torch.where(rim, 2, (instances != 0).long())


def outside_instead(instances: Tensor) -> Tensor:
    rim = (neighbours(instances, ALL) != instances).any(0) & (instances == 0)
    return torch.where(rim, 2, (instances != 0).long())


def names_exchanged(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ALL) == instances).all(0))


def behind_and_below(instances: Tensor) -> Tensor:
    return painted(instances, (neighbours(instances, ((1, 0), (0, 1), (1, 1))) != instances).any(0))


def objects_alone(instances: Tensor) -> Tensor:
    return (instances != 0).long()


@law("background stays background, objects stay objects")
def objects_keep_their_pixels(call: Call) -> Broken | None:
    """0 exactly where the instances are 0; elsewhere 1 or 2."""
    given = call.inputs["instances"]
    if same((call.yours != 0).long(), (given != 0).long()) and bool(((call.yours >= 0) & (call.yours <= 2)).all()):
        return None
    return Broken("Your result should be 0 where `instances` is 0, and 1 or 2 elsewhere.", call.yours, call.expected)


@law("inside pixels of two objects never touch")
def insides_apart(call: Call) -> Broken | None:
    """Neither by a side nor by a corner; and no inside touches the background."""
    given, inside = call.inputs["instances"], call.yours == 1
    wrong = inside & (neighbours(given, ALL) != given).any(0)
    if not bool(wrong.any()):
        return None
    row, column = (int(n) for n in wrong.nonzero()[0])
    words = f"The pixel at [{row}, {column}] touches something else than its own object, and you call it inside."
    return Broken(words, call.yours, call.expected, (row, column))


@law("a rim pixel touches something else")
def rims_have_a_reason(call: Call) -> Broken | None:
    """Beyond the edge of the picture there is nothing else."""
    given = call.inputs["instances"]
    wrong = (call.yours == 2) & (neighbours(given, ALL) == given).all(0)
    if not bool(wrong.any()):
        return None
    row, column = (int(n) for n in wrong.nonzero()[0])
    words = f"All the neighbours of the pixel at [{row}, {column}] are of the same object, and you call it rim."
    return Broken(words, call.yours, call.expected, (row, column))


@law("the objects' numbers are names only")
def renamed(call: Call) -> Broken | None:
    """Renumbered, in another order and with gaps, the same picture has the same rims."""
    given = call.inputs["instances"]
    largest = int(given.max())
    names = torch.cat([torch.zeros(1, dtype=torch.long), 3 * torch.arange(largest, 0, -1) + 1])
    if same(found := call.again(instances=names[given]), call.yours):
        return None
    return elsewhere(call, "The objects got other numbers, and your rims moved.", found, call.yours)


@law("one object that fills the picture is all inside")
def filled(call: Call) -> Broken | None:
    """And an empty picture is all background."""
    given = call.inputs["instances"]
    for label, wanted in ((7, 1), (0, 0)):
        found = call.again(instances=torch.full_like(given, label))
        if not same(found, right := torch.full_like(given, wanted)):
            return elsewhere(call, f"A picture of nothing but {label} should give nothing but {wanted}.", found, right)
    return None


@law("mirrored and turned pictures have mirrored and turned rims")
def mirrored(call: Call) -> Broken | None:
    """No direction is special."""
    given = call.inputs["instances"]
    for name, turn in (
        ("mirrored", lambda x: x.flip(-1)),
        ("upside down", lambda x: x.flip(0)),
        ("turned", torch.rot90),
    ):
        if not same(found := call.again(instances=turn(given).contiguous()), wanted := turn(call.yours)):
            return elsewhere(call, f"The picture is {name}, and your rims are not merely {name}.", found, wanted)
    return None


@exercise("w04.rim_target", title="A rim between nuclei", notebook="homework", section="1", points=4, minutes=12,
          difficulty=3, importance=4)  # fmt: skip
class RimTarget:
    """0 background, 1 inside, 2 for a pixel of an object that has something else among its 8 neighbours."""

    reference = objects.rim_target

    def inputs(self, draw: Draw) -> dict[str, Any]:
        return {"instances": draw_objects(draw)}

    laws = [
        objects_keep_their_pixels,
        insides_apart,
        rims_have_a_reason,
        renamed,
        filled,
        mirrored,
        equals_reference,
    ]
    mistakes = {
        "corners do not count": mistake(
            sides_alone,
            "How many neighbours does a pixel in the middle have when corners count?",
            "You look up, down, left and right.",
        ),
        "the edge of the picture is a border": mistake(
            edge_counts,
            "A nucleus is cut by the edge of the picture. Do you know that it ends there?",
            "Pixels at the edge became rim because you filled up with zeros.",
        ),
        "rim towards the background alone": mistake(
            background_alone,
            "Two nuclei touch. Will their insides be one piece or two?",
            "Where two objects meet you set no rim, and that is where it is needed.",
        ),
        "rim between objects alone": mistake(
            other_objects_alone,
            "What stands around a nucleus that is alone?",
            "Where an object meets the background you set no rim.",
        ),
        "rim on both sides of the outline": mistake(
            outside_too,
            "Should a pixel of the background ever be 1 or 2?",
            "Background pixels next to an object became rim.",
        ),
        "rim outside": mistake(
            outside_instead,
            "Whose pixels are the rim: the object's, or those around it?",
            "Your rim lies in the background.",
        ),
        "1 and 2 exchanged": mistake(
            names_exchanged,
            "Which number is inside?",
            "Your rims are 1 and your insides 2.",
        ),
        "some neighbours alone": mistake(
            behind_and_below,
            "Mirror the picture. Are your rims as thick on the other side?",
            "You compare with the pixels to the right and below only.",
        ),
        "no rim at all": mistake(
            objects_alone,
            "How does a network that has learned your target tell two touching nuclei apart?",
            "Every pixel of every object is inside.",
        ),
    }
    hints = [
        "Shift the picture by one in each of the 8 directions. Where a shifted label differs is a border.",
        "Fill up at the edges with the nearest label: F.pad with mode='replicate' wants doubles (1, 1, H, W).",
        "torch.where(instances == 0, 0, torch.where(border, 2, 1)).",
    ]
