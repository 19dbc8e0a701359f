"""Galaxies cut out of one long look at one dark spot: the Hubble eXtreme Deep Field.

Size     349 colour cut-outs of 32 x 32 pixels to learn from and 79 to compare with, each around one of 481 sources of
         at least 20 bright pixels; neighbours show up in each other's cut-outs
Licence  captured by NASA, free to use as public domain; it lies in the installed scikit-image
Source   skimage/data/hubble_deep_field.jpg, 872 x 1,000 pixels, made for the press: colours and light are stretched
Split    by region: learn from what lies left of column 784, compare with what lies right of column 800; cut-outs that
         reach into the gap between them (16 pixels, the largest block of a JPEG) are dropped. It is one photograph.
Cite     NASA, ESA, G. Illingworth, D. Magee, P. Oesch, R. Bouwens and the HUDF09 Team, Hubble eXtreme Deep Field, 2012.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from course_lib.errors import DataMissing

PICTURE = "data/hubble_deep_field.jpg"  # in the package scikit-image, which week 4 needs anyway
SHA256 = "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4"
GAP = (784, 800)  # the first column of neither part, and the first of the test part
SIGMAS, PIXELS = 5.0, 20  # how far above the sky, in standard deviations of the sky, and in how many touching pixels


@dataclass(frozen=True, eq=False)
class Galaxies:
    """Cut-outs with their places.   images (N, 3, S, S) float32, -1 is black; centres (N, 2) int64, row and column."""

    images: Tensor
    centres: Tensor

    def __len__(self) -> int:
        return len(self.images)


class Parts(NamedTuple):
    """What to learn from, and what to compare with; they share no pixel."""

    train: Galaxies
    test: Galaxies


def load(side: int = 32) -> Parts:
    """The cut-outs, `side` pixels wide, in the order of their rows. Raises DataMissing when scikit-image has it not.

    A source belongs to a part when its whole window does, and to neither when the window leaves the picture.
    """
    picture, centres = field(), sources()
    first = centres - side // 2
    inside = ((first >= 0) & (first + side <= torch.tensor(picture.shape[1:]))).all(dim=1)
    left, right = first[:, 1], first[:, 1] + side
    return Parts(*(_cut(picture, first[inside & part], side) for part in (right <= GAP[0], left >= GAP[1])))


def turned(images: Tensor, chance: torch.Generator) -> Tensor:
    """Each picture in one of its eight positions, by chance: the sky has no upside.   (B, C, S, S) -> the same."""
    how = torch.randint(8, (len(images),), generator=chance)
    out = torch.empty_like(images)
    for number in range(8):
        mine = how == number
        turned = torch.rot90(images[mine], number % 4, (-2, -1))
        out[mine] = turned.flip(-1) if number >= 4 else turned
    return out


def field() -> Tensor:
    """The whole picture.   -> (3, 872, 1000) float32, -1 is black and 1 is as bright as it gets."""
    return _read().clone()


def picture_file() -> bytes:
    """The photograph as it lies in scikit-image, whose code is not run.

    Raises DataMissing when the package is not there, has no such picture, or another one.
    """
    spec = find_spec("skimage")
    path = Path(str(spec.origin)).parent / PICTURE if spec is not None else None
    content = path.read_bytes() if path is not None and path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != SHA256:
        found = f"another picture ({len(content):,} bytes)" if content else "none"
        raise DataMissing(
            f"The Hubble eXtreme Deep Field should lie in the package scikit-image as {PICTURE}; there is {found}. "
            "`make setup` installs the version of scikit-image that has it."
        )
    return content


@cache
def _read() -> Tensor:
    with Image.open(io.BytesIO(picture_file())) as image:
        pixels = torch.from_numpy(np.array(image.convert("RGB")))
    return pixels.permute(2, 0, 1).float() / 127.5 - 1


@cache
def sources() -> Tensor:
    """Where something shines: bright pixels that touch, found on the slightly blurred grey picture.

    -> (M, 2), row and column of each piece's centre of light, from top to bottom
    """
    from scipy import ndimage  # type: ignore[import-untyped]

    light = ((_read().mean(0) + 1) * 127.5).numpy()
    sky = np.median(light)
    spread = 1.4826 * np.median(np.abs(light - sky))  # the standard deviation of a Gaussian, unmoved by the galaxies
    pieces, count = ndimage.label(ndimage.gaussian_filter(light, 1.0) > sky + SIGMAS * spread)
    large = 1 + np.flatnonzero(np.bincount(pieces.ravel(), minlength=count + 1)[1:] >= PIXELS)
    centres = ndimage.center_of_mass(light - sky, pieces, large)
    return torch.tensor(np.round(centres)).long()


def _cut(picture: Tensor, first: Tensor, side: int) -> Galaxies:
    windows = [picture[:, row : row + side, column : column + side] for row, column in first.tolist()]
    return Galaxies(torch.stack(windows), first + side // 2)
