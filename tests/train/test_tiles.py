"""Tiles cover everything, a picture cut up comes back, and what disagrees leaves no step."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.train.tiles import answer_in_tiles, blend, ramp, tile_starts


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.data())
def test_every_pixel_is_in_a_tile_and_neighbours_overlap(size: int, data: st.DataObject) -> None:
    tile = data.draw(st.integers(1, size))
    overlap = data.draw(st.integers(0, tile - 1))
    starts = tile_starts(size, tile, overlap)
    assert starts[0] == 0
    assert starts[-1] == size - tile
    steps = [b - a for a, b in pairwise(starts)]
    assert all(step == tile - overlap for step in steps[:-1])
    assert all(1 <= step <= tile - overlap for step in steps), "the last one may be nearer, never at the same place"


def test_by_hand() -> None:
    assert tile_starts(10, 4, 1) == [0, 3, 6]
    assert tile_starts(11, 4, 1) == [0, 3, 6, 7]
    assert tile_starts(4, 4, 3) == [0]
    assert ramp(7, 3).tolist() == [0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25]
    assert ramp(3, 0).tolist() == [1, 1, 1]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(7, 20), st.integers(7, 20))
def test_a_picture_cut_up_comes_back(overlap: int, heard: int, high: int, wide: int) -> None:
    image = torch.randn(3, high, wide, dtype=torch.float64)
    starts = [(i, j) for i in tile_starts(high, 7, overlap) for j in tile_starts(wide, 7, overlap)]
    tiles = torch.stack([image[:, i : i + 7, j : j + 7] for i, j in starts])
    torch.testing.assert_close(blend(tiles, starts, (high, wide), heard), image)


def test_two_that_disagree_meet_in_a_ramp_or_by_half() -> None:
    tiles, starts = [torch.zeros(1, 1, 7), torch.ones(1, 1, 7)], [(0, 0), (0, 4)]
    ramped = blend(tiles, starts, (1, 11), overlap=3)[0, 0].tolist()
    assert ramped == pytest.approx([0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1])
    plain = blend(tiles, starts, (1, 11))[0, 0].tolist()
    assert plain == pytest.approx([0, 0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1, 1])


@pytest.mark.parametrize("tile", [8, 40])
def test_a_network_that_looks_at_one_pixel_does_not_see_the_tiles(tile: int) -> None:
    image = torch.randn(3, 19, 23)
    answer = answer_in_tiles(lambda x: torch.cat([x.sin(), x.sum(1, keepdim=True)], dim=1), image, tile, overlap=3)
    torch.testing.assert_close(answer, torch.cat([image.sin(), image.sum(0, keepdim=True)]))


def test_what_does_not_fit_is_refused() -> None:
    tile = torch.ones(1, 4, 4)
    with pytest.raises(ValueError, match="tiles of 8 that overlap by 2 on 7 pixels"):
        tile_starts(7, 8, 2)
    with pytest.raises(ValueError, match="tiles of 4 that overlap by 4 on 7 pixels"):
        tile_starts(7, 4, 4)
    with pytest.raises(ValueError, match="an overlap of 5 in a tile of 4"):
        ramp(4, 5)
    with pytest.raises(ValueError, match="1 tiles and 2 starts"):
        blend([tile], [(0, 0), (1, 1)], (5, 5))
    with pytest.raises(ValueError, match=r"a tile of \(4, 4\) at \(2, 0\) reaches over the edge of \(5, 4\)"):
        blend([tile], [(2, 0)], (5, 4))
    with pytest.raises(ValueError, match=r"pixel \(0, 4\) is in no tile"):
        blend([tile], [(0, 0)], (4, 5))
