"""Augmentation that moves the mask, too."""

from typing import Any

import torch

from course_lib.exercises.engine.laws import equals_reference
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.w04 import turns_mistakes as wrong
from course_lib.exercises.w04.turns_laws import every_way, in_this_order, one_pixel, there_and_back, together
from course_lib.train import turns


@exercise("w04.turn_together", title="Turn both", section="4.6", points=3, minutes=8, difficulty=1, importance=5,
          seconds=10.0)  # fmt: skip
class TurnTogether:
    """Turn image and mask anticlockwise by quarter turns, then mirror both left to right if asked to."""

    reference = turns.turn_together
    returns = ("image", "mask")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """Odd turns without a flip in the tiny trial, even turns with one in the others; laws try every other way."""
        channels, height, width = draw.size(1, 3), draw.size(2, 5), draw.size(3, 7)
        return {
            "image": draw.normal(channels, height, width),
            "mask": torch.randperm(height * width, generator=draw.chance).view(height, width),
            "quarter_turns": draw.choice([1, 3] if draw.tiny else [2, 6, -2]),
            "flip": not draw.tiny,
        }

    laws = [together, in_this_order, one_pixel, there_and_back, every_way, equals_reference]
    mistakes = {
        "the mask stays": mistake(
            wrong.mask_stays,
            "Draw the mask over the picture that comes out. Do its outlines fit?",
            "Only the image moves, so every pixel gets another's label.",
        ),
        "the mask turns the other way": mistake(
            wrong.mask_turned_the_other_way,
            "After one turn, where is the pixel that was in the upper right corner, and where is its label?",
            "Image and mask turn in opposite directions.",
        ),
        "only the image is flipped": mistake(
            wrong.only_the_image_is_flipped,
            "Which of the two lines that flip is missing?",
            "The mask is turned and not mirrored.",
        ),
        "clockwise": mistake(
            wrong.clockwise,
            "One turn: does the last column become the first row, or the last one?",
            "Both turn alike, but the other way round.",
        ),
        "top and bottom exchanged": mistake(
            wrong.upside_down,
            "Which axis runs from left to right?",
            "You mirror along the other axis.",
        ),
        "one turn at most": mistake(
            wrong.one_turn_at_most,
            "What does your function do when quarter_turns is 2?",
            "Two or three turns are taken for one.",
        ),
        "mirrored along the diagonal": mistake(
            wrong.transposed,
            "Write a letter F and exchange rows and columns: can you still read it after turning your head?",
            "Exchanging rows and columns is no turn, it is a mirror.",
        ),
        "the flip forgotten": mistake(
            wrong.flip_forgotten,
            "What does your function do when flip is True?",
            "Both are turned and never mirrored.",
        ),
        "channels turned into rows": mistake(
            wrong.channels_turned,
            "Which axes of (C, H, W) lie in the picture plane?",
            "torch.rot90 turns the first two axes unless it is told others.",
        ),
    }
    hints = [
        "torch.rot90(picture, k, dims) turns in the plane of two axes; take the last two of both tensors.",
        "picture.flip(-1) mirrors left to right. Which comes first, and for how many tensors?",
    ]
