"""torch's cross-entropy with label smoothing is the oracle, in value and gradient."""

import pytest
import torch
import torch.nn.functional as F

from course_lib.train.losses import smoothed_cross_entropy

B, T, V = 3, 5, 7


def sample() -> tuple[torch.Tensor, torch.Tensor]:
    target = torch.randint(1, V, (B, T))
    target[0, 3:] = target[2, 1:] = 0
    return torch.randn(B, T, V) * 3, target


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])
@pytest.mark.parametrize("ignore", [0, 3])
def test_it_equals_torchs(smoothing: float, ignore: int) -> None:
    scores, target = sample()
    mine, its = scores.clone().requires_grad_(), scores.clone().requires_grad_()
    loss = smoothed_cross_entropy(mine, target, smoothing, ignore)
    wanted = F.cross_entropy(its.flatten(0, 1), target.flatten(), label_smoothing=smoothing, ignore_index=ignore)
    torch.testing.assert_close(loss, wanted)
    loss.backward()
    wanted.backward()
    torch.testing.assert_close(mine.grad, its.grad)


def test_the_best_a_model_can_say_is_the_smoothed_target() -> None:
    """Certainty is punished: the loss is least at the probabilities 1 - s + s/V and s/V, not at 1 and 0."""
    smoothing, target = 0.2, torch.tensor([4])
    best = torch.full((1, V), smoothing / V)
    best[0, 4] += 1 - smoothing
    least = smoothed_cross_entropy(best.log(), target, smoothing)
    sure = torch.zeros(1, V)
    for surer in (1.0, 5.0, 20.0):
        sure[0, 4] = surer
        assert smoothed_cross_entropy(sure, target, smoothing) > least
    assert smoothed_cross_entropy(sure, target, 0.0) < 1e-6


def test_misuse_is_named() -> None:
    scores, target = sample()
    with pytest.raises(ValueError, match=r"smoothing 1.0 must be at least 0 and less than 1"):
        smoothed_cross_entropy(scores, target, 1.0)
    with pytest.raises(ValueError, match="every target is 0"):
        smoothed_cross_entropy(scores, target * 0, 0.1)
