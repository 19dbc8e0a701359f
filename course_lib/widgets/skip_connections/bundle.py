"""One bundle of skip connections to look at: a picture, and the mask a U-Net predicts for every state of its skips.

A state is one digit a skip, the finest first: 0 off, 1 on, 2 swapped with another picture's features.
Sizes   H, W picture   C channels shown   K classes   S states a skip has, 2 or 3   D depth: how many skips
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.viz.patches import as_picture
from course_lib.viz.segmentation import as_mask, class_colours, dice_of

WORDS = ("off", "on", "swapped")
OFF, ON, SWAPPED = range(3)
MOST_DEPTH = 4


class BadSkips(CourseError, ValueError):
    """Something in a bundle does not fit; the message says what, and what would."""


@dataclass(frozen=True)
class Maps:
    """Some feature maps of one level.

    values (..., C, h, w), in front one axis of S for every skip they depend on   channels: their C numbers in the model
    shape: channels, height and width of the level in the model, where not all of it is shown
    """

    values: np.ndarray
    channels: tuple[int, ...]
    shape: tuple[int, int, int]


@dataclass(frozen=True)
class Skips:
    """Everything an explorer of skip connections shows of one picture. `skips_of` and `skips_of_one` make it.

    picture  (H, W) or (H, W, 3), bytes or floats from 0 to 1
    masks    (S,) * D + (H, W): masks[1, 1, 0] is the prediction with the coarsest of three skips off
    names    one a class, the ground first       truth (H, W), or None: then all skips on is what counts as right
    encoder  D + 1 `Maps`, finest first, the bottleneck last
    decoder  D `Maps`, finest first; level l depends on the skips from l on, so S^(D - l) states; or empty
    other    the picture whose features a swapped skip carries, and its name
    """

    picture: Any
    masks: Any
    names: Sequence[str]
    encoder: Sequence[Maps]
    decoder: Sequence[Maps] = ()
    truth: Any = None
    other: Any = None
    other_name: str = "another picture"
    name: str = ""

    def __post_init__(self) -> None:
        try:
            self._check()
        except ValueError as error:
            raise error if isinstance(error, BadSkips) else BadSkips(str(error)) from error

    def _check(self) -> None:
        names = [str(name) for name in self.names]
        class_colours(len(names))
        masks = np.asarray(self.masks.detach().cpu() if hasattr(self.masks, "detach") else self.masks)
        depth, states = masks.ndim - 2, masks.shape[0] if masks.ndim else 0
        if not 1 <= depth <= MOST_DEPTH or states not in (2, 3) or set(masks.shape[:depth]) != {states}:
            raise ValueError(
                f"masks have shape {masks.shape}; (2, 2, 2, H, W) would be three skips on or off, with 3 instead of 2 "
                f"also swapped; at most {MOST_DEPTH} skips"
            )
        flat = as_mask(masks.reshape(-1, masks.shape[-1]), len(names), "masks").reshape(masks.shape)
        picture = as_picture(self.picture)
        size = picture.shape[:2]
        if masks.shape[depth:] != size:
            raise ValueError(f"the picture measures {size}, the masks {masks.shape[depth:]}; they must agree")
        truth = None if self.truth is None else as_mask(self.truth, len(names), "truth")
        if truth is not None and truth.shape != size:
            raise ValueError(f"the truth measures {truth.shape}, the picture {size}; they must agree")
        if (self.other is None) != (states == 2):
            raise ValueError("a swapped skip needs other=the picture it comes from, and other needs swapped states")
        if len(self.encoder) != depth + 1 or len(self.decoder) not in (0, depth):
            raise ValueError(
                f"{len(self.encoder)} encoder and {len(self.decoder)} decoder levels; {depth} skips come with "
                f"{depth + 1} and {depth}"
            )
        legs = [("encoder", self.encoder, [0] * (depth + 1)), ("decoder", self.decoder, range(depth, 0, -1))]
        for leg, levels, fronts in legs:
            for level, (maps, front) in enumerate(zip(levels, fronts, strict=False)):
                check_maps(f"{leg} level {level}", maps, (states,) * front)
        other = None if self.other is None else as_picture(self.other)
        tidy = {"masks": flat, "picture": picture, "truth": truth, "names": names, "other": other}
        for field, value in tidy.items():
            object.__setattr__(self, field, value)

    @property
    def depth(self) -> int:
        """How many skips there are."""
        return self.masks.ndim - 2

    @property
    def kinds(self) -> int:
        """How many states a skip has: 2, or 3 with swapping."""
        return self.masks.shape[0]

    @property
    def states(self) -> Iterator[tuple[int, ...]]:
        """All states, the last skip counting fastest."""
        return product(range(self.kinds), repeat=self.depth)

    @property
    def all_on(self) -> tuple[int, ...]:
        """The state of a usual pass."""
        return (ON,) * self.depth

    @cached_property
    def reference(self) -> np.ndarray:
        """(H, W) what predictions are held against: the truth, else the prediction with all skips on."""
        return self.masks[self.all_on] if self.truth is None else self.truth

    @cached_property
    def dice(self) -> np.ndarray:
        """(S,) * D + (K,) Dice of every state and class; nan where neither mask has the class."""
        return dice_of(self.masks, self.reference, len(self.names))


def check_maps(name: str, maps: Maps, front: tuple[int, ...]) -> None:
    """Maps of the right number of axes, with finite numbers and as many channel numbers as channels."""
    values = np.asarray(maps.values)
    if values.ndim != len(front) + 3 or values.shape[: len(front)] != front or not values.size:
        raise ValueError(f"{name} has shape {values.shape}; {(*front, 'C', 'h', 'w')} would fit".replace("'", ""))
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds {values[~np.isfinite(values)][0]}; only finite numbers can be shown")
    if len(maps.channels) != values.shape[-3]:
        raise ValueError(f"{name} has {values.shape[-3]} maps and {len(maps.channels)} channel numbers")
