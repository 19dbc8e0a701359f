"""torch's own layers in a row are the oracle; what a pixel sees, and what tiling needs, are laws."""

import pytest
import torch
from torch import nn

from course_lib.layers.conv_block import ConvBlock

SIZES = {2: (7, 11), 3: (5, 7, 9)}
DIMS = pytest.mark.parametrize("dims", [2, 3])


def of_torch(dims: int) -> nn.Sequential:
    """The block, written with torch's modules."""
    conv, norm = {2: (nn.Conv2d, nn.BatchNorm2d), 3: (nn.Conv3d, nn.BatchNorm3d)}[dims]
    layers: list[nn.Module] = []
    for channels_in in (3, 5):
        layers += [conv(channels_in, 5, 3, padding=1, bias=False), norm(5), nn.ReLU()]
    return nn.Sequential(*layers)


@DIMS
@pytest.mark.parametrize("training", [True, False])
def test_it_equals_torchs_layers_in_a_row(dims: int, training: bool) -> None:
    ours, theirs = ConvBlock(3, 5, dims), of_torch(dims)
    for mine, its in zip(ours.parameters(), theirs.parameters(), strict=True):
        nn.init.normal_(mine)
        its.data.copy_(mine.data)
    x = torch.randn(2, 3, *SIZES[dims], requires_grad=True)
    twin = x.detach().clone().requires_grad_()
    ours.train(training)
    theirs.train(training)
    out, wanted = ours(x), theirs(twin)
    assert out.shape == (2, 5, *SIZES[dims])
    torch.testing.assert_close(out, wanted, atol=1e-5, rtol=1e-5)
    out.square().sum().backward()
    wanted.square().sum().backward()
    torch.testing.assert_close(x.grad, twin.grad, atol=1e-4, rtol=1e-4)
    for mine, its in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, its.grad, atol=1e-4, rtol=1e-4)


@DIMS
def test_a_trained_block_sees_two_pixels_each_way_and_no_further(dims: int) -> None:
    """This is what lets tiles give the same answer as the whole picture."""
    block = ConvBlock(3, 5, dims).eval()
    x = torch.randn(1, 3, *SIZES[dims])
    here = tuple(size // 2 for size in SIZES[dims])
    changed = x.clone()
    changed[(0, 1, *here)] += 9
    moved = (block(x) != block(changed)).any(dim=1)[0].nonzero() - torch.tensor(here)
    assert moved.abs().max() == 2


def test_what_a_hook_catches_of_a_norm_is_what_the_norm_said() -> None:
    """Pictures of feature maps are caught by hooks: nothing may be overwritten after them."""
    block, caught = ConvBlock(3, 5), []
    block.first_norm.register_forward_hook(lambda *call: caught.append(call[-1]))
    block(torch.randn(2, 3, 7, 11))
    assert (caught[0] < 0).any()


@pytest.mark.parametrize("dims", [1, 4])
def test_other_dimensions_are_refused(dims: int) -> None:
    with pytest.raises(ValueError, match=rf"dims={dims}: an image has dims=2 \(H, W\) or dims=3"):
        ConvBlock(3, 5, dims)
