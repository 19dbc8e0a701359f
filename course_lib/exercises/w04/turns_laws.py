"""What holds for every way to turn a picture and its mask."""

import torch

from course_lib.exercises.engine.laws import Broken, Call, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.train import turns

WAYS = [(0, True), (1, False), (3, True), (-1, False), (5, True)]


@law("every pixel keeps its label")
def together(call: Call) -> Broken | None:
    """Each pixel's number is its label: they must still agree after every way to move."""
    mask, channels = call.inputs["mask"], call.inputs["image"].shape[0]
    for quarter_turns, flip in WAYS[:3]:
        image = mask.float().expand(channels, -1, -1).clone()
        image, labels = call.again(image=image, quarter_turns=quarter_turns, flip=flip)
        if image.shape[1:] != labels.shape or not bool((image == labels).all()):
            return elsewhere(
                call,
                f"The image is given its own labels as numbers. With quarter_turns={quarter_turns}, flip={flip} the "
                "two move apart. Below: your mask, and what your image says.",
                labels,
                image[0].to(labels.dtype),
            )
    return None


@law("one pixel goes where it should")
def one_pixel(call: Call) -> Broken | None:
    """Anticlockwise, the last column becomes the first row; a flip puts the first column last."""
    image, mask = torch.zeros_like(call.inputs["image"]), torch.zeros_like(call.inputs["mask"])
    height, width = mask.shape
    row, column = call.draw.integer(0, height - 1), call.draw.integer(0, width - 1)
    image[:, row, column], mask[row, column] = 1.0, 1
    ends = {
        (0, True): (row, width - 1 - column),
        (1, False): (width - 1 - column, row),
        (1, True): (width - 1 - column, height - 1 - row),
        (2, False): (height - 1 - row, width - 1 - column),
        (3, False): (column, height - 1 - row),
    }
    for (quarter_turns, flip), wanted in ends.items():
        _, labels = call.again(image=image, mask=mask, quarter_turns=quarter_turns, flip=flip)
        if (found := [tuple(place) for place in labels.nonzero().tolist()]) != [wanted]:
            high, wide = (width, height) if quarter_turns % 2 else (height, width)
            right = torch.zeros(high, wide, dtype=mask.dtype)
            right[wanted] = 1
            return elsewhere(
                call,
                f"In a mask of {height} by {width}, label 1 lies at {(row, column)}. With quarter_turns="
                f"{quarter_turns}, flip={flip} it should come to {wanted}; yours is at {found}.",
                labels,
                right,
            )
    return None


@law("four quarter turns bring everything back, and so does a second flip")
def there_and_back(call: Call) -> Broken | None:
    """4 turns change nothing; what was turned and turned back, or flipped twice, is as before."""
    given = call.inputs["image"], call.inputs["mask"]
    for quarter_turns in (4, 0):
        if not same(found := call.again(quarter_turns=quarter_turns, flip=False), given):
            words = f"With quarter_turns={quarter_turns}, flip=False, nothing should change, and it does."
            return elsewhere(call, words, found, given)
    for first, second, flip in ((0, 0, True), (1, -1, False)):
        image, mask = call.again(quarter_turns=first, flip=flip)
        if not same(found := call.again(image=image, mask=mask, quarter_turns=second, flip=flip), given):
            way = f"{first} and then {second} quarter turns" if not flip else "Two flips"
            return elsewhere(call, f"{way} should bring everything back, and yours do not.", found, given)
    return None


@law("turned first, mirrored then")
def in_this_order(call: Call) -> Broken | None:
    """With an odd number of turns the order shows."""
    given = call.inputs["image"], call.inputs["mask"]
    for quarter_turns in (1,) if call.trial.tiny else (3,):
        found = call.again(quarter_turns=quarter_turns, flip=True)
        turned = [torch.rot90(each, quarter_turns, (-2, -1)) for each in given]
        if not same(found, wanted := tuple(each.flip(-1) for each in turned)):
            first = same(found, [torch.rot90(each.flip(-1), quarter_turns, (-2, -1)) for each in given])
            why = "You mirror before you turn." if first else "It should be the turned one, its columns reversed."
            words = f"With quarter_turns={quarter_turns}, flip=True your result is off. {why}"
            return elsewhere(call, words, found, wanted)
    return None


@law("it holds for every way to move")
def every_way(call: Call) -> Broken | None:
    """From -1 to 5 quarter turns, flipped and not; a single row, too."""
    row = {"image": call.inputs["image"][:, :1], "mask": call.inputs["mask"][:1]}
    for given, ways in (({}, WAYS), (row, WAYS[1:3])):
        for quarter_turns, flip in ways:
            image, mask = ((call.inputs | given)[name] for name in ("image", "mask"))
            wanted = turns.turn_together(image, mask, quarter_turns, flip)
            if not same(found := call.again(**given, quarter_turns=quarter_turns, flip=flip), wanted):
                words = f"A picture of {tuple(mask.shape)}, quarter_turns={quarter_turns}, flip={flip}: it is off."
                return elsewhere(call, words, found, wanted)
    return None
