"""The mask goes where the picture goes: a picture that is its own mask must still be so afterwards."""

import pytest
import torch

from course_lib.train.augment import turn_together


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("turns", range(-1, 6))
def test_every_pixel_stays_under_its_own_class(turns: int, flip: bool) -> None:
    mask = torch.arange(35).view(5, 7)
    image = torch.stack([mask * 1.0, mask + 100.0, mask * -2.0])
    moved, its = turn_together(image, mask, turns, flip)
    assert torch.equal(moved, torch.stack([its * 1.0, its + 100.0, its * -2.0]))
    assert its.shape == ((7, 5) if turns % 2 else (5, 7))
    assert torch.equal(its.flatten().sort().values, mask.flatten())
    assert torch.equal(image[0], mask * 1.0), "what came in is untouched"


def test_the_eight_ways_to_lay_a_square() -> None:
    mask = torch.arange(9).view(3, 3)
    ways = {tuple(turn_together(mask[None], mask, n, f)[1].flatten().tolist()) for n in range(4) for f in (False, True)}
    assert len(ways) == 8
    assert turn_together(mask[None], mask, 1, False)[1].tolist() == [[2, 5, 8], [1, 4, 7], [0, 3, 6]]
    assert turn_together(mask[None], mask, 0, True)[1].tolist() == [[2, 1, 0], [5, 4, 3], [8, 7, 6]]
    assert turn_together(mask[None], mask, 1, True)[1].tolist() == [[8, 5, 2], [7, 4, 1], [6, 3, 0]], "turned first"


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"picture and mask measure \(5, 7\) and \(7, 5\)"):
        turn_together(torch.zeros(1, 5, 7), torch.zeros(7, 5), 1, False)
