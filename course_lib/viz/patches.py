"""A picture cut into patches, each patch coloured by weight."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_lib.viz.attention import one_scale
from course_lib.viz.style import TARGET, WEIGHTS, bare, in_house_style, new_figure


def as_picture(image: Any) -> np.ndarray:
    """A picture as (height, width, 3) bytes, out of grey or colour, bytes or floats from 0 to 1."""
    array = np.asarray(image.detach().cpu() if hasattr(image, "detach") else image)
    if array.ndim == 2:
        array = np.repeat(array[..., None], 3, axis=-1)
    if array.ndim != 3 or array.shape[-1] < 3:
        raise ValueError(f"a picture has shape (height, width) or (height, width, 3), not {array.shape}")
    array = array[..., :3]
    if array.dtype != np.uint8:
        low, high = float(array.min()), float(array.max())
        if low < 0 or high > 1:
            raise ValueError(f"a picture of floats runs from 0 to 1; this one runs from {low:.3g} to {high:.3g}")
        array = np.round(array * 255).astype(np.uint8)
    return array


def patch_grid(height: int, width: int, positions: int) -> tuple[int, int, int]:
    """How many patches down and across, and how many positions before them (0, or 1 for a class token).

    Takes the squarest patches that cut the picture evenly; with a tie, no class token. Raises ValueError when none fit.
    """
    fits = []
    for extra in (0, 1):
        count = positions - extra
        for down in range(1, count + 1):
            if count % down == 0 and height % down == 0 and width % (count // down) == 0:
                tall, wide = height / down, width / (count // down)
                fits.append((max(tall, wide) / min(tall, wide), extra, down, count // down))
    if not fits:
        raise ValueError(f"{positions} positions do not cut a {height} x {width} picture into equal patches")
    _, extra, down, across = min(fits)
    return down, across, extra


@in_house_style
def draw_patches(image: Any, weights: Sequence[float], asks: int | None = None, title: str = "") -> Figure:
    """A picture under its patch weights. weights: one a patch, row by row, a class token first where there is one."""
    fig = new_figure(3.2, 3.2)
    paint_patches(fig.subplots(), as_picture(image), np.asarray(weights, dtype=float), asks)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=11)
    return fig


def paint_patches(ax: Any, picture: np.ndarray, values: np.ndarray, asks: int | None, norm: Any = None) -> None:
    """Draw the grey picture, the weights over it, and a frame around the target patch."""
    height, width = picture.shape[:2]
    down, across, extra = patch_grid(height, width, len(values))
    norm = norm or one_scale(values)
    bare(ax).imshow(picture.mean(-1), cmap="gray", vmin=0, vmax=255, extent=(0, across, down, 0))
    colours = colormaps[WEIGHTS](norm(values[extra:].reshape(down, across)))
    colours[..., 3] = 0.62
    ax.imshow(colours, extent=(0, across, down, 0))
    ax.set_aspect(height * across / (width * down))
    if asks is not None and asks >= extra:
        y, x = divmod(asks - extra, across)
        ax.add_patch(Rectangle((x, y), 1, 1, fill=False, edgecolor=TARGET, linewidth=2, clip_on=False))
