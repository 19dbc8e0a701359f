"""Homework, question 3: which of the nuclei were found."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w04.pictures import as_lists
from course_lib.train import objects

SCENES = {  # what is true, what is predicted; every letter is an object, rows are separated by blanks
    "found": ("##.. ##.. ....", "##.. ##.. ...."),
    "half": ("#### .... ....", "##.. .... ...."),
    "split": ("#### #### ....", "aabb aabb ...."),
    "merged": ("aabb aabb ....", "#### #### ...."),
    "far too large": (".#.. ##.. ....", "#### #### ####"),
    "swallowed": ("...# .... ....", ".### .### ...."),
    "far too small": ("#### #### ####", ".... .##. ...."),
    "beside": ("###. .... ....", ".... .... .###"),
    "overlooked": (".... .##. ....", ".... .... ...."),
    "made up": (".... .... ....", ".... .##. ...."),
    "made up, too": (".... .... ....", "a.b. a.b. a.b."),
    "three of five": ("#### #... ....", "###. .... ...."),
    "three of four": ("#### .... ....", "###. .... ...."),
    "seven of ten": ("#### #### ##..", "#### ###. ...."),
    "shifted": ("#### #... ....", "###. ..#. ..#."),
}


def drawn(scene: str) -> Tensor:
    """A drawing as labels (3, 4): 0 for a dot."""
    rows = [[0 if each == "." else ord(each) for each in row] for row in scene.split()]
    return torch.tensor(rows)


def draw_scenes(draw: Draw) -> tuple[Tensor, Tensor]:
    """Predicted and true (H, W): "half" above "found" in a tiny trial, else all scenes in a new order."""
    names = ["half", "found", "made up"][: 2 + draw.flip()] if draw.tiny else list(SCENES)
    if not draw.tiny:
        names = [names[i] for i in draw.permutation(len(names)).tolist()]
    across = 1 if draw.tiny else 5
    names += [""] * (-len(names) % across)
    masks = []
    for which in (1, 0):
        cells = [drawn(SCENES[name][which]) if name else torch.zeros(3, 4, dtype=torch.long) for name in names]
        mask = torch.zeros(4 * (len(names) // across) - 1, 5 * across - 1, dtype=torch.long)
        for place, cell in enumerate(cells):
            top, left = 4 * (place // across), 5 * (place % across)
            mask[top : top + 3, left : left + 4] = torch.where(cell > 0, cell + 200 * place, 0)
        masks.append(renumbered(draw, mask))
    return masks[0], masks[1]


def renumbered(draw: Draw, mask: Tensor) -> Tensor:
    """The same objects under other numbers, neither consecutive nor in order."""
    names, where = mask.unique(return_inverse=True)
    labels = torch.randperm(3 * len(names), generator=draw.chance)[: len(names)] + 1
    return torch.where(mask == 0, 0, labels[where])


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


Counts = tuple[int, int, int]


def members(mask: Tensor, background: bool = False) -> Tensor:
    """One row of 0 and 1 for every object, (N, H * W)."""
    labels = mask.unique() if background else mask[mask != 0].unique()
    return (mask.flatten() == labels[:, None]).double()


def areas(predicted: Tensor, true: Tensor, background: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    """What two objects share (P, N), and how large they are, (P, 1) and (1, N)."""
    one, other = members(predicted, background), members(true, background)
    return one @ other.T, one.sum(1, keepdim=True), other.sum(1)[None]


def counted(pairs: Tensor) -> Counts:
    """Hits, extra and missed, from a table (P, N) of which pairs belong together."""
    hits = int(pairs.sum())
    return hits, pairs.shape[0] - hits, pairs.shape[1] - hits


def background_too(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, other = areas(predicted, true, background=True)
    return counted(both / (one + other - both) > least_iou)


def equal_is_enough(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, other = areas(predicted, true)
    return counted(both / (one + other - both) >= least_iou)


def dice_instead(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, other = areas(predicted, true)
    return counted(2 * both / (one + other) > least_iou)


def share_of_the_true(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, _, other = areas(predicted, true)
    return counted(both / other > least_iou)


def share_of_the_predicted(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, _ = areas(predicted, true)
    return counted(both / one > least_iou)


def exchanged(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits, extra, missed = objects.match(predicted, true, least_iou)
    return hits, missed, extra


def by_number(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    names = [set(mask[mask != 0].tolist()) for mask in (predicted, true)]
    hits = 0
    for name in names[0] & names[1]:
        one, other = predicted == name, true == name
        hits += int((one & other).sum() / (one | other).sum() > least_iou)
    return hits, len(names[0]) - hits, len(names[1]) - hits


def any_overlap(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    return counted(areas(predicted, true)[0] > 0)


def always_a_half(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits, extra, missed = objects.match(predicted, true, 0.5)
    return hits, extra, missed


def everybody(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits, extra, missed = objects.match(predicted, true, least_iou)
    return hits, hits + extra, hits + missed


def largest_number_counts(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits = objects.match(predicted, true, least_iou).hits
    return hits, int(predicted.max()) - hits, int(true.max()) - hits


@exercise("w04.match", title="Found, made up, overlooked", notebook="homework", section="3", points=5, minutes=15,
          difficulty=3, importance=4, seconds=10.0)  # fmt: skip
class Match:
    """A predicted and a true object with an IoU above `least_iou` are a hit; the others are extra or missed."""

    reference = objects.match
    returns = ("hits", "extra", "missed")

    def use(self, candidate: Callable[..., Any], predicted: Tensor, true: Tensor, least_iou: float) -> Any:
        """A named tuple counts as a plain one."""
        args, options = bind(candidate, {"predicted": predicted, "true": true, "least_iou": least_iou})
        found = candidate(*args, **options)
        return tuple(found) if isinstance(found, tuple) else found

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """The limit is 0.5 in the tiny trial, where one pair lies exactly on it."""
        predicted, true = draw_scenes(draw)
        return {"predicted": predicted, "true": true, "least_iou": 0.5 if draw.tiny else draw.choice([0.625, 0.75])}

    laws = [with_itself, everybody_once, roles, names, at_the_limit, nothing, equals_reference]
    mistakes = {
        "the background is an object": mistake(
            background_too,
            "Two empty masks: how many hits do you count?",
            "Label 0 is matched with label 0.",
        ),
        "exactly the limit is enough": mistake(
            equal_is_enough,
            "An object is split into two equal halves. How many hits is it in your count, and how many objects is it?",
            "You ask for at least `least_iou` where more than that is asked for.",
        ),
        "Dice": mistake(
            dice_instead,
            "Two of four pixels are found. What is the IoU, and what is your number?",
            "You compare twice the overlap over both areas with the limit.",
        ),
        "a share of the true object": mistake(
            share_of_the_true,
            "What if one predicted object fills the whole picture?",
            "You divide by the true object's pixels alone.",
        ),
        "a share of the predicted object": mistake(
            share_of_the_predicted,
            "What if the prediction marks one pixel in every nucleus?",
            "You divide by the predicted object's pixels alone.",
        ),
        "extra and missed exchanged": mistake(
            exchanged,
            "Nothing is predicted. Which of your numbers grows?",
            "What was made up stands where the overlooked ones belong.",
        ),
        "partners by their number": mistake(
            by_number,
            "Who gave the objects their numbers, and did both know of each other?",
            "You compare object 3 with object 3, though the two masks were numbered by different hands.",
        ),
        "any overlap is a hit": mistake(
            any_overlap,
            "What is `least_iou` there for?",
            "One common pixel makes a hit in yours.",
        ),
        "a half, whatever is asked": mistake(
            always_a_half,
            "What does your function do when least_iou is 0.75?",
            "Your limit is always 0.5.",
        ),
        "all instead of the others": mistake(
            everybody,
            "A perfect prediction: how many are missed?",
            "Your second and third number count the hits, too.",
        ),
        "numbers taken for consecutive": mistake(
            largest_number_counts,
            "The objects are called 3, 7 and 20. How many are there?",
            "You take the largest number for how many objects there are.",
        ),
    }
    hints = [
        "mask.unique() names the objects; leave out 0. For each pair, two masks of True and False.",
        "IoU is what they share (&) over what at least one has (|). Above 0.5 no object can be in two pairs.",
        "Count the hits; what is left of the predicted ones is extra, what is left of the true ones is missed.",
    ]
