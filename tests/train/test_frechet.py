"""Distances between sets, held against scipy, scikit-learn, closed forms and laws."""

import pytest
import torch
from scipy.linalg import sqrtm
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from course_lib.train.frechet import frechet, nearest, precision_recall


def cloud(count: int, width: int = 5, shift: float = 0.0, scale: float = 1.0) -> Tensor:
    """Gaussian points whose axes are correlated and of unequal length."""
    mix = torch.randn(width, width, generator=torch.Generator().manual_seed(9))
    return scale * torch.randn(count, width) @ mix + shift


def test_it_equals_the_formula_with_scipys_matrix_root() -> None:
    a, b = cloud(137), cloud(211, shift=0.7, scale=1.3) + torch.randn(211, 5)
    cov = [torch.cov(each.double().T).numpy() for each in (a, b)]
    apart = (a.double().mean(0) - b.double().mean(0)).square().sum()
    wanted = float(apart) + (cov[0] + cov[1] - 2 * sqrtm(cov[0] @ cov[1]).real).trace()
    assert frechet(a, b) == pytest.approx(wanted, rel=1e-9)
    assert frechet(b, a) == pytest.approx(wanted, rel=1e-9)


def test_in_one_dimension_it_is_the_difference_of_means_and_of_spreads() -> None:
    a, b = torch.randn(31, 1, dtype=torch.double), 3 * torch.randn(17, 1, dtype=torch.double) + 2
    wanted = (a.mean() - b.mean()) ** 2 + (a.std() - b.std()) ** 2
    assert frechet(a, b) == pytest.approx(float(wanted), rel=1e-9)


def test_it_is_zero_for_the_same_set_and_counts_a_shift_fully() -> None:
    a = cloud(53)
    assert frechet(a, a[torch.randperm(53)]) == pytest.approx(0, abs=1e-6)
    assert frechet(a, a + torch.tensor([3.0, 0, 0, 4, 0])) == pytest.approx(25, rel=1e-5)


def test_it_bears_features_that_never_vary() -> None:
    a, b = (torch.cat([cloud(41), torch.zeros(41, 3)], 1) for _ in range(2))
    assert frechet(a, b) == pytest.approx(frechet(a[:, :5], b[:, :5]), abs=1e-5)


def test_small_sets_look_further_apart() -> None:
    """The bias of which the docstring warns: both sets come from the same cloud."""
    far = [sum(frechet(cloud(n, 17), cloud(n, 17)) for _ in range(5)) / 5 for n in (30, 300, 3000)]
    assert far[0] > 3 * far[1] > 9 * far[2]


@pytest.mark.parametrize("k", [1, 3, 6])
def test_precision_and_recall_equal_a_count_by_hand(k: int) -> None:
    real, fake = cloud(61), cloud(47, shift=0.5)
    share = []
    for inside, of in ((fake, real), (real, fake)):
        reach = NearestNeighbors(n_neighbors=k + 1).fit(of.double()).kneighbors(of.double())[0][:, -1]
        hits = [any((x - y).norm() <= r for y, r in zip(of.double(), reach, strict=True)) for x in inside.double()]
        share.append(sum(hits) / len(hits))
    assert precision_recall(real, fake, k) == pytest.approx(tuple(share), abs=1e-12)
    assert min(share) > 0.2 and min(share) < 1, "sizes at which both could be wrong"


def test_a_copy_has_both_and_far_away_has_neither() -> None:
    real = cloud(43)
    assert precision_recall(real, real) == (1.0, 1.0)
    assert precision_recall(real, real + 1000) == (0.0, 0.0)


def test_the_two_ways_of_failing() -> None:
    """Samples of one group alone are precise and recall half; samples everywhere recall all and are less precise."""
    groups = torch.cat([cloud(100, 2) - 30, cloud(100, 2) + 30])
    precision, recall = precision_recall(groups, cloud(200, 2) - 30)
    assert precision > 0.85 and recall < 0.55
    precision, recall = precision_recall(groups, 100 * torch.rand(200, 2) - 50)
    assert precision < 0.3 and recall > 0.8


def test_more_neighbours_never_shrink_a_territory() -> None:
    real, fake = cloud(59), cloud(67, shift=1.0)
    found = [precision_recall(real, fake, k) for k in (1, 2, 4, 8)]
    assert sorted(found) == found
    assert [each[1] for each in found] == sorted(each[1] for each in found)


def test_nearest() -> None:
    among, rows = torch.randn(23, 1, 3, 5), torch.tensor([7, 0, 22, 7])
    moved = among[rows].clone()
    moved[2, 0, 1, 1] += 0.25
    far, which = nearest(moved, among)
    assert which.tolist() == rows.tolist()
    assert far.tolist() == pytest.approx([0, 0, 0.25, 0])


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(ValueError, match=r"\(1, 5\) and \(9, 5\)"):
        frechet(cloud(1), cloud(9))
    with pytest.raises(ValueError, match=r"\(9, 5\) and \(9, 4\)"):
        frechet(cloud(9), cloud(9, 4))
    with pytest.raises(ValueError, match="neighbour 3 of sets of 3 and 9"):
        precision_recall(cloud(3), cloud(9))
