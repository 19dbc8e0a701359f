"""The scaled sum: post-norm at alpha 1, and x alone where the part is silent."""

import torch
import torch.nn.functional as F

from course_lib.layers.blocks import post_norm_encoder
from course_lib.layers.residual import scaled_residual


def normed(x: torch.Tensor) -> torch.Tensor:
    return F.layer_norm(x, x.shape[-1:])


def test_two_sums_with_alpha_1_are_the_post_norm_block() -> None:
    x = torch.randn(3, 5, 7)
    inner = scaled_residual(x, torch.sin, normed, 1.0)
    wanted = post_norm_encoder(x, torch.sin, torch.cos, normed, normed)
    torch.testing.assert_close(scaled_residual(inner, torch.cos, normed, 1.0), wanted)


def test_a_large_alpha_leaves_little_of_the_part() -> None:
    x = torch.randn(3, 5, 7)
    far = [float((scaled_residual(x, torch.sin, normed, alpha) - normed(x)).abs().max()) for alpha in (1.0, 10.0, 1e3)]
    assert far[0] > far[1] > far[2]
    assert far[2] < 1e-2
    torch.testing.assert_close(scaled_residual(x, torch.zeros_like, torch.neg, 2.0), -2 * x)
