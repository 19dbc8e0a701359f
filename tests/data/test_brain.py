"""The MNI152 brain: its figures, its anatomy, its labels against the maps, its split, and what a scanner adds."""

import gzip

import nibabel
import numpy as np
import torch

from course_lib.data import brain
from course_lib.data.archive import read_member
from course_lib.data.catalogue import MNI152

BRAIN = brain.load()
WHOLE = {
    what: np.asanyarray(
        nibabel.Nifti1Image.from_bytes(
            gzip.decompress(read_member(MNI152, next(name for name in MNI152.members if f"_{what}_" in name)))
        ).dataobj
    )
    for what in ("t1", "gm", "wm")
}


def test_the_figures_of_the_docstring() -> None:
    assert BRAIN.volume.shape == BRAIN.mask.shape == (len(BRAIN), 96, 80) == (72, 96, 80)
    assert (BRAIN.volume.dtype, BRAIN.mask.dtype) == (torch.float32, torch.int64)
    assert 0 == BRAIN.volume.min() < 0.9 < BRAIN.volume.max() <= 1
    counts = BRAIN.mask.flatten().bincount().tolist()
    assert counts == [315_871, 20_877, 137_298, 78_914]
    said = " ".join((brain.__doc__ or "").split())
    assert all(f"{number:,}" in said for number in counts)


def test_the_template_is_symmetric_as_the_docstring_says() -> None:
    assert all(np.array_equal(voxels, voxels[::-1]) for voxels in WHOLE.values())


def test_spots_are_means_of_voxels_and_labels_the_likeliest_tissue() -> None:
    """Straight from the file, spot by spot: slice z, row h and column w are voxels 2(z + 4), 2(105 - h), 2(w + 9)."""
    chance = np.random.default_rng(0)
    for z, h, w in zip(*(chance.integers(0, side, 400) for side in (72, 96, 80)), strict=True):
        box = np.s_[2 * (w + 9) :, 2 * (105 - h) :, 2 * (z + 4) :]
        t1, grey, white = (WHOLE[what][box][:2, :2, :2].astype(float) / 255 for what in ("t1", "gm", "wm"))
        assert abs(float(BRAIN.volume[z, h, w]) - t1.mean()) < 1e-6
        parts = [1 - grey.mean() - white.mean(), grey.mean(), white.mean()]
        wanted = 0 if (t1 > 0).mean() < 0.5 else 1 + int(np.argmax(parts))
        if sorted(parts)[-1] - sorted(parts)[-2] > 1e-5:
            assert BRAIN.mask[z, h, w] == wanted


def test_the_box_leaves_out_less_than_a_thousandth_of_the_brain() -> None:
    inside = (WHOLE["t1"] > 0).sum() / 8
    assert 0.999 < float((BRAIN.mask > 0).sum()) / inside < 1.01


def test_up_is_up_and_white_matter_is_bright() -> None:
    areas = (BRAIN.mask > 0).flatten(1).sum(1)
    assert areas[:8].max() < areas[30:50].min(), "the lowest slices cut only the foot of the cerebellum"
    rows = (BRAIN.mask[40] > 0).any(1).nonzero()[:, 0]
    widths = (BRAIN.mask[40] > 0).sum(1)
    assert widths[rows[0] + 5] < widths[rows[-1] - 15], "narrow at the forehead"
    means = [float(BRAIN.volume[BRAIN.mask == kind].mean()) for kind in range(4)]
    assert means == sorted(means)


def test_the_split_keeps_slabs_apart() -> None:
    parts = BRAIN.split()
    assert [len(part) for part in parts] == [25, 10, 10]
    for i, one in enumerate(parts):
        for other in parts[:i]:
            assert min(abs(a - b) for a in one for b in other) > brain.GAP
    taken = BRAIN.slices(parts.test)
    assert torch.equal(taken.mask, BRAIN.mask[parts.test])
    taken.image.zero_()
    assert BRAIN.volume[parts.test].max() > 0, "slices are copies"


def test_a_scan_is_the_picture_with_noise_and_shading_of_the_stated_size() -> None:
    flat = torch.full((40, 96, 80), 0.8)
    noisy = brain.as_scanned(flat, torch.Generator().manual_seed(0), noise=0.05, shading=0.0)
    assert abs(float(noisy.std()) - 0.05) < 0.001
    assert abs(float(noisy.mean()) - 0.8016) < 0.001, "far above the noise, Rician noise adds s^2 / 2a"
    dark = brain.as_scanned(0 * flat, torch.Generator().manual_seed(0), noise=0.05, shading=0.4)
    assert abs(float(dark.mean()) - 0.05 * (np.pi / 2) ** 0.5) < 0.001, "and where nothing is, it is Rayleigh's"
    shaded = brain.as_scanned(flat, torch.Generator().manual_seed(0), noise=0.0, shading=0.4)
    assert 0.8 * 0.8 <= float(shaded.min()) < 0.68
    assert 0.92 < float(shaded.max()) <= 0.8 * 1.2 + 1e-6
    assert float((shaded[:, 1:] - shaded[:, :-1]).abs().max()) < 0.02, "smooth"
    assert not torch.equal(shaded[0], shaded[1]), "each slice its own"
    assert torch.equal(noisy, brain.as_scanned(flat, torch.Generator().manual_seed(0), 0.05, 0.0))
    assert torch.equal(brain.as_scanned(flat[0], torch.Generator(), 0.0, 0.0), flat[0])
