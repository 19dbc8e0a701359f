"""MONAI's BasicUNet with our weights, its Dice beside ours: outputs and gradients agree to 1e-5.

BasicUNet is 4 levels deep, joins the skip before what came up, and keeps twice our channels in its last step up. So we
roll the channels of the convolutions behind a join, and leave the superfluous channels without weights. Where sizes are
odd it repeats the last row where we put zeros; that this is the whole difference is tested too.
"""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_lib.layers import skips
from course_lib.layers.conv_block import ConvBlock
from course_lib.models.unet import UNet, UNetConfig
from course_lib.train.overlap import dice_score, iou, soft_dice

nets = pytest.importorskip("monai.networks.nets")
W = 2
IMAGES = {2: (32, 48), 3: (16, 32, 16)}
ODD = {2: (37, 51), 3: (17, 18, 16)}
DIMS = pytest.mark.parametrize("dims", [2, 3])
Pair = tuple[Tensor, Tensor, Callable[[Tensor], Tensor]]
"""Our parameter, MONAI's, and how to read ours out of MONAI's."""


def block_pairs(ours: ConvBlock, theirs: nn.Module, skip: int = 0, kept: int | None = None) -> list[Pair]:
    """The weights of two convolutions. `skip` channels lie first in theirs; of the rest it uses the first `kept`."""

    def read(weight: Tensor) -> Tensor:
        return torch.cat([weight[:, skip:][:, :kept], weight[:, :skip]], dim=1)

    found: list[Pair] = []
    for name, convolution, norm in (("0", ours.first, ours.first_norm), ("1", ours.second, ours.second_norm)):
        its = getattr(theirs, f"conv_{name}")
        found.append((convolution.weight, its.conv.weight, read if name == "0" else _same))
        found += [(norm.weight, its.adn.N.weight, _same), (norm.bias, its.adn.N.bias, _same)]
    return found


def all_pairs(ours: UNet, theirs: nn.Module) -> list[Pair]:
    """Every weight of ours with its place in theirs."""
    found = block_pairs(ours.down[0], theirs.conv_0)
    for level in range(1, 5):
        found += block_pairs(ours.down[level], getattr(theirs, f"down_{level}").convs)
    for step, (grow, block) in enumerate(zip(ours.grow, ours.up, strict=True)):
        its, kept = getattr(theirs, f"upcat_{4 - step}"), grow.stamp.out_channels
        stamp = its.upsample.deconv
        found.append((grow.stamp.weight, stamp.weight, lambda weight, kept=kept: weight[:, :kept]))
        found.append((grow.stamp.bias, stamp.bias, lambda bias, kept=kept: bias[:kept]))
        found += block_pairs(block, its.convs, skip=kept, kept=kept)
    return [*found, *((mine, its, _same) for mine, its in zip(
        ours.to_scores.parameters(), theirs.final_conv.parameters(), strict=True
    ))]  # fmt: skip


def _same(weight: Tensor) -> Tensor:
    return weight


def twins(dims: int) -> tuple[UNet, nn.Module, list[Pair]]:
    """Both nets with equal weights; what MONAI has beyond ours is zero."""
    ours = UNet(UNetConfig(2, 4, W, 4, dims))
    theirs = nets.BasicUNet(dims, 2, 4, (W, 2 * W, 4 * W, 8 * W, 16 * W, W), act="RELU", norm="batch")
    for module in ours.modules():
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm3d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
    found = all_pairs(ours, theirs)
    assert len(found) == len(list(ours.parameters()))
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.zero_()
        for module in theirs.modules():
            if isinstance(module, nn.BatchNorm2d | nn.BatchNorm3d):
                module.weight.fill_(1)
    for mine, its, read in found:
        # write through the same reading: the gradient of sum(read(w) * mine) is mine, laid where it belongs
        probe = its.detach().clone().requires_grad_()
        (laid,) = torch.autograd.grad((read(probe) * mine.detach()).sum(), probe)
        with torch.no_grad():
            its.copy_(laid)
    return ours, theirs, found


def assert_same(dims: int, image: tuple[int, ...]) -> None:
    """Scores in training and in use, and the gradients of the image and of every weight."""
    ours, theirs, found = (part for part in twins(dims))
    ours, theirs = ours.double(), theirs.double()
    x = torch.randn(2, 2, *image, dtype=torch.float64, requires_grad=True)
    twin = x.detach().clone().requires_grad_()
    out, wanted = ours(x), theirs(twin)
    torch.testing.assert_close(out, wanted, atol=1e-5, rtol=1e-5)
    push = torch.linspace(-1, 1, out.numel(), dtype=out.dtype).view_as(out)
    (out * push).sum().backward()
    (wanted * push).sum().backward()
    torch.testing.assert_close(x.grad, twin.grad, atol=1e-5, rtol=1e-5)
    for mine, its, read in found:
        assert mine.grad is not None and its.grad is not None
        torch.testing.assert_close(mine.grad, read(its.grad), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(twin), atol=1e-5, rtol=1e-5)


@DIMS
def test_the_whole_net(dims: int) -> None:
    assert_same(dims, IMAGES[dims])


@DIMS
def test_on_odd_sizes_the_padding_is_the_only_difference(dims: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs, _ = twins(dims)
    x = torch.randn(2, 2, *ODD[dims])
    assert not torch.allclose(ours(x), theirs(x), atol=1e-3)
    repeating = SimpleNamespace(pad=lambda image, pads: F.pad(image, pads, mode="replicate"))
    monkeypatch.setattr(skips, "F", repeating)
    assert_same(dims, ODD[dims])


@pytest.mark.parametrize("shape", [(3, 7, 11), (2, 5, 7, 9)], ids=["2-D", "3-D"])
def test_soft_dice_is_its_loss_over_a_batch(shape: tuple[int, ...]) -> None:
    loss = pytest.importorskip("monai.losses").DiceLoss(to_onehot_y=True, smooth_nr=1.0, smooth_dr=1.0, batch=True)
    batch, *image = shape
    scores = torch.randn(batch, 4, *image, requires_grad=True)
    twin = scores.detach().clone().requires_grad_()
    target = torch.randint(3, shape)  # class 3 is not there
    ours, theirs = soft_dice(scores.softmax(1), target), loss(twin.softmax(1), target[:, None])
    torch.testing.assert_close(ours, theirs)
    ours.backward()
    theirs.backward()
    torch.testing.assert_close(scores.grad, twin.grad)


@pytest.mark.parametrize("shape", [(7, 11), (5, 7, 9)], ids=["2-D", "3-D"])
def test_dice_and_iou_are_its_metrics(shape: tuple[int, ...]) -> None:
    metrics = pytest.importorskip("monai.metrics")
    predicted, truth = torch.randint(4, shape), torch.randint(4, shape)
    truth[truth == 3] = 0
    one_hot = [F.one_hot(mask, 5).movedim(-1, 0)[None].float() for mask in (predicted, truth)]
    present = torch.tensor([True, True, True, False, False])  # MONAI gives nan wherever the truth has none
    for ours, theirs in (
        (dice_score(predicted, truth, 5), metrics.compute_dice(*one_hot)[0]),
        (iou(predicted, truth, 5), metrics.compute_iou(*one_hot)[0]),
    ):
        torch.testing.assert_close(ours[present], theirs[present])
        assert ours[3] == 0, "said, and nowhere there"
        assert ours[4].isnan(), "in neither"
