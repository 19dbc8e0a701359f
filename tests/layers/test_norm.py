"""torch's layer norm is the oracle, in value and in gradient."""

import torch
import torch.nn.functional as F

from course_lib.layers.norm import layer_norm

B, T, D = 3, 5, 7


def test_it_equals_torchs() -> None:
    x, gain, bias = torch.randn(B, T, D) * 3 + 1, torch.randn(D), torch.randn(D)
    for eps in (1e-5, 0.3):
        torch.testing.assert_close(layer_norm(x, gain, bias, eps), F.layer_norm(x, (D,), gain, bias, eps))


def test_it_gives_torchs_gradients() -> None:
    mine = [x.requires_grad_() for x in (torch.randn(B, T, D), torch.randn(D), torch.randn(D))]
    theirs = [x.detach().clone().requires_grad_() for x in mine]
    layer_norm(*mine).pow(3).sum().backward()
    F.layer_norm(theirs[0], (D,), theirs[1], theirs[2]).pow(3).sum().backward()
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad, atol=1e-5, rtol=1e-4)


def test_a_constant_position_does_not_divide_by_zero() -> None:
    out = layer_norm(torch.full((1, D), 4.0), torch.ones(D), torch.zeros(D))
    assert torch.equal(out, torch.zeros(1, D))
