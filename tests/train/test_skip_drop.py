"""Dropping skips: which, how often, image by image, and never the bottleneck."""

import pytest
import torch

from course_lib.train.skip_drop import drop_skips

FEATURES = [torch.ones(500, 2, 4, 6), torch.ones(500, 3, 2, 3), torch.ones(500, 5, 1, 1)]


def drop(share: float, seed: int = 0) -> list[torch.Tensor]:
    """The same features every time."""
    return drop_skips(FEATURES, share, torch.Generator().manual_seed(seed))


def test_a_skip_of_an_image_is_whole_or_gone_and_the_bottleneck_stays() -> None:
    kept = drop(0.3)
    assert kept[-1] is FEATURES[-1]
    gone = torch.stack([each.flatten(1).sum(1) == 0 for each in kept[:-1]])
    for each, off in zip(kept[:-1], gone, strict=True):
        assert torch.equal(each[~off], torch.ones_like(each[~off]))
    shares = gone.float().mean(1)
    assert ((shares - 0.3).abs() < 0.08).all()
    both = (gone[0] & gone[1]).float().mean()
    assert abs(float(both) - 0.09) < 0.05, "one skip's fate says nothing of the other's"


def test_the_ends_and_the_seed() -> None:
    assert all(torch.equal(a, b) for a, b in zip(drop(0.0), FEATURES, strict=True))
    assert [float(each.abs().sum()) > 0 for each in drop(1.0)] == [False, False, True]
    assert all(torch.equal(a, b) for a, b in zip(drop(0.5), drop(0.5), strict=True))
    assert not torch.equal(drop(0.5)[0], drop(0.5, seed=1)[0])


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_what_is_no_probability_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=f"share={share} is no probability"):
        drop(share)
