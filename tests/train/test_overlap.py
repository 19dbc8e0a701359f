"""Overlap by hand, its relations, its gradient, and what weights must do. MONAI's own are compared in tests/peers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.train.overlap import class_weights, dice_score, iou, soft_dice

PREDICTED = torch.tensor([[0, 1, 1], [0, 1, 2]])
TRUTH = torch.tensor([[0, 0, 1], [0, 1, 1]])


def test_by_hand() -> None:
    """Class 1: both 2 pixels, said 3, true 3. Class 2: said, not there. Class 3: in neither."""
    dice, jaccard = dice_score(PREDICTED, TRUTH, 4), iou(PREDICTED, TRUTH, 4)
    torch.testing.assert_close(dice, torch.tensor([4 / 5, 4 / 6, 0, torch.nan]), equal_nan=True)
    torch.testing.assert_close(jaccard, torch.tensor([2 / 3, 2 / 4, 0, torch.nan]), equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_relations(classes: int, seed: int) -> None:
    chance = torch.Generator().manual_seed(seed)
    a, b = (torch.randint(classes - 1, (3, 5, 7), generator=chance) for _ in range(2))
    dice, jaccard = dice_score(a, b, classes), iou(a, b, classes)
    torch.testing.assert_close(jaccard, dice / (2 - dice), equal_nan=True)
    torch.testing.assert_close(dice, dice_score(b, a, classes), equal_nan=True)
    same = dice_score(a, a, classes)
    assert torch.equal(same[~same.isnan()], torch.ones(int(a.unique().numel())))
    assert dice[-1].isnan()
    by_loop = [2 * ((a == c) & (b == c)).sum() / ((a == c).sum() + (b == c).sum()) for c in range(classes)]
    torch.testing.assert_close(dice, torch.stack(by_loop), equal_nan=True)


def test_the_loss_of_a_certain_answer_is_one_minus_its_score() -> None:
    predicted, truth = torch.randint(3, (5, 7, 11)), torch.randint(3, (5, 7, 11))
    certain = torch.nn.functional.one_hot(predicted, 3).movedim(-1, 1).double()
    loss = soft_dice(certain, truth, eps=0.0)
    torch.testing.assert_close(loss, 1 - dice_score(predicted, truth, 3).mean().double(), atol=1e-6, rtol=0)
    assert soft_dice(torch.nn.functional.one_hot(truth, 3).movedim(-1, 1).float(), truth) == 0


def test_eps_counts_what_nobody_sees_as_agreed_on() -> None:
    truth = torch.zeros(2, 5, 7, dtype=torch.long)
    certain = torch.zeros(2, 3, 5, 7)
    certain[:, 0] = 1
    assert soft_dice(certain, truth) == 0
    assert soft_dice(certain, truth, eps=0.0).isnan()


def test_every_class_counts_alike_and_images_are_pooled() -> None:
    """One pixel of class 1 in the second of two images: missing it costs a whole class, not a pixel."""
    truth = torch.zeros(2, 9, 11, dtype=torch.long)
    truth[1, 4, 5] = 1
    blind = torch.zeros(2, 2, 9, 11)
    blind[:, 0] = 1
    wanted = 1 - ((2 * 197 + 1) / (198 + 197 + 1) + 1 / 2) / 2
    torch.testing.assert_close(soft_dice(blind, truth), torch.tensor(wanted))


def test_its_gradient_is_right() -> None:
    target = torch.randint(3, (2, 3, 5))
    scores = torch.randn(2, 3, 3, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda s: soft_dice(s.softmax(1), target, eps=0.3), scores)


def test_weights_make_every_class_count_alike() -> None:
    mask = torch.tensor([0] * 30 + [1] * 5 + [3] * 15)
    weights = class_weights(mask, 5)
    present = torch.tensor([True, True, False, True, False])
    assert torch.equal(weights > 0, present)
    torch.testing.assert_close(weights[present].mean(), torch.tensor(1.0))
    shares = weights * torch.bincount(mask, minlength=5)
    torch.testing.assert_close(shares[present], shares[0].expand(3))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 3, 5, 7\) and \(2, 7, 5\); expected"):
        soft_dice(torch.rand(2, 3, 5, 7), torch.zeros(2, 7, 5, dtype=torch.long))
    with pytest.raises(ValueError, match=r"\(2, 3\) and truth \(3, 2\) must have equal shapes"):
        dice_score(PREDICTED, TRUTH.T, 3)
    for call in (lambda: iou(PREDICTED, TRUTH, 2), lambda: class_weights(PREDICTED, 2)):
        with pytest.raises(ValueError, match="the mask holds 0 to 2; expected class numbers from 0 to 1"):
            call()
    with pytest.raises(ValueError, match="the mask is empty"):
        class_weights(torch.zeros(0, dtype=torch.long), 2)
