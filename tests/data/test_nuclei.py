"""The nuclei: figures, corners that share nothing, folds that test every corner once."""

import pytest
import torch

from course_lib.data import nuclei
from course_lib.train.objects import pieces

WHOLE = nuclei.load()


def test_the_figures_of_the_docstring() -> None:
    assert WHOLE.image.shape == WHOLE.instances.shape == (512, 512)
    assert (WHOLE.image.dtype, WHOLE.instances.dtype) == (torch.float32, torch.int64)
    assert 0 <= WHOLE.image.min() < WHOLE.image.max() <= 1
    sizes = torch.bincount(WHOLE.instances.flatten())[1:]
    assert (len(sizes), int(sizes.min()), int(sizes.max())) == (125, 25, 751)
    assert round(100 * float((WHOLE.instances > 0).float().mean())) == 20
    levels = torch.stack([WHOLE.image[WHOLE.instances == n].median() for n in range(1, 126)])
    assert WHOLE.image[WHOLE.instances > 0].mean() > 2 * WHOLE.image[WHOLE.instances == 0].mean()
    assert levels.max() > 4 * levels.min()


def test_corners_are_cut_from_the_picture_and_numbered_anew() -> None:
    places = {"top left": (0, 0), "top right": (0, 272), "bottom right": (272, 272), "bottom left": (272, 0)}
    assert [corner.name for corner in nuclei.corners()] == list(places)
    for name, image, instances in nuclei.corners():
        top, left = places[name]
        box = (slice(top, top + 240), slice(left, left + 240))
        assert torch.equal(image, WHOLE.image[box])
        assert torch.equal(instances > 0, WHOLE.instances[box] > 0)
        assert instances.unique().tolist() == list(range(int(instances.max()) + 1))
        pairs = torch.stack([instances.flatten(), WHOLE.instances[box].flatten()]).unique(dim=1)
        assert pairs.shape[1] == int(instances.max()) + 1, "one number here is one number there"
    assert nuclei.GAP == 272 - 240


def test_touching_nuclei_are_what_makes_counting_hard() -> None:
    assert int(pieces(WHOLE.instances > 0, nuclei.SMALLEST).max()) == 105


def test_every_corner_is_tested_once_and_no_fold_mixes_them() -> None:
    folds = [nuclei.fold(number) for number in range(4)]
    assert sorted(fold.test[0].name for fold in folds) == sorted(corner.name for corner in nuclei.corners())
    for fold in folds:
        names = [picture.name for part in fold for picture in part]
        assert ([len(part) for part in fold], len(set(names))) == ([2, 1, 1], 4)


def test_what_comes_out_may_be_changed() -> None:
    nuclei.load().image.zero_()
    nuclei.corners()[0].instances.zero_()
    assert nuclei.load().image.max() > 0
    assert nuclei.corners()[0].instances.max() > 0


@pytest.mark.parametrize("number", [-1, 4])
def test_there_is_no_fifth_fold(number: int) -> None:
    with pytest.raises(ValueError, match=f"fold {number}; there are four corners to test on, 0 to 3"):
        nuclei.fold(number)
