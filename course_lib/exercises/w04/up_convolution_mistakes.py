"""Up-convolutions that go wrong, each in one way.

Sizes   B batch   C channels in   M channels out   H, W height and width   k kernel
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Lay = Callable[[Tensor, Tensor], Tensor]  # what lies there, the stamp -> what lies there afterwards


def stamp_by_stamp(x: Tensor, kernel: Tensor, stride: int, lay: Lay) -> Tensor:
    """Every pixel stamps the kernels of its channels, the channels added up first."""
    size, (height, width) = kernel.shape[-1], x.shape[2:]
    found = x.new_zeros(len(x), kernel.shape[1], (height - 1) * stride + size, (width - 1) * stride + size)
    for row in range(height):
        for column in range(width):
            stamp = torch.einsum("bc,cmij->bmij", x[:, :, row, column], kernel)
            top, left = row * stride, column * stride
            here = found[:, :, top : top + size, left : left + size]
            found[:, :, top : top + size, left : left + size] = lay(here, stamp)
    return found


def added(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return stamp_by_stamp(x, kernel, stride, lambda here, stamp: here + stamp)


def overwritten(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return stamp_by_stamp(x, kernel, stride, lambda here, stamp: stamp)


def averaged(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    stamps = added(torch.ones_like(x[:1, :1]), torch.ones_like(kernel[:1, :1]), stride)
    return added(x, kernel, stride) / stamps.clamp(min=1)


def upside_down(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return added(x, kernel.flip(-1, -2), stride)


def mirrored_along_the_diagonal(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return added(x, kernel.transpose(-1, -2), stride)


def side_by_side(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return added(x, kernel, kernel.shape[-1])


def stride_ignored(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return added(x, kernel, 1)


def cut_to_the_stride(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    height, width = x.shape[2:]
    return added(x, kernel, stride)[:, :, : height * stride, : width * stride]


def repeated_pixels(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    large = x.repeat_interleave(stride, 2).repeat_interleave(stride, 3)
    return F.conv2d(large, kernel.transpose(0, 1), padding=kernel.shape[-1] // 2)


def one_kernel_for_all_channels(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return added(x, kernel[:1].expand_as(kernel), stride)
