"""Cross-attention against PyTorch's, with one head and the same matrices."""

import torch
from torch import nn

from course_lib.layers.cross_attention import cross_attention


def test_it_equals_pytorch() -> None:
    torch.manual_seed(5)
    x, memory = torch.randn(3, 5, 7), torch.randn(3, 9, 7)
    w_q, w_k, w_v = torch.randn(3, 7, 7).unbind()
    real = torch.arange(9) < torch.tensor([[9], [1], [4]])
    theirs = nn.MultiheadAttention(7, 1, bias=False, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([w_q.T, w_k.T, w_v.T]))
        theirs.out_proj.weight.copy_(torch.eye(7))
    wanted, shares = theirs(x, memory, memory, key_padding_mask=~real)
    heard, weights = cross_attention(x, memory, w_q, w_k, w_v, real)
    torch.testing.assert_close(heard, wanted, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(weights, shares, rtol=1e-4, atol=1e-5)
    assert bool((weights[~real[:, None].expand_as(weights)] == 0).all())
