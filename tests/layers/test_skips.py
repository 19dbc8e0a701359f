"""Joining what came up with the skip: which channels first, and what happens to odd sizes in 2-D and 3-D."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.layers.skips import fit_to, join


@pytest.mark.parametrize("size", [(7, 11), (5, 7, 9), (7,)])
def test_what_came_up_lies_first_and_the_skip_behind_it_untouched(size: tuple[int, ...]) -> None:
    small = tuple(side // 2 * 2 for side in size)  # what halving and doubling leaves
    up, skip = torch.randn(2, 3, *small), torch.randn(2, 5, *size)
    joined = join(up, skip)
    assert joined.shape == (2, 8, *size)
    assert torch.equal(joined[:, 3:], skip)
    inside = (slice(None), slice(3), *(slice(side) for side in small))
    assert torch.equal(joined[inside], up)
    assert joined[:, :3].count_nonzero() == up.numel(), "the missing last row and column are zeros"


def test_equal_sizes_are_a_plain_concatenation() -> None:
    up, skip = torch.randn(2, 3, 7, 11), torch.randn(2, 5, 7, 11)
    assert torch.equal(join(up, skip), torch.cat([up, skip], dim=1))


def test_a_margin_is_shared_out_with_the_odd_pixel_at_the_end() -> None:
    x = torch.arange(1.0, 4.0)[None, None]
    assert fit_to(x, [6])[0, 0].tolist() == [0, 1, 2, 3, 0, 0]
    assert fit_to(x, [5])[0, 0].tolist() == [0, 1, 2, 3, 0]
    assert fit_to(x, [4])[0, 0].tolist() == [1, 2, 3, 0]
    long = torch.arange(7.0)[None, None]
    assert fit_to(long, [5])[0, 0].tolist() == [1, 2, 3, 4, 5]
    assert fit_to(long, [6])[0, 0].tolist() == [1, 2, 3, 4, 5, 6]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=3))
def test_it_equals_padding_axis_by_axis(sides: list[tuple[int, int]]) -> None:
    """milesial's form: diff // 2 before, the rest after; for too large images the same with negative numbers."""
    x = torch.randn(2, 3, *(has for has, _ in sides))
    wanted = x
    for axis, (has, wants) in enumerate(sides):
        before = (wants - has) // 2
        pads = [0] * (2 * (len(sides) - axis))
        pads[-2:] = [before, wants - has - before]
        wanted = F.pad(wanted, pads)
    assert torch.equal(fit_to(x, [wants for _, wants in sides]), wanted)


def test_gradients_reach_both() -> None:
    up, skip = torch.randn(2, 3, 6, 10, requires_grad=True), torch.randn(2, 5, 7, 11, requires_grad=True)
    join(up, skip).sum().backward()
    assert up.grad is not None and torch.equal(up.grad, torch.ones_like(up))
    assert skip.grad is not None and torch.equal(skip.grad, torch.ones_like(skip))


def test_a_volume_does_not_fit_a_picture() -> None:
    with pytest.raises(ValueError, match=r"an image of 2 dimensions cannot be brought to \(4, 5, 6\)"):
        join(torch.randn(1, 2, 3, 3), torch.randn(1, 2, 4, 5, 6))
