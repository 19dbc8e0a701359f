"""Up-convolution: every pixel stamps a kernel onto a larger image, and stamps that overlap add up.

Sizes   B batch   C channels in   M channels out   k stamp   (Z,) H, W what an image measures
"""

import torch
from torch import Tensor, nn

from course_lib.layers.conv_block import check_dims

STAMPS = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}


def up_convolution(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    """Stamp the kernel, times the pixel's value, once for every pixel, `stride` apart.

    x (B, C, H, W)   kernel (C, M, k, k)   -> (B, M, (H - 1) stride + k, (W - 1) stride + k)
    It is the transpose of a convolution, the same matrix turned round: for every image y of the size that comes out,
    the sum of y * up_convolution(x, kernel) equals the sum of conv2d(y, kernel) * x. Not its inverse.
    Raises ValueError when the kernel has not one stamp for each channel of x, or the stride is below 1.
    Source: Dumoulin and Visin 2016 (arXiv:1603.07285), chapter 4.
    """
    (batch, channels, high, wide), (stamps, out, *_, k) = x.shape, kernel.shape
    if stamps != channels or stride < 1:
        raise ValueError(
            f"x has {channels} channels, the kernel stamps for {stamps}, the stride is {stride}; "
            f"expected a kernel ({channels}, M, k, k) and a stride of 1 or more"
        )
    large = x.new_zeros(batch, out, (high - 1) * stride + k, (wide - 1) * stride + k)
    for i in range(k):
        for j in range(k):  # pixel (i, j) of all stamps at once: they lie `stride` apart
            rows = slice(i, i + (high - 1) * stride + 1, stride)
            columns = slice(j, j + (wide - 1) * stride + 1, stride)
            large[:, :, rows, columns] += torch.einsum("bchw,cm->bmhw", x, kernel[:, :, i, j])
    return large


class UpConv(nn.Module):
    """Twice as large in every direction: stamps of 2 by 2 pixels, 2 apart, so that none overlap.

    x (B, C, H, W), or (B, C, Z, H, W) with dims=3 -> (B, M, 2 H, 2 W) or (B, M, 2 Z, 2 H, 2 W)
    PyTorch's operator computes what `up_convolution` says, plus a bias.   Raises ValueError for other dims.
    Source: Ronneberger et al. 2015 (arXiv:1505.04597), section 2.
    """

    def __init__(self, channels_in: int, channels_out: int, dims: int = 2) -> None:
        super().__init__()
        check_dims(dims)
        self.stamp = STAMPS[dims](channels_in, channels_out, kernel_size=2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.stamp(x)
