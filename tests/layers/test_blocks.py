"""torch's own encoder and decoder layers are the oracle: same weights, outputs and gradients, both norm orders."""

import pytest
import torch
from torch import nn

from course_lib.layers.blocks import (
    DecoderBlock,
    EncoderBlock,
    FeedForward,
    post_norm_encoder,
    pre_norm_decoder,
    pre_norm_encoder,
)
from course_lib.layers.masks import causal_mask, padding_mask
from tests.layers.torch_weights import assert_same_gradients, copy, pairs

B, T, S, H, K, INNER = 3, 5, 7, 3, 5, 11
D = H * K
REAL = padding_mask(torch.tensor([7, 2, 5]), S)
ORDERS = pytest.mark.parametrize("order", ["pre", "post"])


@ORDERS
@pytest.mark.parametrize("masked", [False, True])
def test_the_encoder_block_equals_torchs(order: str, masked: bool) -> None:
    ours = EncoderBlock(D, H, INNER, order)
    theirs = nn.TransformerEncoderLayer(D, H, INNER, 0.0, batch_first=True, norm_first=order == "pre")
    found = pairs(ours, theirs)
    assert len(found) == len(list(theirs.parameters())) + 4, "three matrices and biases of ours lie in one of torch's"
    copy(found)
    x = torch.randn(B, S, D, requires_grad=True)
    twin = x.detach().clone().requires_grad_()
    real = REAL[:, 0] if masked else torch.ones(B, S, dtype=torch.bool)
    out = ours(x, REAL if masked else None)
    wanted = theirs(twin, src_key_padding_mask=~real if masked else None)
    torch.testing.assert_close(out[real], wanted[real], atol=1e-5, rtol=1e-5)
    out[real].square().sum().backward()
    wanted[real].square().sum().backward()
    torch.testing.assert_close(x.grad, twin.grad, atol=1e-5, rtol=1e-4)
    assert_same_gradients(found)


@ORDERS
def test_the_decoder_block_equals_torchs(order: str) -> None:
    ours = DecoderBlock(D, H, INNER, order)
    theirs = nn.TransformerDecoderLayer(D, H, INNER, 0.0, batch_first=True, norm_first=order == "pre")
    found = pairs(ours, theirs)
    copy(found)
    mine = [torch.randn(B, n, D, requires_grad=True) for n in (T, S)]
    twins = [x.detach().clone().requires_grad_() for x in mine]
    out = ours(*mine, causal_mask(T)[None], REAL)
    wanted = theirs(*twins, tgt_mask=~causal_mask(T), memory_key_padding_mask=~REAL[:, 0])
    torch.testing.assert_close(out, wanted, atol=1e-5, rtol=1e-5)
    out.square().sum().backward()
    wanted.square().sum().backward()
    for a, b in zip(mine, twins, strict=True):
        torch.testing.assert_close(a.grad, b.grad, atol=1e-5, rtol=1e-4)
    assert_same_gradients(found)


def test_in_post_norm_every_position_leaves_standardised_and_in_pre_norm_not() -> None:
    x = torch.randn(B, S, D) * 9
    for order, standard in (("post", True), ("pre", False)):
        spread = EncoderBlock(D, H, INNER, order)(x).std(dim=-1, correction=0)
        assert torch.allclose(spread, torch.ones(B, S), atol=1e-3) == standard


def test_pre_norm_hands_on_what_came_in_when_the_branches_are_silent() -> None:
    x, memory = torch.randn(B, T, D), torch.randn(B, S, D)

    def silent(y: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(y)

    norm = nn.LayerNorm(D)
    assert torch.equal(pre_norm_encoder(x, silent, silent, norm, norm), x)
    assert torch.equal(pre_norm_decoder(x, memory, silent, silent, silent, [norm] * 3), x)
    assert not torch.allclose(post_norm_encoder(x, silent, silent, norm, norm), x)


def test_what_a_branch_adds_is_dropped_in_training_alone() -> None:
    block, x = EncoderBlock(D, H, INNER, dropout=0.5), torch.randn(B, S, D)
    assert not torch.equal(block(x), block(x))
    block.eval()
    assert torch.equal(block(x), block(x))
    rate_one = EncoderBlock(D, H, INNER, dropout=1.0)
    assert torch.equal(rate_one(x), x), "the path past the branches is never dropped"


def test_a_learners_own_wiring_is_used() -> None:
    block, x = (
        EncoderBlock(D, H, INNER, lambda x, self_attention, feed_forward, first, second: x + 1),
        torch.randn(B, S, D),
    )
    assert torch.equal(block(x), x + 1)


def test_an_unknown_order_is_named() -> None:
    with pytest.raises(ValueError, match=r"order 'sandwich' is not known; choose one of \['post', 'pre'\]"):
        EncoderBlock(D, H, INNER, "sandwich")


def test_thinking_is_done_by_each_position_alone() -> None:
    think, x = FeedForward(D, INNER), torch.randn(B, T, D)
    torch.testing.assert_close(think(x)[1, 3], think(x[1, 3]))
    torch.testing.assert_close(
        think(x), (x @ think[0].weight.T + think[0].bias).clamp(min=0) @ think[2].weight.T + think[2].bias
    )


@ORDERS
def test_one_step_at_a_time_equals_all_at_once(order: str) -> None:
    block = DecoderBlock(D, H, INNER, order).eval()
    x, memory = torch.randn(B, T, D), torch.randn(B, S, D)
    with torch.no_grad():
        wanted, kept = block(x, memory, causal_mask(T)[None], REAL), block.start_cache(memory)
        for t in range(T):
            one, kept = block.step(x[:, t : t + 1], memory, REAL, kept)
            torch.testing.assert_close(one[:, 0], wanted[:, t], atol=1e-5, rtol=1e-5)
            assert kept.own_keys.shape == (B, H, t + 1, K)
