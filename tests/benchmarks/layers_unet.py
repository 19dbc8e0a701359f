"""Our U-Net beside MONAI's, forward and backward in training mode: at equal widths and at equal parameters.

BasicUNet does the same work (with its twice as wide last step up). MONAI's UNet shrinks by strided convolution in its
very first layer, so that nothing but the last layer convolves at full size: fewer sums, not faster ones. "Equal
parameters" gives it the width that brings it to ours. MONAI's layers have a bias before the norm, ours do not.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_lib.layers.conv_block import ConvBlock
from course_lib.layers.up_conv import UpConv
from course_lib.models.unet import UNet, UNetConfig
from tests.benchmarks.stopwatch import Case

IMAGES = {2: (4, 1, 96, 112), 3: (2, 1, 32, 32, 48)}
"""Two volumes: torch's fast convolution in 3-D wants more than one small volume at a time on one thread."""
WIDTHS = {2: 16, 3: 8}
CLASSES = 4


def passes(module: Callable[[Tensor], Tensor], x: Tensor) -> Callable[[], None]:
    """Forward and backward once."""

    def once() -> None:
        module(x).sum().backward()

    return once


def cases() -> list[Case]:
    """Whole nets in 2-D and 3-D, then the parts beside the library's with the same weights."""
    return [*(net_case(dims) for dims in (2, 3)), *(case for dims in (2, 3) for case in part_cases(dims))]


def net_case(dims: int) -> Case:
    """MONAI's BasicUNet, ours, and MONAI's strided UNet at our width and at our number of parameters."""
    from monai.networks import nets

    width, x = WIDTHS[dims], torch.randn(*IMAGES[dims])
    widths = tuple(width * 2**level for level in range(5))

    def strided(width: int) -> nn.Module:
        channels = tuple(width * 2**level for level in range(5))
        return nets.UNet(
            spatial_dims=dims, in_channels=1, out_channels=CLASSES, channels=channels, strides=(2,) * 4,
            num_res_units=2, norm="batch",
        )  # fmt: skip

    ours = UNet(UNetConfig(1, CLASSES, width, 4, dims))
    rivals = [strided(w) for w in range(width, 2 * width)]
    nearest = min(rivals, key=lambda net: abs(size(net) - size(ours)))
    found = {
        "BasicUNet": nets.BasicUNet(dims, 1, CLASSES, (*widths, width), act="RELU", norm="batch"),
        "ours": ours,
        "UNet, equal width": rivals[0],
        "UNet, equal parameters": nearest,
    }
    ways = {f"{name} {size(net) / 1e6:.2f} M": passes(net, x) for name, net in found.items()}
    return Case(f"{dims}-D net B{len(x)} width {width} depth 4", ways)


def size(net: nn.Module) -> int:
    """How many numbers a net learns."""
    return sum(p.numel() for p in net.parameters())


def part_cases(dims: int) -> list[Case]:
    """Our block beside MONAI's TwoConv, our up-convolution beside its UpSample: same weights, equal answers."""
    from monai.networks.blocks import UpSample
    from monai.networks.nets.basic_unet import TwoConv

    shape = (4, 32, 48, 56) if dims == 2 else (2, 16, 16, 16, 24)
    x = torch.randn(*shape, requires_grad=True)
    c = shape[1]
    block, two = ConvBlock(c, c, dims), TwoConv(dims, c, c, act="RELU", norm="batch", bias=False)
    grow, sample = UpConv(c, c // 2, dims), UpSample(dims, c, c // 2, 2, mode="deconv")
    found = []
    for name, ours, theirs in (("convolution block", block, two), ("up-convolution", grow, sample)):
        with torch.no_grad():
            for mine, its in zip(ours.parameters(), theirs.parameters(), strict=True):
                its.copy_(mine)
        torch.testing.assert_close(ours(x), theirs(x), atol=1e-4, rtol=1e-4)
        found.append(Case(f"{dims}-D {name} B{shape[0]} C{c}", {"MONAI": passes(theirs, x), "ours": passes(ours, x)}))
    return found
