"""torch's own attention is the oracle, then the laws that attention must keep."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from course_lib.layers.attention import (
    MultiHeadAttention,
    additive_scores,
    attend,
    cached_attention,
    merge_heads,
    mix,
    split_heads,
)
from course_lib.layers.masks import banded_mask, causal_mask, may_look, padding_mask

B, T, S, H, K, V = 2, 5, 7, 3, 4, 11
D = H * K


def tensors(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(B, n, w, generator=draw) for n, w in [(T, K), (S, K), (S, V)])  # type: ignore[return-value]


@pytest.mark.parametrize("masked", [False, True])
def test_attend_equals_torch(masked: bool) -> None:
    q, k, v = tensors()
    mask = torch.rand(B, T, S) > 0.4 if masked else None
    if mask is not None:
        mask[..., 0] = True
    ours, weights = attend(q, k, v, mask)
    theirs = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(weights.sum(-1), torch.ones(B, T))


def test_attend_gives_torchs_gradients() -> None:
    mine = [x.requires_grad_() for x in tensors()]
    theirs = [x.detach().clone().requires_grad_() for x in mine]
    attend(*mine)[0].square().sum().backward()
    F.scaled_dot_product_attention(*theirs).square().sum().backward()
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad)


@given(st.integers(0, 1000), st.floats(-50, 50))
def test_weights_do_not_change_when_every_score_grows_alike(seed: int, shift: float) -> None:
    draw = torch.Generator().manual_seed(seed)
    scores, values = torch.randn(S, generator=draw), torch.randn(S, V, generator=draw)
    plain, weights = mix(scores, values)
    moved, _ = mix(scores + shift, values)
    torch.testing.assert_close(plain, moved, atol=1e-4, rtol=1e-4)
    assert (plain >= values.amin(0) - 1e-6).all() and (plain <= values.amax(0) + 1e-6).all()
    assert weights.sum().item() == pytest.approx(1, abs=1e-5)


def test_additive_scores_one_by_one() -> None:
    q, k = torch.randn(T, 3), torch.randn(S, 2)
    w_q, w_k, v = torch.randn(3, 4), torch.randn(2, 4), torch.randn(4)
    scores = additive_scores(q, k, w_q, w_k, v)
    for t in range(T):
        for s in range(S):
            torch.testing.assert_close(scores[t, s], v @ torch.tanh(q[t] @ w_q + k[s] @ w_k))


def test_heads_split_and_merge() -> None:
    x = torch.arange(B * T * D, dtype=torch.float32).reshape(B, T, D)
    heads = split_heads(x, H)
    assert heads.shape == (B, H, T, K)
    assert torch.equal(heads[1, 2, 3], x[1, 3, 2 * K : 3 * K])
    assert torch.equal(merge_heads(heads), x)


def test_a_width_that_does_not_split_is_named() -> None:
    with pytest.raises(ValueError, match=r"width 30 does not split into 4 heads; try 28 or 32"):
        MultiHeadAttention(30, 4)
    with pytest.raises(ValueError, match=r"width 12 does not split into 5 heads; try one of \[1, 2, 3, 4, 6, 12\]"):
        split_heads(torch.zeros(1, 1, 12), 5)


def test_multi_head_attention_equals_torchs_with_the_same_weights() -> None:
    ours, theirs = MultiHeadAttention(D, H), nn.MultiheadAttention(D, H, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.to_q.weight, ours.to_k.weight, ours.to_v.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.to_q.bias, ours.to_k.bias, ours.to_v.bias]))
        theirs.out_proj.weight.copy_(ours.to_out.weight)
        theirs.out_proj.bias.copy_(ours.to_out.bias)
    target, source = torch.randn(B, T, D, requires_grad=True), torch.randn(B, S, D)
    twin = target.detach().clone().requires_grad_()
    mask = torch.rand(B, T, S) > 0.3
    mask[..., 2] = True
    heard, weights = ours(target, source, mask)
    blocked = (~mask).repeat_interleave(H, dim=0)
    heard2, weights2 = theirs(twin, source, source, attn_mask=blocked, average_attn_weights=False)
    torch.testing.assert_close(heard, heard2)
    torch.testing.assert_close(weights, weights2)
    heard.square().sum().backward()
    heard2.square().sum().backward()
    torch.testing.assert_close(target.grad, twin.grad)
    torch.testing.assert_close(ours.to_k.weight.grad, theirs.in_proj_weight.grad[D : 2 * D])


@pytest.mark.parametrize("masked", [False, True])
def test_the_fast_way_agrees_in_output_and_gradient(masked: bool) -> None:
    layer, twin = MultiHeadAttention(D, H), MultiHeadAttention(D, H)
    twin.load_state_dict(layer.state_dict())
    target, source = torch.randn(B, T, D), torch.randn(B, S, D)
    mask = padding_mask(torch.tensor([S, 3]), S) if masked else None
    slow, weights = layer(target, source, mask)
    fast, none = twin(target, source, mask, weights=False)
    assert weights.shape == (B, H, T, S) and none is None
    torch.testing.assert_close(fast, slow)
    slow.square().sum().backward()
    fast.square().sum().backward()
    for (name, a), b in zip(layer.named_parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, atol=1e-5, rtol=1e-4, msg=lambda m, n=name: f"{n}: {m}")


def test_the_fast_way_stores_no_table_of_weights() -> None:
    layer, x, size = MultiHeadAttention(D, H), torch.randn(1, 601, D), 601
    largest = {}
    for weights in (True, False):
        stored: list[int] = []
        with torch.autograd.graph.saved_tensors_hooks(lambda x, s=stored: s.append(x.numel()) or x, lambda x: x):
            layer(x, x, weights=weights)
        largest[weights] = max(stored)
    assert largest[True] == H * size * size
    assert largest[False] <= 2 * H * K * size


def test_keys_and_values_that_were_kept_give_the_last_row_of_causal_attention() -> None:
    q, k, v = (torch.randn(B, H, T, K) for _ in range(3))
    wanted, _ = attend(q, k, v, causal_mask(T))
    keys, values = k[:, :, :0], v[:, :, :0]
    for t in range(T):
        new = slice(t, t + 1)
        heard, keys, values = cached_attention(q[:, :, new], k[:, :, new], v[:, :, new], keys, values)
        torch.testing.assert_close(heard, wanted[:, :, new])
    assert torch.equal(keys, k) and torch.equal(values, v)


def test_masks_say_what_they_mean() -> None:
    assert causal_mask(3).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert padding_mask(torch.tensor([1, 3]), 3).int().tolist() == [[[1, 0, 0]], [[1, 1, 1]]]
    assert may_look(torch.tensor([2]), 3)[0].int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 0]]
    assert banded_mask(4, 1).int().tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]


def test_the_future_cannot_be_heard() -> None:
    layer = MultiHeadAttention(D, H)
    x = torch.randn(1, T, D)
    changed = x.clone()
    changed[:, 3:] += 1.0
    a, _ = layer(x, x, causal_mask(T)[None])
    b, _ = layer(changed, changed, causal_mask(T)[None])
    assert torch.equal(a[:, :3], b[:, :3])
    assert not torch.allclose(a[:, 3:], b[:, 3:])
