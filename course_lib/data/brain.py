"""The human brain as a magnet sees it, with the tissue of every spot: the MNI152 template.

Size     72 axial slices of 96 x 80 pixels, 2 mm apart in every direction (means of 2 x 2 x 2 voxels of 1 mm): 20,877
         spots of fluid and other, 137,298 grey matter, 78,914 white matter, 315,871 outside the brain
Licence  shipped with nilearn 0.14.1 (BSD), which calls the template's own licence unknown; McGill University's notice,
         as dipy reprints it, allows every use with that notice (`catalogue` says where each is written)
Source   T1, grey and white matter maps of ICBM 2009a nonlinear symmetric, skull removed, brightness 0 to 1
Labels   the maps are probabilities. A spot with at least half its voxels in the brain is given to the likeliest of
         grey, white and the rest; the rest is called fluid, and holds vessels and borders too
Split    by slabs of 5 slices with 3 unused between two: 25 slices to learn from, 10 to choose by, 10 to report on
Cite     V. S. Fonov et al., NeuroImage 54, 313 (2011); D. L. Collins et al., LNCS 1613, 210 (1999).

It is the average of 152 healthy adults, made symmetric: the left half is the right half mirrored. It cannot show how
people differ, what illness looks like, or which side a thing is on; flipping a slice gives no new one. Averaging has
blurred the folds and removed noise, so that brightness alone nearly tells the tissue. No scan looks like this:
`as_scanned` puts back some of what a scanner adds. All parts come from the one average brain: a score here says how
well a method interpolates in it, and nothing about a patient.
"""

import gzip
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.data.archive import read_member
from course_lib.data.catalogue import MNI152
from course_lib.data.slabs import split_slabs
from course_lib.data.split import Split

CLASSES = ("background", "fluid and other", "grey matter", "white matter")
SLAB, GAP = 5, 3
_BOX = np.s_[9:89, 10:106, 4:76]  # of the 98 x 116 x 94 spots: what holds the brain, in multiples of 16 and 8


class Slices(NamedTuple):
    """Pictures and what is where in them.   image float32 (N, H, W) from 0 to 1   mask int64 (N, H, W): 0 to 3."""

    image: Tensor
    mask: Tensor


@dataclass(frozen=True, eq=False)
class Brain:
    """The template: Z from the neck up, H from the forehead back, W from left to right.

    volume float32 (Z, H, W) from 0 to 1   mask int64 (Z, H, W), numbers into CLASSES
    """

    volume: Tensor
    mask: Tensor

    def __len__(self) -> int:
        return len(self.volume)

    def slices(self, rows: list[int]) -> Slices:
        """Some slices, in this order, as copies."""
        return Slices(self.volume[rows], self.mask[rows])

    def split(self) -> Split[int]:
        """Slice numbers to learn from, to choose by and to report on."""
        return split_slabs(len(self), SLAB, GAP)


def load() -> Brain:
    """The brain. Raises DataMissing when the data set was not fetched."""
    return Brain(*(part.clone() for part in _read()))


def as_scanned(image: Tensor, chance: torch.Generator, noise: float = 0.06, shading: float = 0.4) -> Tensor:
    """What a scanner might have recorded: uneven brightness, then noise. A simulation, and a mild one.

    image (..., H, W) from 0 to 1; each image on the leading axes gets its own
    noise     standard deviation in both channels of the signal, whose length is recorded (Rician noise)
    shading   brightness is multiplied by a smooth field between 1 - shading / 2 and 1 + shading / 2
    -> the same shape, not limited to 1. `noise` .09 and `shading` .4 are the worst of BrainWeb, the usual simulator.
    Source: Gudbjartsson and Patz, Magnetic Resonance in Medicine 34, 910 (1995), for the noise.
    """
    coarse = torch.rand(image.shape[:-2].numel(), 1, 3, 3, generator=chance, dtype=image.dtype)
    smooth = F.interpolate(coarse, image.shape[-2:], mode="bicubic", align_corners=True).clamp(0, 1)
    uneven = image * (1 + shading * (smooth.view(image.shape) - 0.5))
    real, imaginary = (noise * torch.randn(image.shape, generator=chance, dtype=image.dtype) for _ in range(2))
    return torch.hypot(uneven + real, imaginary)


@cache
def _read() -> tuple[Tensor, Tensor]:
    t1, grey, white = (_coarser(_voxels(what) / np.float32(255)) for what in ("t1", "gm", "wm"))
    inside = _coarser((_voxels("t1") > 0).astype(np.float32)) >= 0.5
    tissue = 1 + np.stack([1 - grey - white, grey, white]).argmax(axis=0)
    return _upright(t1), _upright(np.where(inside, tissue, 0).astype(np.int64))


def _voxels(what: str) -> np.ndarray:
    """One map as it is stored: uint8 (197, 233, 189), to the right, to the front, up."""
    import nibabel

    content = read_member(MNI152, f"nilearn/datasets/data/mni_icbm152_{what}_tal_nlin_sym_09a_converted.nii.gz")
    return np.asanyarray(nibabel.Nifti1Image.from_bytes(gzip.decompress(content)).dataobj)


def _coarser(voxels: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 x 2; the last voxel of an odd side is left out."""
    x, y, z = (side // 2 for side in voxels.shape)
    means: np.ndarray = voxels[: 2 * x, : 2 * y, : 2 * z].reshape(x, 2, y, 2, z, 2).mean(axis=(1, 3, 5))
    return means


def _upright(spots: np.ndarray) -> Tensor:
    """The box of the brain, turned to (Z, H, W) with the forehead in the first row."""
    return torch.from_numpy(np.ascontiguousarray(spots[_BOX].transpose(2, 1, 0)[:, ::-1]))
