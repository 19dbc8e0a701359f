"""Up-convolution: every pixel stamps the kernel into a larger picture."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import up_conv

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


BUILT_IN = (
    *(f"torch.nn.functional.conv_transpose{axes}d" for axes in (1, 2, 3)),
    *(f"torch.nn.ConvTranspose{axes}d" for axes in (1, 2, 3)),
)


@law("one pixel stamps the kernel once, at its place times the stride")
def one_stamp(call: Call) -> Broken | None:
    """All zeros but one pixel; with this stride, with stride 1, and with one that is wider than the kernel."""
    x, kernel, draw = call.inputs["x"], call.inputs["kernel"], call.draw
    batch, channel, row, column = (draw.integer(0, size) for size in x.shape)
    alone = torch.zeros_like(x)
    alone[batch, channel, row, column] = 2.0
    size, (height, width) = kernel.shape[-1], x.shape[2:]
    for stride in (call.inputs["stride"], 1, size + 1):
        wanted = x.new_zeros(len(x), kernel.shape[1], (height - 1) * stride + size, (width - 1) * stride + size)
        top, left = row * stride, column * stride
        wanted[batch, :, top : top + size, left : left + size] = 2 * kernel[channel]
        if not same(found := call.again(x=alone, stride=stride), wanted):
            place = f"row {row}, column {column} of channel {channel}"
            return elsewhere(
                call,
                f"x is 0 but for a 2 at {place}, the stride is {stride}. It should give 2 * kernel[{channel}], its "
                f"corner at row {top}, column {left}, and 0 around it.",
                found,
                wanted,
            )
    return None


@law("where stamps overlap they add up")
def stamps_add(call: Call) -> Broken | None:
    """The result for a sum of two pictures is the sum of the two results."""
    other = call.draw.normal(*call.inputs["x"].shape)
    both, second = call.again(x=call.inputs["x"] + other), call.again(x=other)
    if same(both, call.yours + second, 1e-3):
        return None
    return elsewhere(
        call,
        "Two pictures are laid on each other before your function, and then behind it: the results should agree.",
        both,
        call.yours + second,
    )


@law("it is convolution turned round")
def adjoint(call: Call) -> Broken | None:
    """<up(x), y> = <x, conv(y)> for every y, with the convolution of the same kernel and stride."""
    x, kernel, stride = (call.inputs[name] for name in ("x", "kernel", "stride"))
    y = call.draw.normal(*call.expected.shape)
    mine, wanted = float((call.yours * y).sum()), float((x * F.conv2d(y, kernel, stride=stride)).sum())
    if abs(mine - wanted) <= 1e-4 * float(call.expected.norm() * y.norm()):
        return None
    return Broken(
        "For any y of the size of your result, the sum of up(x) * y should be the sum of x * conv(y), where conv has "
        f"the same kernel and stride. Yours is {number(mine)}, and it should be {number(wanted)}."
    )


@exercise("w04.up_convolution", title="Up-convolution", section="4.1", points=4, minutes=12, difficulty=3, importance=5,
          forbid=BUILT_IN, seconds=10.0)  # fmt: skip
class UpConvolution:
    """Let every pixel stamp its value times the kernel; where stamps overlap they add up."""

    reference = up_conv.up_convolution

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """The stamps overlap; the height differs from the width."""
        size, stride = (3, 2) if draw.tiny else draw.choice([(3, 2), (4, 3), (5, 3)])
        channels_in, channels_out = draw.size(1, 3), draw.size(1, 2)
        return {
            "x": draw.normal(draw.size(1, 2), channels_in, draw.size(2, 5), draw.size(3, 7)),
            "kernel": draw.normal(channels_in, channels_out, size, size),
            "stride": stride,
        }

    laws = [one_stamp, stamps_add, adjoint, equals_reference, gradients_reach("x", "kernel")]
    mistakes = {
        "the last stamp wins": mistake(
            overwritten,
            "What should stand where two stamps overlap?",
            "Each stamp wipes out what lay below it.",
        ),
        "stamps averaged": mistake(
            averaged,
            "Ink on ink gets darker. Is anything divided in a convolution?",
            "Where stamps overlap you take their mean.",
        ),
        "the kernel turned by half a turn": mistake(
            upside_down,
            "Stamp a single pixel and look at what is left on the paper. Does it look like the kernel?",
            "Your stamp is the kernel with rows and columns reversed.",
        ),
        "rows and columns of the kernel exchanged": mistake(
            mirrored_along_the_diagonal,
            "Which of the kernel's last two axes runs down, and which runs to the right?",
            "Your stamp is the kernel mirrored along its diagonal.",
        ),
        "stamps side by side": mistake(
            side_by_side,
            "How far apart are the corners of two neighbouring stamps?",
            "You move on by the width of the kernel, not by the stride.",
        ),
        "the stride ignored": mistake(
            stride_ignored,
            "What size does your result have when the stride is 2, and what size should it have?",
            "Neighbouring pixels stamp one step apart, whatever the stride.",
        ),
        "cut to size times stride": mistake(
            cut_to_the_stride,
            "Where does the stamp of the last pixel begin, and where does it end?",
            "The last stamps reach over the edge of your result.",
        ),
        "pixels repeated instead of spread apart": mistake(
            repeated_pixels,
            "How often may each pixel use its stamp?",
            "You enlarge the picture first, so that every pixel stamps stride times stride times.",
        ),
        "one kernel for all input channels": mistake(
            one_kernel_for_all_channels,
            "kernel[0] belongs to channel 0. Which one belongs to channel 2?",
            "All channels of x stamp with the kernels of the first.",
        ),
    }
    hints = [
        "Begin with zeros of the final size: the last pixel's stamp begins at (H - 1) * stride and is k long.",
        "Loop over the pixels: the stamp of x[:, :, row, column] is the sum over the channels of value times kernel.",
        "Or loop over the k * k entries of the kernel: each one lands on rows r, r + stride, r + 2 stride and so on.",
    ]
