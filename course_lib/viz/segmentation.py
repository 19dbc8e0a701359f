"""A picture beside its masks: what belongs to which class, where a prediction is wrong, and the same said in words.

Sizes   H, W picture   K classes
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from course_lib.viz.patches import as_picture
from course_lib.viz.style import QUIET, bare, in_house_style, new_figure

GROUND = "#2b2f36"  # the first class: whatever is around the things
COLOURS = ["#56b4e9", "#009e73", "#f0e442", "#cc79a7", "#0072b2", "#d0d0d0", "#8c6d00", "#b2df8a"]
WRONG = "#d55e00"  # where a prediction differs from the truth


def class_colours(classes: int) -> list[str]:
    """One colour a class, `#rrggbb`; the first is the ground. Raises ValueError beyond nine."""
    if not 1 <= classes <= len(COLOURS) + 1:
        raise ValueError(f"{classes} classes cannot be told apart by colour; show 1 to {len(COLOURS) + 1}")
    return [GROUND, *COLOURS][:classes]


def as_mask(mask: Any, classes: int, name: str = "mask") -> np.ndarray:
    """A mask as (H, W) whole numbers from 0 to K - 1. Raises ValueError when it is something else."""
    array = np.asarray(mask.detach().cpu() if hasattr(mask, "detach") else mask)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}; a mask has one class number a pixel, (height, width)")
    if array.dtype.kind not in "biu":
        raise ValueError(f"{name} holds {array.dtype}; class numbers are whole: take argmax of the scores first")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= classes:
        raise ValueError(f"{name} holds class {low if low < 0 else high}; {classes} names go from 0 to {classes - 1}")
    return array.astype(np.uint8)


def dice_of(mask: np.ndarray, truth: np.ndarray, classes: int) -> np.ndarray:
    """Twice the overlap over both sizes, one number a class; nan where neither has the class.

    mask, truth (..., H, W) -> (..., K)
    """
    found = []
    for k in range(classes):
        mine, true = mask == k, truth == k
        both = mine.sum((-1, -2)) + true.sum((-1, -2))
        found.append(np.where(both, 2 * (mine & true).sum((-1, -2)) / np.maximum(both, 1), np.nan))
    return np.stack(found, -1)


def dice_text(value: float) -> str:
    """A Dice score with two digits; `-` where there is nothing to compare."""
    return "-" if np.isnan(value) else f"{int(100 * value + 0.5) / 100:.2f}"


@in_house_style
def draw_segmentation(picture: Any, masks: Mapping[str, Any], names: Sequence[str], title: str = "") -> Figure:
    """The picture beside its masks, one legend for all.

    picture (H, W) or (H, W, 3)   masks: caption -> (H, W); the first is what the others are compared with
    names: one a class, the ground first. The Dice of every class stands under each mask after the first.
    """
    labels = {caption: as_mask(mask, len(names), caption) for caption, mask in masks.items()}
    image = as_picture(picture)
    high, wide = image.shape[:2]
    fig = new_figure(2.4 * (len(labels) + 1), 2.4 * min(max(high / wide, 0.5), 1.6) + 0.8)
    axes = fig.subplots(1, len(labels) + 1, squeeze=False)[0]
    bare(axes[0]).imshow(image)
    axes[0].set_title("image")
    truth = next(iter(labels.values()), None)
    for ax, (caption, mask) in zip(axes[1:], labels.items(), strict=True):
        paint_mask(ax, mask, len(names))
        ax.set_title(caption)
        if mask is not truth and truth is not None:
            ax.set_xlabel("Dice " + "  ".join(dice_text(value) for value in dice_of(mask, truth, len(names))))
    add_legend(fig, names)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    return fig


@in_house_style
def draw_overlay(picture: Any, mask: Any, names: Sequence[str], truth: Any = None, title: str = "") -> Figure:
    """A mask laid over its picture, transparent, with outlines; the truth, where given, as a thin white line."""
    fig = new_figure(4.2, 4.6)
    ax, labels = bare(fig.subplots()), as_mask(mask, len(names))
    ax.imshow(as_picture(picture))
    colours = np.array([to_rgb(each) for each in class_colours(len(names))])
    cover = np.dstack([colours[labels], np.where(labels, 0.4, 0.0)])
    ax.imshow(cover)
    outline(ax, labels, len(names), colours[1:].tolist(), 1.6)
    if truth is not None:
        outline(ax, as_mask(truth, len(names), "truth"), len(names), ["white"] * (len(names) - 1), 0.8)
    add_legend(fig, names)
    ax.set_title(title)
    return fig


def outline(ax: Any, labels: np.ndarray, classes: int, colours: Sequence[Any], width: float) -> None:
    """The border of every class but the ground."""
    for k in range(1, classes):
        inside = labels == k
        if inside.any() and not inside.all():
            ax.contour(inside, levels=[0.5], colors=[colours[k - 1]], linewidths=width)


def paint_mask(ax: Any, mask: np.ndarray, classes: int) -> None:
    """A mask in the colours of its classes."""
    bare(ax).imshow(mask, cmap=ListedColormap(class_colours(classes)), vmin=-0.5, vmax=classes - 0.5)


def add_legend(fig: Figure, names: Sequence[str]) -> None:
    """The names of the classes below the picture."""
    swatches = zip(class_colours(len(names)), names, strict=True)
    patches = [Patch(facecolor=colour, edgecolor=QUIET, label=name) for colour, name in swatches]
    fig.legend(handles=patches, loc="outside lower left", ncols=min(len(names), 5), handlelength=1.1)


def describe_segmentation(masks: Mapping[str, Any], names: Sequence[str]) -> str:
    """Alt text: the share of every class in each mask, and the Dice against the first mask."""
    told, first = [], None
    for caption, mask in masks.items():
        labels = as_mask(mask, len(names), caption)
        shares = [f"{name} {100 * (labels == k).mean():.0f}%" for k, name in enumerate(names)]
        words = f"{caption[:1].upper()}{caption[1:]}: {', '.join(shares)}."
        if first is None:
            first = labels
        else:
            scores = dice_of(labels, first, len(names))
            words += " Dice " + ", ".join(f"{n} {dice_text(v)}" for n, v in zip(names, scores, strict=True)) + "."
        told.append(words)
    return " ".join([f"An image beside {' and '.join(masks)}.", *told])
