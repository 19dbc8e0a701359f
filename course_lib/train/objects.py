"""Objects: from a class for every pixel to things one can count, and how many of them were found.

Sizes   H, W what an image measures   N objects
"""

from typing import NamedTuple

import torch
from scipy import ndimage  # type: ignore[import-untyped]
from torch import Tensor

BACKGROUND, INSIDE, RIM = 0, 1, 2


class Matches(NamedTuple):
    """Objects found, objects made up, objects overlooked."""

    hits: int
    extra: int
    missed: int

    @property
    def f1(self) -> float:
        """Compute F1: twice the hits over what was said plus what was there; nan where both are nothing."""
        told = 2 * self.hits + self.extra + self.missed
        return 2 * self.hits / told if told else float("nan")


def rim_target(instances: Tensor) -> Tensor:
    """Make three classes to learn instead of two, so that objects which touch come apart: background, inside, rim.

    instances (H, W), 0 background, one number an object -> (H, W), long: 2 for a pixel of an object that has one of
    another object or of the background among its 8 neighbours, 1 for the others of an object. Beyond the picture's edge
    everything goes on as it is.
    Source: Caicedo et al. 2019 (Cytometry A 95, 952), which has U-Nets learn the boundary as a class.
    """
    around = torch.nn.functional.pad(instances[None, None].double(), (1, 1, 1, 1), mode="replicate")[0, 0].long()
    high, wide = instances.shape
    alike = torch.ones_like(instances, dtype=torch.bool)
    for i in range(3):
        for j in range(3):
            alike &= around[i : i + high, j : j + wide] == instances
    return torch.where(instances == 0, BACKGROUND, torch.where(alike, INSIDE, RIM))


def pieces(mask: Tensor, smallest: int = 1) -> Tensor:
    """Label the connected pieces of a mask; pixels are connected by their sides, not by their corners.

    mask (H, W), bool   smallest, in pixels: smaller pieces are dropped -> (H, W), long: 0 outside, then 1, 2, ...
    """
    labels = torch.from_numpy(ndimage.label(mask.bool().numpy())[0]).long()
    large = torch.bincount(labels.flatten()) >= max(smallest, 1)
    large[0] = False
    numbers = torch.where(large, large.cumsum(0), 0)
    return numbers[labels]


def count_objects(mask: Tensor, smallest: int = 1) -> int:
    """Measure how many connected pieces of at least `smallest` pixels a mask has.   mask (H, W), bool."""
    return int(pieces(mask, smallest).max())


def instances_from(classes: Tensor, smallest: int = 1, reach: int = 2) -> Tensor:
    """Undo `rim_target`: number the insides, then give every rim pixel to the inside nearest to it.

    classes (H, W), 0, 1, 2 as in `rim_target`   smallest, in pixels of inside
    reach, in pixels: how far a rim is grown back; rim further than that from every inside is dropped
    -> (H, W), long: 0 background, 1, 2, ... one number an object
    """
    insides = pieces(classes == INSIDE, smallest)
    if int(insides.max()) == 0:
        return insides
    far, nearest = ndimage.distance_transform_edt((insides == 0).numpy(), return_indices=True)
    owner = insides[tuple(torch.from_numpy(axis).long() for axis in nearest)]
    mine = (insides > 0) | ((classes == RIM) & (torch.from_numpy(far) <= reach))
    return torch.where(mine, owner, 0)


def match(predicted: Tensor, true: Tensor, least_iou: float = 0.5) -> Matches:
    """Count the objects that were found: a pair is a hit when it overlaps by an IoU above `least_iou`.

    predicted, true (H, W), 0 background, one number an object
    -> hits, extra (said, not there), missed (there, not said)
    From .5 up no object can be in two pairs, so that nothing has to be chosen.
    Raises ValueError for shapes that differ and for a `least_iou` below .5 or not below 1.
    Source: the metric of Caicedo et al. 2019 (Nature Methods 16, 1247) at one threshold.
    """
    if predicted.shape != true.shape or not 0.5 <= least_iou < 1:
        shapes = f"{tuple(predicted.shape)} and {tuple(true.shape)}"
        raise ValueError(f"shapes {shapes} and least_iou={least_iou}; expected equal shapes and 0.5 <= least_iou < 1")
    said, mine = predicted.unique(return_inverse=True)
    there, its = true.unique(return_inverse=True)
    both = torch.bincount((mine * len(there) + its).flatten(), minlength=len(said) * len(there))
    both = both.view(len(said), len(there)).double()
    overlap = both / (both.sum(1, keepdim=True) + both.sum(0) - both)
    overlap = overlap[said != 0][:, there != 0]
    hits = int((overlap > least_iou).sum())
    return Matches(hits, overlap.shape[0] - hits, overlap.shape[1] - hits)
