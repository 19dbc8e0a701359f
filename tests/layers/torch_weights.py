"""Copy the weights of our blocks into torch's, and name the pairs, so that gradients can be held side by side."""

import torch
from torch import Tensor, nn

from course_lib.layers.attention import MultiHeadAttention
from course_lib.layers.blocks import DecoderBlock, EncoderBlock

Pair = tuple[Tensor, Tensor, slice | None]
"""Our parameter, torch's parameter, and which rows of torch's it is."""


def pairs(ours: nn.Module, theirs: nn.Module) -> list[Pair]:
    """Every parameter of one of our blocks with its counterpart in torch's layer."""
    if isinstance(ours, MultiHeadAttention):
        width = ours.to_out.in_features
        rows = [slice(i * width, (i + 1) * width) for i in range(3)]
        parts = zip((ours.to_q, ours.to_k, ours.to_v), rows, strict=True)
        packed = [p for each, at in parts for p in _packed(each, theirs, at)]
        return packed + alike(ours.to_out, theirs.out_proj)
    attentions = [(ours.self_attention, theirs.self_attn)] if isinstance(ours, EncoderBlock) else []
    if isinstance(ours, DecoderBlock):
        attentions = [(ours.self_attention, theirs.self_attn), (ours.cross_attention, theirs.multihead_attn)]
    found = [pair for a, b in attentions for pair in pairs(a, b)]
    found += alike(ours.feed_forward[0], theirs.linear1) + alike(ours.feed_forward[2], theirs.linear2)
    for number, norm in enumerate(ours.norms, start=1):
        found += alike(norm, getattr(theirs, f"norm{number}"))
    return found


def copy(found: list[Pair]) -> None:
    """Draw ours afresh (norms too, so that no gain is 1), and write it into torch's."""
    with torch.no_grad():
        for mine, its, rows in found:
            mine.copy_(torch.randn_like(mine) * 0.3)
            (its if rows is None else its[rows]).copy_(mine)


def assert_same_gradients(found: list[Pair]) -> None:
    """Every parameter got the same gradient on both sides, and one that is not 0 throughout."""
    for mine, its, rows in found:
        assert mine.grad is not None and its.grad is not None
        torch.testing.assert_close(mine.grad, its.grad if rows is None else its.grad[rows], atol=1e-5, rtol=1e-4)
    assert sum(bool(mine.grad.abs().max() > 1e-3) for mine, _, _ in found if mine.grad is not None) > len(found) / 2


def alike(ours: nn.Module, theirs: nn.Module) -> list[Pair]:
    """Weight and bias of two parts that are built the same."""
    return [(ours.weight, theirs.weight, None), (ours.bias, theirs.bias, None)]


def _packed(ours: nn.Linear, theirs: nn.Module, rows: slice) -> list[Pair]:
    return [(ours.weight, theirs.in_proj_weight, rows), (ours.bias, theirs.in_proj_bias, rows)]
