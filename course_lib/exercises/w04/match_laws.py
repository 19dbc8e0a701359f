"""What holds for every way to match objects."""

import torch

from course_lib.exercises.engine.laws import Broken, Call, law
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.w04.lists import as_lists
from course_lib.exercises.w04.match_scenes import renumbered


def count(mask: torch.Tensor) -> int:
    """How many objects a mask holds."""
    return len(mask[mask != 0].unique())


@law("a mask matches itself, object for object")
def with_itself(call: Call) -> Broken | None:
    """Under other numbers, too."""
    true = call.inputs["true"]
    for other in (true, renumbered(call.draw, true)):
        found, wanted = as_lists(call.again(predicted=other)), [count(true), 0, 0]
        if found != wanted:
            return elsewhere(
                call, f"With the true objects as prediction it should be {wanted}, and is {found}.", found, wanted
            )
    return None


@law("every object is counted once")
def everybody_once(call: Call) -> Broken | None:
    """hits + extra is the number of predicted objects, hits + missed that of the true ones."""
    hits, extra, missed = (int(each) for each in call.yours)
    said, there = count(call.inputs["predicted"]), count(call.inputs["true"])
    if (hits + extra, hits + missed) == (said, there) and min(hits, extra, missed) >= 0:
        return None
    return Broken(f"{said} objects are predicted and {there} are true; yours make {hits + extra} and {hits + missed}.")


@law("exchanged masks exchange extra and missed")
def roles(call: Call) -> Broken | None:
    """What one mask has too many, the other has too few."""
    hits, extra, missed = call.yours
    found = as_lists(call.again(predicted=call.inputs["true"], true=call.inputs["predicted"]))
    if found == [hits, missed, extra]:
        return None
    words = f"With the masks exchanged it should be {[hits, missed, extra]} by your own count, and is {found}."
    return elsewhere(call, words, found, [hits, missed, extra])


@law("numbers of objects are names only")
def names(call: Call) -> Broken | None:
    """Other numbers for the same objects, in both masks."""
    moved = {name: renumbered(call.draw, 3 * call.inputs[name]) for name in ("predicted", "true")}
    if (found := as_lists(call.again(**moved))) == as_lists(call.yours):
        return None
    return elsewhere(
        call,
        f"The objects got other numbers, and your {as_lists(call.yours)} became {found}.",
        found,
        as_lists(call.yours),
    )


@law("an IoU of exactly `least_iou` is no hit")
def at_the_limit(call: Call) -> Broken | None:
    """An object of 40 pixels of which 20, 21 and more are found, and the other way round."""
    true = torch.zeros(2, 41, dtype=torch.long)
    true[1, :40] = 4
    for pixels, least, wanted in ((20, 0.5, 0), (21, 0.5, 1), (25, 0.625, 0), (26, 0.625, 1), (30, 0.75, 0)):
        predicted = torch.zeros_like(true)
        predicted[1, :pixels] = 9
        for one, other in ((predicted, true), (true, predicted))[: 1 + (pixels == 21)]:
            found = as_lists(call.again(predicted=one, true=other, least_iou=least))
            if found != [wanted, 1 - wanted, 1 - wanted]:
                words = f"Two objects share {pixels} of 40 pixels, least_iou={least}: yours are {found}."
                return elsewhere(call, words, found, [wanted, 1 - wanted, 1 - wanted])
    return None


@law("empty masks")
def nothing(call: Call) -> Broken | None:
    """Nothing predicted, nothing true, neither."""
    predicted, true = call.inputs["predicted"], call.inputs["true"]
    none = torch.zeros_like(true)
    for one, other, wanted in (
        (none, true, [0, 0, count(true)]),
        (predicted, none, [0, count(predicted), 0]),
        (none, none, [0, 0, 0]),
        (torch.ones_like(true), torch.ones_like(true), [1, 0, 0]),
    ):
        if (found := as_lists(call.again(predicted=one, true=other))) != wanted:
            words = f"{count(one)} predicted objects, {count(other)} true ones: it should be {wanted}, and is {found}."
            return elsewhere(call, words, found, wanted)
    return None
