"""F.conv_transpose2d is the oracle, and the law that gave the operator its name: it is the transpose of conv2d."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.layers.up_conv import UpConv, up_convolution


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 6), st.integers(1, 7), st.integers(1, 4),
    st.integers(1, 5),
)  # fmt: skip
def test_it_equals_torch(batch: int, c: int, m: int, high: int, wide: int, k: int, stride: int) -> None:
    x, kernel = torch.randn(batch, c, high, wide), torch.randn(c, m, k, k)
    wanted = F.conv_transpose2d(x, kernel, stride=stride)
    if (
        stride > k
    ):  # torch leaves out what no stamp reaches at the end only when asked to; ours ends with the last stamp
        assert up_convolution(x, kernel, stride).shape == wanted.shape
    torch.testing.assert_close(up_convolution(x, kernel, stride), wanted, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 2), (5, 3), (1, 1)])
def test_its_gradients_equal_torchs(k: int, stride: int) -> None:
    pairs = [(t := torch.randn(*shape), t.clone()) for shape in ((2, 3, 5, 7), (3, 4, k, k))]
    (x, x2), (kernel, kernel2) = [[each.requires_grad_() for each in pair] for pair in pairs]
    up_convolution(x, kernel, stride).sin().sum().backward()
    F.conv_transpose2d(x2, kernel2, stride=stride).sin().sum().backward()
    torch.testing.assert_close(x.grad, x2.grad, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(kernel.grad, kernel2.grad, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 2), (5, 3), (3, 1)])
def test_it_is_the_transpose_of_a_convolution(k: int, stride: int) -> None:
    x, kernel = torch.randn(2, 3, 5, 7, dtype=torch.float64), torch.randn(3, 4, k, k, dtype=torch.float64)
    grown = up_convolution(x, kernel, stride)
    y = torch.randn_like(grown)
    torch.testing.assert_close((grown * y).sum(), (x * F.conv2d(y, kernel, stride=stride)).sum())


def test_one_pixel_leaves_its_stamp() -> None:
    kernel = torch.arange(4.0).view(1, 1, 2, 2) + 1
    x = torch.tensor([[0.0, 0.0], [0.0, 3.0]])[None, None]
    assert up_convolution(x, kernel, 2)[0, 0].tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 3, 6], [0, 0, 9, 12]]
    assert up_convolution(x, kernel, 1)[0, 0].tolist() == [[0, 0, 0], [0, 3, 6], [0, 9, 12]]


@pytest.mark.parametrize("dims", [2, 3])
def test_the_module_doubles_every_side_and_is_the_same_sum(dims: int) -> None:
    grow = UpConv(3, 5, dims)
    size = (5, 7, 9)[-dims:]
    out = grow(torch.randn(2, 3, *size))
    assert out.shape == (2, 5, *(2 * side for side in size))
    if dims == 2:
        x = torch.randn(2, 3, 5, 7)
        bias = grow.stamp.bias
        assert bias is not None
        torch.testing.assert_close(grow(x), up_convolution(x, grow.stamp.weight, 2) + bias[:, None, None])


@pytest.mark.parametrize(("stamps", "stride"), [(4, 2), (3, 0)])
def test_what_does_not_fit_is_refused(stamps: int, stride: int) -> None:
    with pytest.raises(ValueError, match=rf"stamps for {stamps}, the stride is {stride}; expected a kernel \(3, M"):
        up_convolution(torch.randn(1, 3, 5, 7), torch.randn(stamps, 2, 2, 2), stride)


def test_other_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="dims=1"):
        UpConv(3, 5, 1)
