"""Right answers written in other ways: a check that turns one of them down would be unfair."""

import math

import numpy as np
import torch
from einops import rearrange

from course_lib.exercises import judge
from tests.exercises.caught import Answer, assert_accepted, each_answer


def mix_by_hand(scores, values):
    parts = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    weights = parts / parts.sum(dim=-1, keepdim=True)
    return torch.einsum("...s,...sv->...v", weights, values), weights


def mix_by_product(scores, values):
    weights = torch.nn.functional.softmax(scores, -1)
    return (weights.unsqueeze(-2) @ values).squeeze(-2), weights


def additive_by_loops(q, k, w_q, w_k, v):
    rows = [torch.stack([torch.tanh(q[..., t, :] @ w_q + k[..., s, :] @ w_k) @ v for s in range(k.shape[-2])], -1)
            for t in range(q.shape[-2])]  # fmt: skip
    return torch.stack(rows, -2)


def attend_scaled_first(q, k, v, mask=None):
    scores = torch.einsum("...tk,...sk->...ts", q / math.sqrt(q.size(-1)), k)
    if mask is not None:
        scores = torch.where(mask, scores, torch.tensor(-1e9))
    weights = torch.softmax(scores, dim=-1)
    return torch.einsum("...ts,...sv->...tv", weights, v), weights


def attend_with_added_mask(q, k, v, mask=None):
    scores = q @ k.mT * k.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + torch.zeros_like(scores).masked_fill(mask.logical_not(), float("-inf"))
    weights = scores.exp() / scores.exp().sum(-1, keepdim=True)
    return weights.matmul(v), weights


def look_by_loops(lengths, size):
    mask = torch.zeros(len(lengths), size, size, dtype=torch.bool)
    for b, length in enumerate(lengths.tolist()):
        for t in range(size):
            for s in range(size):
                mask[b, t, s] = s <= t and s < length
    return mask


def look_by_tril(lengths, size):
    causal = torch.tril(torch.ones(size, size)).bool()
    return causal.unsqueeze(0) * (torch.arange(size).unsqueeze(0) < lengths.unsqueeze(1)).unsqueeze(1)


def split_by_view(x, heads):
    b, t, d = x.size()
    return x.view(b, t, heads, d // heads).permute(0, 2, 1, 3)


def split_by_chunks(x, heads):
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


def split_by_names(x, heads):
    return rearrange(x, "b t (h k) -> b h t k", h=heads)


def merge_by_cat(x):
    return torch.cat(list(x.unbind(1)), dim=-1)


def merge_by_flatten(x):
    return x.permute(0, 2, 1, 3).flatten(2)


def positions_in_place(length, width):
    table = torch.zeros(length, width)
    place = torch.arange(length, dtype=torch.float).unsqueeze(1)
    speed = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
    table[:, 0::2] = torch.sin(place * speed)
    table[:, 1::2] = torch.cos(place * speed)
    return table


def positions_by_loops(length, width):
    def entry(t, c):
        angle = t / 10000 ** (2 * (c // 2) / width)
        return math.sin(angle) if c % 2 == 0 else math.cos(angle)

    return torch.tensor([[entry(t, c) for c in range(width)] for t in range(length)])


def order_as_tensor(layer, x, order):
    return torch.max(torch.abs(layer(x)[order] - layer(x[order])))


def order_by_index_select(layer, x, order):
    with torch.no_grad():
        before, after = layer(x.index_select(0, order)), layer(x).index_select(0, order)
    return torch.norm(before - after, p=math.inf).item()


def banded_by_triangles(size, reach):
    ones = torch.ones(size, size, dtype=torch.bool)
    return ones.tril() & ones.triu(-reach)


def banded_by_loops(size, reach):
    return torch.tensor([[0 <= t - s <= reach for s in range(size)] for t in range(size)])


def relative_by_loops(by_distance, targets, sources):
    reach = by_distance.shape[1] // 2
    bias = torch.empty(by_distance.shape[0], targets, sources)
    for t in range(targets):
        for s in range(sources):
            bias[:, t, s] = by_distance[:, max(-reach, min(reach, s - t)) + reach]
    return bias


def relative_by_gather(by_distance, targets, sources):
    reach = (by_distance.size(1) - 1) // 2
    table = (torch.arange(sources).view(1, -1) - torch.arange(targets).view(-1, 1)).clamp(-reach, reach) + reach
    return by_distance.index_select(1, table.flatten()).view(-1, targets, sources)


def entropy_by_xlogy(weights):
    return -torch.xlogy(weights, weights).sum(-1) / math.log(2)


def entropy_with_nan_to_num(weights):
    return -(weights * weights.log2()).nan_to_num(0.0).sum(dim=-1)


def entropy_with_where(weights):
    logs = torch.where(weights > 0, torch.log2(weights), torch.zeros_like(weights))
    return (-weights * logs).sum(-1)


def entropy_with_tiny(weights):
    return -(weights * torch.log2(weights + 1e-12)).sum(-1)


def silence_by_product(per_head, head):
    keep = torch.ones(per_head.shape[1])
    keep[head] = 0.0
    return per_head * keep.view(1, -1, 1, 1)


def silence_by_list(per_head, head):
    heads = [torch.zeros_like(h) if n == head else h for n, h in enumerate(per_head.unbind(1))]
    return torch.stack(heads, dim=1)


RIGHT = {
    "w07.mix": [mix_by_hand, mix_by_product],
    "w07.additive": [additive_by_loops],
    "w07.attend": [attend_scaled_first, attend_with_added_mask],
    "w07.may_look": [look_by_loops, look_by_tril],
    "w07.split": [split_by_view, split_by_chunks, split_by_names],
    "w07.merge": [merge_by_cat, merge_by_flatten],
    "w07.positions": [positions_in_place, positions_by_loops],
    "w07.order": [order_as_tensor, order_by_index_select],
    "w07.banded": [banded_by_triangles, banded_by_loops],
    "w07.relative": [relative_by_loops, relative_by_gather],
    "w07.entropy": [entropy_by_xlogy, entropy_with_nan_to_num, entropy_with_where, entropy_with_tiny],
    "w07.silence": [silence_by_product, silence_by_list],
}


@each_answer(RIGHT)
def test_it_is_accepted(id: str, answer: Answer, seed: int) -> None:
    assert_accepted(id, answer, seed)


def test_numpy_is_declined_with_advice() -> None:
    verdict = judge("w07.banded", lambda size, reach: np.tri(size, dtype=bool))
    assert verdict.status == "wrong"
    assert "torch" in verdict.message
