"""Objects on small drawings: rims between neighbours, pieces, growing back, and matches counted by hand."""

import math

import pytest
import torch
from torch import Tensor

from course_lib.train.objects import Matches, count_objects, instances_from, match, pieces, rim_target


def drawing(*rows: str) -> Tensor:
    """A picture of digits."""
    return torch.tensor([[int(letter) for letter in row] for row in rows])


TOUCHING = drawing(
    "000000000",
    "011112220",
    "011112220",
    "011112220",
    "000000000",
)


def test_the_rim_parts_what_touches() -> None:
    wanted = drawing(
        "000000000",
        "022222220",
        "021122120",
        "022222220",
        "000000000",
    )
    assert torch.equal(rim_target(TOUCHING), wanted)
    assert (count_objects(TOUCHING > 0), count_objects(rim_target(TOUCHING) == 1)) == (1, 2)


def test_the_edge_of_the_picture_is_no_rim() -> None:
    assert torch.equal(rim_target(torch.full((3, 5), 7)), torch.ones(3, 5, dtype=torch.long))
    assert rim_target(drawing("110", "110", "110")).tolist() == [[1, 2, 0]] * 3


def test_rims_grow_back_to_the_nearest_inside() -> None:
    back = instances_from(rim_target(TOUCHING))
    assert match(back, TOUCHING, 0.99) == Matches(2, 0, 0)
    assert torch.equal(back > 0, TOUCHING > 0)


def test_a_rim_far_from_every_inside_is_dropped_and_so_are_small_insides() -> None:
    classes = drawing("122200010", "000000000")
    assert instances_from(classes, reach=2).tolist() == [[1, 1, 1, 0, 0, 0, 0, 2, 0], [0] * 9]
    assert instances_from(classes, reach=3).tolist()[0] == [1, 1, 1, 1, 0, 0, 0, 2, 0]
    assert instances_from(classes, smallest=2).max() == 0
    assert instances_from(drawing("222", "200")).max() == 0


def test_pieces_hang_together_by_sides_not_by_corners() -> None:
    mask = drawing("110001", "001001", "000001") > 0
    assert pieces(mask).tolist() == [[1, 1, 0, 0, 0, 2], [0, 0, 3, 0, 0, 2], [0, 0, 0, 0, 0, 2]]
    assert [count_objects(mask, n) for n in (0, 1, 2, 3, 4)] == [3, 3, 2, 1, 0]
    assert pieces(mask, 3).tolist()[0] == [0, 0, 0, 0, 0, 1], "numbers have no holes"
    assert count_objects(torch.zeros(3, 5, dtype=torch.bool)) == 0


def test_matches_by_hand() -> None:
    """1 is found exactly; 2 is cut in two, of which one half is above .5; 3 is overlooked; 9 is made up."""
    true = drawing("1100222220", "1100000000", "0000000333")
    said = drawing("5500666780", "5500000000", "9900000000")
    found = match(said, true)
    assert found == Matches(hits=2, extra=3, missed=1)
    assert found.f1 == pytest.approx(4 / 8)
    assert match(said, true, 0.7) == Matches(hits=1, extra=4, missed=2)
    assert match(said, said, 0.9) == Matches(5, 0, 0)


def test_exactly_half_is_no_match_because_there_could_be_two() -> None:
    assert match(drawing("1122"), drawing("3333")) == Matches(0, 2, 1)


def test_numbers_mean_nothing() -> None:
    true = torch.randint(4, (9, 11))
    other = torch.tensor([0, 17, 5, 230])[true]
    assert match(other, true, 0.99) == match(true, true, 0.99) == Matches(3, 0, 0)


def test_nothing_there() -> None:
    nothing = torch.zeros(3, 5, dtype=torch.long)
    assert match(nothing, nothing) == Matches(0, 0, 0)
    assert math.isnan(match(nothing, nothing).f1)
    assert match(TOUCHING, torch.zeros_like(TOUCHING)) == Matches(0, 2, 0)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"least_iou=0.4; expected equal shapes and 0.5 <= least_iou < 1"):
        match(TOUCHING, TOUCHING, 0.4)
    with pytest.raises(ValueError, match=r"shapes \(5, 9\) and \(9, 5\)"):
        match(TOUCHING, TOUCHING.T)
