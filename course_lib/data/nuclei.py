"""Cell nuclei under a microscope, each outlined by hand: what has to be found, and counted.

Size     1 picture of 512 x 512 pixels, 125 nuclei of 25 to 751 pixels, none of which share one; 20% of the pixels
Licence  from the 2018 Data Science Bowl (CC0), shipped with stardist 0.9.2 (BSD; nothing of its code is used)
Source   stardist/data/images: img2d.tif, mask2d.tif; fluorescence, some nuclei ten times as bright as others
Split    by region: four corners of 240 x 240 with 32 unused pixels between any two. Four folds; in each, one corner is
         to report on, the next to choose by, two to learn from, so that over the folds every corner is tested once
Cite     J. C. Caicedo et al., Nature Methods 16, 1247 (2019).

It is one picture: one kind of cell, one stain, one microscope, one day. A score here says nothing of other pictures.
Nuclei that a corner cuts are counted by what of them lies inside; those in the gaps are in no corner.
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from course_lib.data.archive import read_member
from course_lib.data.catalogue import NUCLEI
from course_lib.data.split import Split

CORNER, GAP = 240, 32
SMALLEST = 20
"""Fewer pixels than this are no nucleus: slivers that a corner cuts off. The smallest whole one has 25."""


class Picture(NamedTuple):
    """A picture and its nuclei.

    image float32 (H, W) from 0 to 1   instances int64 (H, W): 0 background, 1, 2, ... one number a nucleus
    """

    name: str
    image: Tensor
    instances: Tensor


def load() -> Picture:
    """The whole picture. Raises DataMissing when the data set was not fetched."""
    image, instances = _read()
    return Picture("whole", image.clone(), instances.clone())


def corners(picture: Picture | None = None) -> list[Picture]:
    """Its four corners: top left, top right, bottom right, bottom left; numbers of nuclei run from 1 in each."""
    picture = picture or load()
    near, far = slice(0, CORNER), slice(CORNER + GAP, 2 * CORNER + GAP)
    found = []
    names = {"top left": (near, near), "top right": (near, far), "bottom right": (far, far), "bottom left": (far, near)}
    for name, (rows, columns) in names.items():
        numbers = picture.instances[rows, columns].unique(return_inverse=True)[1]  # 0 stays 0: background is everywhere
        found.append(Picture(name, picture.image[rows, columns].clone(), numbers))
    return found


def fold(number: int) -> Split[Picture]:
    """One of the four ways to share out the corners. Raises ValueError for a number that is not 0 to 3."""
    if number not in range(4):
        raise ValueError(f"fold {number}; there are four corners to test on, 0 to 3")
    places = corners()
    test, valid, *train = (places[(number + turn) % 4] for turn in range(4))
    return Split(train, [valid], [test])


@cache
def _read() -> tuple[Tensor, Tensor]:
    image, mask = (_pixels(what) for what in ("img2d", "mask2d"))
    instances = np.unique(mask, return_inverse=True)[1].reshape(mask.shape)  # the file's numbers have holes
    return torch.from_numpy(image.astype(np.float32) / 255), torch.from_numpy(instances.astype(np.int64))


def _pixels(what: str) -> np.ndarray:
    from PIL import Image

    with Image.open(io.BytesIO(read_member(NUCLEI, f"stardist/data/images/{what}.tif"))) as picture:
        return np.array(picture)
