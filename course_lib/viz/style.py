"""The house style: one look for every picture of the course.

Figures keep a white background with dark text: on a dark page they read as a white card.
Colours are colour-blind-safe (Okabe and Ito); the two accents also read on near-black, as the explorers need.
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

TARGET = "#d55e00"  # who asks: rows, queries
SOURCE = "#0072b2"  # who answers: columns, keys
QUIET = "#767676"  # frames, hatching, secondary text
INK = "#1f1f1f"
CYCLE = [SOURCE, TARGET, "#009e73", "#cc79a7", "#767676", "#8c6d00"]
WEIGHTS = "viridis"  # one colour map for one meaning: dark is no weight, bright is much

HOUSE: Any = {
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": 100,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=CYCLE),
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "image.cmap": WEIGHTS,
    "image.interpolation": "nearest",
    "legend.frameon": False,
    "hatch.linewidth": 0.8,
}

P = ParamSpec("P")
R = TypeVar("R")


def use_house_style() -> None:
    """Give every later figure of this session the look of the course."""
    mpl.rcParams.update(HOUSE)


def in_house_style(draw: Callable[P, R]) -> Callable[P, R]:
    """Run one drawing function in the house style, and leave the caller's own style as it was."""

    @functools.wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(HOUSE):
            return draw(*args, **kwargs)

    return styled


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, width by height inches, that no global list keeps alive and any thread may draw."""
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def bare(ax: Axes) -> Axes:
    """Take ticks and frame away from axes that only hold a drawing."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return ax
