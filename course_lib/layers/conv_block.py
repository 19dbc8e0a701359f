"""Convolution blocks: look at the neighbourhood twice, keep the size, change the channels.

Sizes   B batch   C channels in   M channels out   (Z,) H, W what an image measures
"""

from torch import Tensor, nn

CONVOLUTION = {2: nn.Conv2d, 3: nn.Conv3d}
NORM = {2: nn.BatchNorm2d, 3: nn.BatchNorm3d}


class ConvBlock(nn.Module):
    """Twice: convolve 3 pixels wide, standardise each channel, keep what is positive.

    x (B, C, H, W), or (B, C, Z, H, W) with dims=3 -> (B, M, H, W) or (B, M, Z, H, W); an output sees 5 pixels each way
    The norm is batch norm, and that is a choice for tiling: once trained, what it does at a pixel depends on nothing
    far away. Group and instance norm measure the whole image they are given, so a tile comes out differently from the
    same place in the whole. Its shift makes a bias of the convolution superfluous.
    Raises ValueError for dims that are neither 2 nor 3.
    Source: Ronneberger et al. 2015 (arXiv:1505.04597), figure 1, with the padding and norm of Çiçek et al. 2016
    (arXiv:1606.06650).
    """

    def __init__(self, channels_in: int, channels_out: int, dims: int = 2) -> None:
        super().__init__()
        check_dims(dims)
        convolution, norm = CONVOLUTION[dims], NORM[dims]
        self.first = convolution(channels_in, channels_out, 3, padding=1, bias=False)
        self.first_norm = norm(channels_out)
        self.second = convolution(channels_out, channels_out, 3, padding=1, bias=False)
        self.second_norm = norm(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first_norm(self.first(x)).relu()
        return self.second_norm(self.second(x)).relu()


def check_dims(dims: int) -> None:
    """Raise ValueError unless images of so many dimensions can be dealt with."""
    if dims not in CONVOLUTION:
        raise ValueError(f"dims={dims}: an image has dims=2 (H, W) or dims=3 (Z, H, W)")
