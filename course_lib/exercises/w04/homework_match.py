"""Homework, question 3: which of the nuclei were found."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from course_lib.exercises.engine.laws import equals_reference
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.trials import bind
from course_lib.exercises.w04 import match_mistakes as wrong
from course_lib.exercises.w04.match_laws import at_the_limit, everybody_once, names, nothing, roles, with_itself
from course_lib.exercises.w04.match_scenes import draw_scenes
from course_lib.train import objects


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
            wrong.background_too,
            "Two empty masks: how many hits do you count?",
            "Label 0 is matched with label 0.",
        ),
        "exactly the limit is enough": mistake(
            wrong.equal_is_enough,
            "An object is split into two equal halves. How many hits is it in your count, and how many objects is it?",
            "You ask for at least `least_iou` where more than that is asked for.",
        ),
        "Dice": mistake(
            wrong.dice_instead,
            "Two of four pixels are found. What is the IoU, and what is your number?",
            "You compare twice the overlap over both areas with the limit.",
        ),
        "a share of the true object": mistake(
            wrong.share_of_the_true,
            "What if one predicted object fills the whole picture?",
            "You divide by the true object's pixels alone.",
        ),
        "a share of the predicted object": mistake(
            wrong.share_of_the_predicted,
            "What if the prediction marks one pixel in every nucleus?",
            "You divide by the predicted object's pixels alone.",
        ),
        "extra and missed exchanged": mistake(
            wrong.exchanged,
            "Nothing is predicted. Which of your numbers grows?",
            "What was made up stands where the overlooked ones belong.",
        ),
        "partners by their number": mistake(
            wrong.by_number,
            "Who gave the objects their numbers, and did both know of each other?",
            "You compare object 3 with object 3, though the two masks were numbered by different hands.",
        ),
        "any overlap is a hit": mistake(
            wrong.any_overlap,
            "What is `least_iou` there for?",
            "One common pixel makes a hit in yours.",
        ),
        "a half, whatever is asked": mistake(
            wrong.always_a_half,
            "What does your function do when least_iou is 0.75?",
            "Your limit is always 0.5.",
        ),
        "all instead of the others": mistake(
            wrong.everybody,
            "A perfect prediction: how many are missed?",
            "Your second and third number count the hits, too.",
        ),
        "numbers taken for consecutive": mistake(
            wrong.largest_number_counts,
            "The objects are called 3, 7 and 20. How many are there?",
            "You take the largest number for how many objects there are.",
        ),
    }
    hints = [
        "mask.unique() names the objects; leave out 0. For each pair, two masks of True and False.",
        "IoU is what they share (&) over what at least one has (|). Above 0.5 no object can be in two pairs.",
        "Count the hits; what is left of the predicted ones is extra, what is left of the true ones is missed.",
    ]
