"""Masks as pictures: colours, outlines, Dice under the panels, and the same in words."""

from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from course_lib.train.overlap import dice_score
from course_lib.viz.segmentation import (
    as_mask,
    class_colours,
    describe_segmentation,
    dice_of,
    draw_overlay,
    draw_segmentation,
)

NAMES = ["ground", "cell", "rim"]


def masks() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture 17 by 23, its truth, and a prediction that is somewhat off."""
    rng = np.random.default_rng(0)
    truth = np.zeros((17, 23), int)
    truth[4:12, 5:15] = 2
    truth[6:10, 7:13] = 1
    return rng.random((17, 23)), truth, np.roll(truth, 2, 1)


def luminance(colour: str) -> float:
    parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_the_first_classes_differ_in_brightness_too() -> None:
    light = [luminance(colour) + 0.05 for colour in class_colours(4)]
    ratios = [max(a, b) / min(a, b) for i, a in enumerate(light) for b in light[:i]]
    assert min(ratios) > 1.4 and len(set(class_colours(9))) == 9
    with pytest.raises(ValueError, match="10 classes cannot be told apart by colour; show 1 to 9"):
        class_colours(10)


def test_dice_is_the_trainers() -> None:
    _, truth, mask = masks()
    wanted = dice_score(torch.tensor(mask), torch.tensor(truth), 4).numpy()
    found = dice_of(np.stack([mask, truth]), truth, 4)
    assert np.allclose(found[0], wanted, atol=1e-6, equal_nan=True) and np.isnan(found[0, 3])
    assert (found[1, :3] == 1).all()


def test_the_panels_show_the_picture_and_the_masks() -> None:
    picture, truth, mask = masks()
    fig = draw_segmentation(picture, {"truth": truth, "prediction": torch.tensor(mask)}, NAMES, "cells")
    shown = [axes.images[0].get_array() for axes in fig.axes]
    assert np.allclose(shown[0][..., 0] / 255, picture, atol=0.003)
    assert (shown[1] == truth).all() and (shown[2] == mask).all()
    assert [axes.get_title(loc="left") for axes in fig.axes] == ["image", "truth", "prediction"]
    scores = dice_of(mask, truth, 3)
    assert fig.axes[2].get_xlabel() == "Dice " + "  ".join(f"{x:.2f}" for x in scores) and not fig.axes[1].get_xlabel()
    assert [text.get_text() for text in fig.legends[0].get_texts()] == NAMES
    painted = fig.axes[1].images[0].cmap(fig.axes[1].images[0].norm(np.arange(3)))[:, :3]
    assert np.allclose(painted, [to_rgb(colour) for colour in class_colours(3)])


def test_the_overlay_covers_what_is_not_ground_and_outlines_it() -> None:
    picture, truth, mask = masks()
    axes = draw_overlay(picture, mask, NAMES, truth).axes[0]
    cover = axes.images[1].get_array()
    assert ((cover[..., 3] > 0) == (mask > 0)).all()
    assert np.allclose(cover[mask == 1][:, :3], to_rgb(class_colours(3)[1]))
    assert len(axes.collections) == 4  # two classes, of the mask and of the truth
    assert len(draw_overlay(picture, mask, NAMES).axes[0].collections) == 2


def test_the_words_say_shares_and_dice() -> None:
    _, truth, mask = masks()
    words = describe_segmentation({"truth": truth, "prediction": mask}, NAMES)
    shares = [f"{name} {100 * (truth == k).mean():.0f}%" for k, name in enumerate(NAMES)]
    scores = [f"{name} {x:.2f}" for name, x in zip(NAMES, dice_of(mask, truth, 3), strict=True)]
    assert words.startswith(f"An image beside truth and prediction. Truth: {', '.join(shares)}. Prediction: ")
    assert words.endswith(f" Dice {', '.join(scores)}.")


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((2, 3, 4), int), r"mask has shape \(2, 3, 4\); a mask has one class number a pixel"),
        (np.zeros((2, 3)), "mask holds float64; class numbers are whole: take argmax"),
        (np.full((2, 3), 3), "mask holds class 3; 3 names go from 0 to 2"),
        (np.full((2, 3), -1), "mask holds class -1"),
    ],
)
def test_what_is_no_mask_is_refused_kindly(mask: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_mask(mask, 3)
