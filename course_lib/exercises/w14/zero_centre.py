"""Noise for molecules must not push them anywhere: every molecule's mean position is taken away."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import equivariant
from course_lib.layers.messages import scatter_mean, scatter_sum


def shifted(by: Callable[[Tensor, Tensor, int], Tensor]) -> Callable[..., Tensor]:
    """Positions minus what `by` makes of them."""

    def zero_centre(positions: Tensor, owner: Tensor, objects: int) -> Tensor:
        return positions - by(positions, owner, objects)

    return zero_centre


all_as_one = shifted(lambda positions, owner, objects: positions.mean(0))


the_sum = shifted(lambda positions, owner, objects: scatter_sum(positions, owner, objects)[owner])


divided_by_all = shifted(lambda positions, owner, objects: (scatter_sum(positions, owner, objects) / len(owner))[owner])


divided_by_objects = shifted(
    lambda positions, owner, objects: (scatter_sum(positions, owner, objects) / objects)[owner]
)


across_the_axes = shifted(lambda positions, owner, objects: positions.mean(1, keepdim=True))


one_number = shifted(
    lambda positions, owner, objects: scatter_mean(positions, owner, objects)[owner].mean(1, keepdim=True)
)


first_atom = shifted(lambda positions, owner, objects: positions[(owner[:, None] == owner).long().argmax(1)])


taken_for_sorted = shifted(
    lambda positions, owner, objects: scatter_mean(positions, owner.sort().values, objects)[owner.sort().values]
)


middle_of_the_box = shifted(
    lambda positions, owner, objects: torch.stack(
        [(positions[owner == each].amax(0) + positions[owner == each].amin(0)) / 2 for each in owner.tolist()]
    )
)


def the_centres(positions: Tensor, owner: Tensor, objects: int) -> Tensor:
    return scatter_mean(positions, owner, objects)[owner]


def added(positions: Tensor, owner: Tensor, objects: int) -> Tensor:
    return positions + the_centres(positions, owner, objects)


def of_one_size(positions: Tensor, owner: Tensor, objects: int) -> Tensor:
    centred = positions - the_centres(positions, owner, objects)
    return centred / scatter_mean(centred.square(), owner, objects).sqrt().clamp(min=1e-6)[owner]


MISTAKES = {
    "all molecules as one": mistake(
        all_as_one,
        "The batch as a whole has its mean at 0. Has every molecule?",
        "You take one mean away from all.",
    ),
    "the sum instead of the mean": mistake(the_sum, "What do you divide by, and how many atoms has a molecule?"),
    "divided by all atoms": mistake(
        divided_by_all, "Each molecule has its own number of atoms. By which number do you divide?"
    ),
    "divided by the number of molecules": mistake(
        divided_by_objects, "How many atoms does a molecule have? That is not how many molecules there are."
    ),
    "the mean of x, y and z": mistake(
        across_the_axes,
        "Along which axis do the atoms lie?",
        "You average the three coordinates of an atom.",
    ),
    "one number for x, y and z": mistake(
        one_number,
        "A centre is a place. How many numbers does it have?",
        "You move every molecule by the same amount along x, y and z.",
    ),
    "the first atom becomes the centre": mistake(
        first_atom, "In yours one atom of each molecule lies at 0. What should lie there?"
    ),
    "owner taken for sorted": mistake(
        taken_for_sorted, "Look at `owner`: do the atoms of a molecule stand next to each other?"
    ),
    "the middle of the box": mistake(
        middle_of_the_box,
        "Is the middle between the outermost atoms the mean of all?",
        "You use the largest and the smallest coordinate only.",
    ),
    "the centres themselves": mistake(the_centres, "You return where the centres are. What is left when they go?"),
    "the centre is added": mistake(added, "Your molecules are now twice as far from 0. Plus or minus?"),
    "brought to one size, too": mistake(
        of_one_size,
        "How long is a bond before and after?",
        "You divide by the spread, and the molecules change their shape.",
    ),
}


@law("every molecule's mean is 0")
def centred(call: Call) -> Broken | None:
    """Molecule by molecule."""
    owner, objects = call.inputs["owner"], call.inputs["objects"]
    means = scatter_mean(call.yours, owner, objects)
    off = (means.abs() > 1e-4).any(1).nonzero()
    if not len(off):
        return None
    which = int(off[0])
    where = ", ".join(number(x) for x in means[which].tolist())
    return Broken(f"The atoms of molecule {which} have their mean at ({where}); it should be at 0.")


@law("inside a molecule all differences stay")
def differences_stay(call: Call) -> Broken | None:
    """It is shifted, and neither turned nor scaled."""
    positions, owner = call.inputs["positions"], call.inputs["owner"]
    together = owner[:, None] == owner
    old, new = (x[:, None] - x for x in (positions, call.yours))
    off = ((old - new).abs().amax(-1) > 1e-3) & together
    if not bool(off.any()):
        return None
    a, b = off.nonzero()[0].tolist()
    return Broken(f"Atoms {a} and {b} belong to the same molecule, and the difference of their positions changed.")


@law("turned or mirrored before or after: the same")
def turns_along(call: Call) -> Broken | None:
    """Rotations and reflections."""
    turn = call.draw.orthogonal(3)
    for how, matrix in (("turned", turn * turn.det().sign()), ("mirrored", -turn * turn.det().sign())):
        result = call.again(positions=call.inputs["positions"] @ matrix)
        if not same(result, call.yours @ matrix, 1e-3):
            return elsewhere(
                call, f"All molecules are {how}, and your result is not merely {how}.", result, call.yours @ matrix
            )
    return None


@law("where a molecule was does not matter")
def shifts_do_not_matter(call: Call) -> Broken | None:
    """Each molecule is moved by a way of its own."""
    owner = call.inputs["owner"]
    ways = 3 * call.draw.normal(call.inputs["objects"], 3)
    result = call.again(positions=call.inputs["positions"] + ways[owner])
    if same(result, call.yours, 1e-3):
        return None
    return elsewhere(call, "The molecules are moved, each by its own way, and your result changes.", result, call.yours)


@law("the order of the atoms does not matter")
def order_does_not_matter(call: Call) -> Broken | None:
    """Atoms and owners listed in another order."""
    positions, owner = call.inputs["positions"], call.inputs["owner"]
    order = call.draw.permutation(len(owner))
    result = call.again(positions=positions[order], owner=owner[order])
    if same(result, call.yours[order], 1e-3):
        return None
    return elsewhere(
        call,
        "The atoms are listed in another order, and their positions come out otherwise.",
        result,
        call.yours[order],
    )


@exercise("w14.zero_centre", title="Centre every cloud", section="14.11", points=3, minutes=8, difficulty=2,
          importance=4)  # fmt: skip
class ZeroCentre:
    """Shift every molecule so that the mean of its atoms' positions is 0."""

    reference = equivariant.zero_centre

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """Molecules of different sizes, their atoms mixed up in the list; one molecule has no atom, one has one."""
        sizes = [2, 3] if draw.tiny else [5, 1, 0, 4, 3]
        owner = torch.cat([torch.full((size,), which) for which, size in enumerate(sizes)])
        while bool((owner.diff() >= 0).all()) or bool((owner.diff() <= 0).all()):
            owner = owner[draw.permutation(len(owner))]
        return {"positions": draw.normal(len(owner), 3) + 1.5, "owner": owner, "objects": len(sizes)}

    laws = [centred, differences_stay, turns_along, shifts_do_not_matter, order_does_not_matter, equals_reference]
    mistakes = MISTAKES
    hints = [
        "It is the mean of week 12's readout: add up by `owner`, divide by how many there are.",
        "torch.bincount(owner, minlength=objects) counts; clamp(min=1) keeps a molecule without atoms from 0 / 0.",
        "centres[owner] gives every atom the centre of its molecule.",
    ]
