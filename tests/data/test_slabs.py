"""Slabs do not touch, and every part gets some."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.data.slabs import slabs, split_slabs


def test_by_hand() -> None:
    assert slabs(11, 3, 1) == [range(0, 3), range(4, 7), range(8, 11)]
    assert slabs(10, 3, 1) == [range(0, 3), range(4, 7)]
    parts = split_slabs(17, 2, 1)
    assert parts == ([0, 1, 6, 7, 12, 13], [3, 4, 15, 16], [9, 10])


@settings(max_examples=50, deadline=None)
@given(st.integers(4, 120), st.integers(1, 9), st.integers(0, 5))
def test_parts_are_more_than_the_gap_apart(depth: int, size: int, gap: int) -> None:
    if len(range(0, depth - size + 1, size + gap)) < 4:
        with pytest.raises(ValueError, match=r"at least 4 are needed|size must be"):
            split_slabs(depth, size, gap)
        return
    parts = split_slabs(depth, size, gap)
    everything = sorted(row for part in parts for row in part)
    assert len(everything) == len(set(everything))
    assert set(everything) <= set(range(depth))
    for i, one in enumerate(parts):
        assert one == sorted(one) and one
        for other in parts[:i]:
            assert min(abs(a - b) for a in one for b in other) > gap


@pytest.mark.parametrize(("depth", "size", "gap"), [(5, 6, 1), (5, 0, 1), (5, 2, -1)])
def test_what_does_not_fit_is_refused(depth: int, size: int, gap: int) -> None:
    with pytest.raises(ValueError, match=f"slabs of {size} with gaps of {gap} in {depth} slices"):
        slabs(depth, size, gap)
