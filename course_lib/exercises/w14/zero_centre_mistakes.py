"""Centres that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
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
