"""Soft Dice: overlap as a loss."""

from typing import Any

import torch

from course_lib.exercises.engine.gradients import gradients_reach
from course_lib.exercises.engine.laws import equals_reference
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.w04 import dice_mistakes as wrong
from course_lib.exercises.w04.dice_laws import certain, one_pot, perfect_is_zero, renamed, symmetric, wrong_is_one
from course_lib.train import overlap


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
            wrong.picture_by_picture,
            "Which axes do the three sums run over?",
            "You take a Dice of every picture and average them.",
        ),
        "all classes in one sum": mistake(
            wrong.all_classes_in_one,
            "How much does a class of ten pixels count in your loss, and how much should it?",
            "Your sums run over the classes, too, so that large classes decide.",
        ),
        "the score instead of the loss": mistake(
            wrong.score_instead,
            "Should your loss be large or small when the answer is perfect?",
            "Yours grows when the answer gets better.",
        ),
        "minus the score": mistake(
            wrong.minus_the_score,
            "What should the loss of a perfect answer be?",
            "It falls as it should, but a perfect answer costs -1.",
        ),
        "without the 2": mistake(
            wrong.two_forgotten,
            "A perfect answer: how large is the overlap beside the sum of the two areas?",
            "A pixel that both mark stands below twice and above once.",
        ),
        "eps doubled": mistake(
            wrong.two_times_eps,
            "What is your quotient for a class that nobody sees?",
            "The 2 multiplies eps as well as the overlap.",
        ),
        "eps below alone": mistake(
            wrong.eps_below_alone,
            "What is your quotient for a class that is in neither, and what should agreement be worth?",
            "Your eps keeps the division safe, but it also lowers every score.",
        ),
        "decided before it is compared": mistake(
            wrong.decided_first,
            "Move one probability a little. Does your loss move?",
            "You compare the winning classes, so that no gradient comes back.",
        ),
        "the background left out": mistake(
            wrong.background_left_out,
            "Over how many classes is the mean to be taken?",
            "Some do leave class 0 out, but here all K classes count.",
        ),
        "absent classes left out": mistake(
            wrong.absent_classes_left_out,
            "What if the answer gives such a class much probability?",
            "A class that is not in the target has no say in your mean.",
        ),
        "divided by the union": mistake(
            wrong.union_below,
            "Which of the two, Dice or IoU, counts the common pixels twice, above and below?",
            "That is the soft form of IoU.",
        ),
        "squares below": mistake(
            wrong.squares_below,
            "Compare your denominator with the formula: what is added up there?",
            "This is the form of the V-Net paper; here plain sums are asked for.",
        ),
    }
    hints = [
        "F.one_hot(target, K) puts the classes last; movedim(-1, 1) brings them to the place that probabilities have.",
        "Three sums with sum((0, 2, 3)), each (K): of the product, of the probabilities, of the target.",
        "One quotient a class, then the mean, then 1 minus it. No argmax, no .item(): the gradient needs its way back.",
    ]
