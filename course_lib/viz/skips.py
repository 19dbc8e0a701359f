"""The still picture of a skip-connections explorer: image, truth and prediction, the U with its skips, and the Dice.

Sizes   H, W picture   K classes   D skips
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from course_lib.viz.patches import as_picture
from course_lib.viz.segmentation import WRONG, as_mask, class_colours, dice_text, paint_mask
from course_lib.viz.style import INK, QUIET, SOURCE, TARGET, WEIGHTS, bare, in_house_style, new_figure

LOOKS: dict[str, dict[str, Any]] = {
    "on": {"color": SOURCE, "linewidth": 2.4},
    "off": {"color": QUIET, "linewidth": 1, "linestyle": (0, (1, 3))},
    "swapped": {"color": TARGET, "linewidth": 2.4},
}


@in_house_style
def draw_skips(
    picture: Any,
    truth: Any,
    predicted: Any,
    names: Sequence[str],
    skips: Sequence[str],
    dice: np.ndarray,
    before: np.ndarray,
    enlarged: np.ndarray,
    enlarged_name: str,
    *,
    known: str = "truth",
    difference: bool = False,
    title: str = "",
) -> Figure:
    """Three pictures above, or four with a feature map; the U and the Dice of every class below.

    skips: on, off or swapped, finest first   dice, before (K,) now and with all skips on; nan: class nowhere
    known: what the truth is called   difference: grey where the prediction is right
    """
    fig = new_figure(9.6, 5.6)
    halves: Any = fig.subfigures(2, 1, height_ratios=[1.4, 1])
    above, below = halves
    panels = above.subplots(1, 4)
    image, right = as_picture(picture), as_mask(truth, len(names))
    labels = as_mask(predicted, len(names), "predicted")
    bare(panels[0]).imshow(image)
    paint_mask(panels[1], right, len(names))
    if difference:
        bare(panels[2]).imshow(wrong_places(image, labels, right))
    else:
        paint_mask(panels[2], labels, len(names))
    bare(panels[3]).imshow(enlarged, cmap=WEIGHTS, vmin=0)
    captions = ["image", known, "difference" if difference else "prediction", enlarged_name.replace(", ", "\n")]
    for ax, caption in zip(panels, captions, strict=True):
        ax.set_title(caption, fontsize=10)
    left, right_side = below.subplots(1, 2)
    paint_u(bare(left), skips)
    paint_dice(right_side, names, dice, before)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    return fig


def wrong_places(image: np.ndarray, labels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(H, W, 3) bytes: the picture in faint grey, and one loud colour where the prediction is wrong."""
    faint = image.astype(int).sum(-1) // 3 * 5 // 8 + 60
    loud = [int(WRONG[i : i + 2], 16) for i in (1, 3, 5)]
    return np.where((labels == truth)[..., None], faint[..., None], loud).astype(np.uint8)


def paint_u(ax: Any, skips: Sequence[str]) -> None:
    """Levels as boxes, down on the left and up on the right; skips as arrows from leg to leg."""
    depth = len(skips)
    for level in range(depth + 1):
        wide = 0.9 * 0.8**level
        for x in (0, 5) if level < depth else (2.5,):
            ax.add_patch(Rectangle((x - wide / 2, -level - 0.3), wide, 0.6, facecolor="#dfe6ee", edgecolor=QUIET))
    for level, word in enumerate(skips):
        off = word == "off"
        ax.annotate("", (4.4, -level), (0.6, -level), arrowprops={"arrowstyle": "-" if off else "-|>", **LOOKS[word]})
        colour = INK if off else LOOKS[word]["color"]
        ax.text(2.5, -level + 0.12, f"skip {level + 1} {word}", ha="center", va="bottom", fontsize=9, color=colour)
        if level:
            ax.add_patch(FancyArrowPatch((0, -level + 0.68), (0, -level + 0.3), arrowstyle="-|>", mutation_scale=9))
            ax.add_patch(FancyArrowPatch((5, -level + 0.3), (5, -level + 0.68), arrowstyle="-|>", mutation_scale=9))
    ax.plot([0, 0, 2.1], [-depth + 0.68, -depth, -depth], color=INK, linewidth=1)
    ax.plot([2.9, 5, 5], [-depth, -depth, -depth + 0.68], color=INK, linewidth=1)
    ax.set(xlim=(-0.7, 5.7), ylim=(-depth - 0.5, 0.6))


def paint_dice(ax: Any, names: Sequence[str], dice: np.ndarray, before: np.ndarray) -> None:
    """The Dice of every class as bars with numbers; a line where it stood with all skips on."""
    places = np.arange(len(names))
    ax.barh(places, np.nan_to_num(dice), color=class_colours(len(names)), edgecolor=QUIET, linewidth=0.6, height=0.62)
    for place, now, then in zip(places, dice, before, strict=True):
        if not np.isnan(then):
            ax.plot([then, then], [place - 0.42, place + 0.42], color=INK, linewidth=1.4)
        ax.text(1.04, place, dice_text(now), va="center", fontsize=9)
    ax.set(yticks=places, yticklabels=names, xlim=(0, 1.16), xlabel="Dice (line: all skips on)")
    ax.set_xticks([0, 0.5, 1])
    ax.invert_yaxis()
