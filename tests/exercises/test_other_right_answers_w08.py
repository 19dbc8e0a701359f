"""Right answers to week 8 written in other ways: a check that turns one of them down would be unfair."""

import heapq
import math
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F

from course_lib.exercises import judge
from course_lib.exercises.engine.registry import exercises
from course_lib.layers.attention import attend
from tests.exercises.caught import Answer, assert_accepted, each_answer


def norm_by_var_mean(x, gain, bias, eps=1e-5):
    variance, mean = torch.var_mean(x, dim=-1, keepdim=True, correction=0)
    return torch.addcmul(bias, (x - mean) * torch.rsqrt(variance + eps), gain)


def norm_by_squares(x, gain, bias, eps=1e-5):
    mean = x.mean(-1, True)
    variance = (x * x).mean(-1, True) - mean**2
    return gain * (x - mean) / torch.sqrt(variance + eps) + bias


def norm_by_loops(x, gain, bias, eps=1e-5):
    rows = []
    for row in x.reshape(-1, x.shape[-1]):
        centred = row - row.sum() / len(row)
        rows.append(centred / math.sqrt(1) / (sum(c * c for c in centred) / len(row) + eps) ** 0.5 * gain + bias)
    return torch.stack(rows).view(x.shape)


def norm_by_einsum(x, gain, bias, eps=1e-5):
    centred = x - torch.einsum("...d->...", x)[..., None] / x.size(-1)
    spread = torch.einsum("...d,...d->...", centred, centred).div(x.size(-1)).add(eps).sqrt().unsqueeze(-1)
    return centred.div(spread).mul(gain).add(bias)


def norm_on_a_copy(x, gain, bias, eps=1e-5):
    y = x.clone()
    y -= x.mean(dim=-1, keepdim=True)
    y = y / torch.pow(y.pow(2).mean(dim=-1, keepdim=True) + eps, 0.5)
    return y * gain.expand_as(y) + bias.expand_as(y)


def encoder_in_steps(x, listen, think, first_norm, second_norm):
    residual = x
    hidden = first_norm(x)
    hidden = listen(hidden)
    hidden = residual + hidden
    residual = hidden
    hidden = think(second_norm(hidden))
    return torch.add(residual, hidden)


def encoder_by_loop(x, listen, think, first_norm, second_norm):
    for part, norm in ((listen, first_norm), (think, second_norm)):
        x = part(norm(x)) + x
    return x


def encoder_under_other_names(inputs, attention, network, norm_a, norm_b):
    y = attention(norm_a(inputs))
    y += inputs
    return y + network(norm_b(y))


def shift_by_roll(target, start):
    shifted = target.roll(1, dims=1)
    shifted[:, 0] = start
    return shifted


def shift_by_pad(target, start):
    return F.pad(target[:, :-1], (1, 0), value=start)


def shift_into_empty(target, start):
    shifted = torch.empty_like(target)
    shifted[:, :1], shifted[:, 1:] = start, target[:, :-1]
    return shifted


def shift_by_lists(target, start):
    return torch.tensor([[start, *row[:-1]] for row in target.tolist()])


def cross_with_attend(x, memory, w_q, w_k, w_v, real):
    return attend(x @ w_q, memory @ w_k, memory @ w_v, real.unsqueeze(1).expand(-1, x.shape[1], -1))


def cross_by_einsum(x, memory, w_q, w_k, w_v, real):
    q, k = torch.einsum("btd,de->bte", x, w_q), torch.einsum("bsd,de->bse", memory, w_k)
    scores = torch.einsum("bte,bse->bts", q, k) * q.shape[-1] ** -0.5
    scores = torch.where(real[:, None, :], scores, torch.tensor(-1e9))
    weights = torch.exp(scores - scores.amax(-1, keepdim=True))
    weights = weights / weights.sum(-1, keepdim=True)
    return torch.einsum("bts,bsd->btd", weights, memory @ w_v), weights


def cross_by_batch_loop(x, memory, w_q, w_k, w_v, real):
    heard, weights = [], []
    for one, other, mask in zip(x, memory, real, strict=True):
        scores = (one @ w_q) @ (other @ w_k).T / math.sqrt(w_q.shape[1])
        shares = torch.zeros_like(scores)
        shares[:, mask] = scores[:, mask].softmax(-1)
        heard.append(shares @ (other @ w_v))
        weights.append(shares)
    return torch.stack(heard), torch.stack(weights)


def cross_with_added_mask(x, memory, w_q, w_k, w_v, real):
    hidden = torch.zeros(real.shape).masked_fill(~real, float("-inf"))
    weights = F.softmax((x @ w_q / math.sqrt(x.size(-1))).matmul((memory @ w_k).mT) + hidden[:, None], dim=-1)
    return weights.matmul(memory).matmul(w_v), weights


def cross_masked_and_shared_again(x, memory, w_q, w_k, w_v, real):
    weights = ((x @ w_q) @ (memory @ w_k).mT / math.sqrt(x.size(-1))).softmax(-1) * real[:, None]
    weights = weights / weights.sum(-1, keepdim=True)
    return weights @ (memory @ w_v), weights


def decoder_in_steps(x, memory, remember, listen, think, norms):
    first, second, third = norms
    kept = x + remember(first(x))
    heard = kept + listen(second(kept), memory)
    return heard + think(third(heard))


def decoder_by_loop(x, memory, remember, listen, think, norms):
    parts = [remember, lambda y: listen(y, memory), think]
    for part, norm in zip(parts, norms, strict=True):
        x = x + part(norm(x))
    return x


def noam_by_branches(step, width, warmup):
    if step < warmup:
        return step / (math.sqrt(width) * warmup * math.sqrt(warmup))
    return 1 / math.sqrt(width * step)


def noam_in_torch(step, width, warmup):
    rise = torch.tensor(step * warmup**-1.5)
    return torch.minimum(torch.rsqrt(torch.tensor(float(step))), rise) / torch.tensor(float(width)).sqrt()


def noam_in_numpy(step, width, warmup):
    return np.minimum(np.float32(step) ** np.float32(-0.5), np.float32(step * warmup**-1.5)) * np.float32(width**-0.5)


def noam_by_the_peak(step, width, warmup):
    return (width * warmup) ** -0.5 * min(step / warmup, (warmup / step) ** 0.5)


def loss_by_label(scores, target, smoothing):
    tokens = scores.shape[-1]
    label = F.one_hot(target, tokens) * (1 - smoothing) + smoothing / tokens
    each = -(label * F.log_softmax(scores, dim=-1)).sum(-1)
    real = (target != 0).float()
    return (each * real).sum() / real.sum()


def loss_by_loops(scores, target, smoothing):
    losses = []
    for row, word in zip(scores, target, strict=True):
        for score, token in zip(row, word, strict=True):
            if token != 0:
                logs = score - score.logsumexp(0)
                losses.append(-(1 - smoothing) * logs[token] - smoothing * logs.sum() / len(logs))
    return sum(losses) / len(losses)


def loss_by_nll(scores, target, smoothing):
    logs = scores.log_softmax(-1).flatten(0, 1)
    right = F.nll_loss(logs, target.flatten(), ignore_index=0)
    return (1 - smoothing) * right - smoothing * logs[target.flatten() > 0].mean()


def loss_by_scatter(scores, target, smoothing):
    label = torch.full_like(scores, smoothing / scores.size(-1))
    label.scatter_add_(-1, target.unsqueeze(-1), torch.full_like(scores[..., :1], 1 - smoothing))
    label[target == 0] = 0
    return -torch.einsum("btv,btv->", label, torch.log_softmax(scores, -1)) / (target != 0).sum()


def loss_by_logsumexp(scores, target, smoothing):
    real = target.ne(0)
    total = scores.logsumexp(-1)
    truth = total - scores.gather(2, target.unsqueeze(2)).squeeze(2)
    evenly = total - scores.mean(-1)
    return torch.lerp(truth, evenly, smoothing).masked_select(real).mean()


def beam_with_topk(next_scores, start, end, beams, longest):
    """Tensors all the way; the finished ones are taken out of the ranking."""
    so_far, totals, finished = torch.tensor([[start]]), torch.zeros(1), []
    for step in range(longest):
        grown = totals[:, None] + next_scores(so_far).log_softmax(-1)
        count, tokens = grown.shape
        best, place = grown.flatten().topk(min(2 * beams, count * tokens))
        going_on = []
        for rank, (total, at) in enumerate(zip(best, place, strict=True)):
            row, token = at // tokens, at % tokens
            sequence = torch.cat([so_far[row], token[None]])
            if token == end or step == longest - 1:
                if rank < beams:
                    finished.append((sequence[1:], total))
            elif len(going_on) < beams:
                going_on.append((sequence, total))
        if not going_on:
            break
        so_far = torch.stack([sequence for sequence, _ in going_on])
        totals = torch.stack([total for _, total in going_on])
    return sorted(finished, key=lambda each: -each[1])[:beams]


def beam_with_a_heap(next_scores, start, end, beams, longest):
    """One question for each hypothesis, logarithms by hand, tuples of tokens."""
    going_on, finished = [(0.0, ())], []
    for _ in range(longest):
        grown = []
        for total, tokens in going_on:
            scores = next_scores(torch.tensor([start, *tokens]).unsqueeze(0)).squeeze(0).double()
            logs = scores - math.log(sum(math.exp(score) for score in scores.tolist()))
            grown += [(total + log, (*tokens, token)) for token, log in enumerate(logs.tolist())]
        finished += [each for each in heapq.nlargest(beams, grown) if each[1][-1] == end]
        going_on = heapq.nlargest(beams, [each for each in grown if each[1][-1] != end])
    return [(list(tokens), total) for total, tokens in heapq.nlargest(beams, finished + going_on)]


def beam_that_stops_when_settled(next_scores, start, end, beams, longest):
    going_on, finished = [([start], 0.0)], []
    while going_on and len(going_on[0][0]) <= longest:
        logs = torch.log_softmax(next_scores(torch.tensor([tokens for tokens, _ in going_on])), dim=1)
        grown = [
            ([*going_on[row][0], token], going_on[row][1] + logs[row, token])
            for row in range(logs.shape[0])
            for token in range(logs.shape[1])
        ]
        grown = sorted(grown, key=lambda each: float(each[1]))[::-1]
        finished += [each for each in grown[:beams] if each[0][-1] == end]
        going_on = [each for each in grown if each[0][-1] != end][:beams]
        finished.sort(key=lambda each: float(each[1]), reverse=True)
        if len(finished) >= beams and finished[beams - 1][1] > going_on[0][1]:
            break
    everything = sorted(finished + going_on, key=lambda each: float(each[1]), reverse=True)[:beams]
    return tuple((tokens[1:], total) for tokens, total in everything)


def cache_by_attend(q_new, k_new, v_new, k_past, v_past):
    k, v = torch.cat((k_past, k_new), 2), torch.cat((v_past, v_new), 2)
    return attend(q_new, k, v)[0], k, v


def cache_by_einsum(q_new, k_new, v_new, k_past, v_past):
    k, v = (torch.concatenate(pair, dim=-2) for pair in ((k_past, k_new), (v_past, v_new)))
    weights = torch.einsum("bhqk,bhtk->bhqt", q_new, k).mul(k.shape[-1] ** -0.5).softmax(-1)
    return [torch.einsum("bhqt,bhtk->bhqk", weights, v), k, v]


def cache_with_room(q_new, k_new, v_new, k_past, v_past):
    batch, heads, past, width = k_past.shape
    k, v = k_new.new_zeros(batch, heads, past + 1, width), v_new.new_zeros(batch, heads, past + 1, width)
    k[:, :, :past], k[:, :, past:], v[:, :, :past], v[:, :, past:] = k_past, k_new, v_past, v_new
    weights = ((q_new * k).sum(-1) / width**0.5).softmax(-1)
    return (weights[..., None] * v).sum(2, keepdim=True), k, v


def cache_by_halves(q_new, k_new, v_new, k_past, v_past):
    """The scores of the past and of the new one, put together only for the softmax."""
    scale = math.sqrt(q_new.size(-1))
    scores = torch.cat([q_new @ k_past.mT, (q_new * k_new).sum(-1, keepdim=True)], -1) / scale
    weights = scores.softmax(-1)
    heard = weights[..., :-1] @ v_past + weights[..., -1:] * v_new
    return heard, torch.cat([k_past, k_new], -2), torch.cat([v_past, v_new], -2)


def post_norm_by_loop(x, listen, think, first_norm, second_norm):
    for part, norm in ((listen, first_norm), (think, second_norm)):
        x = norm(part(x) + x)
    return x


def post_norm_at_once(x, listen, think, first_norm, second_norm):
    return second_norm((h := first_norm(x + listen(x))) + think(h))


def warm_up_by_branches(step, warmup, peak):
    return peak * step / warmup if step <= warmup else peak * math.sqrt(warmup) / math.sqrt(step)


def warm_up_in_torch(step, warmup, peak):
    return peak * torch.tensor([step / warmup, (warmup / step) ** 0.5]).min()


def residual_in_steps(x, part, norm, alpha):
    added = part(x)
    return norm(torch.add(added, x, alpha=alpha))


def residual_by_lerp(x, part, norm, alpha):
    return norm(x + part(x) + (alpha - 1) * x)


def edits_by_recursion(truth, said):
    @cache
    def best(i, j):
        if i == len(truth):
            return len(said) - j, tuple(("add", None, each) for each in said[j:])
        if j == len(said):
            return len(truth) - i, tuple(("drop", each, None) for each in truth[i:])
        same = truth[i] == said[j]
        ways = []
        for cost, (more, rest), operation in (
            (1, best(i, j + 1), ("add", None, said[j])),
            (1, best(i + 1, j), ("drop", truth[i], None)),
            (1 - same, best(i + 1, j + 1), ("keep" if same else "swap", truth[i], said[j])),
        ):
            ways.append((cost + more, (operation, *rest)))
        return min(ways, key=lambda each: each[0])

    return list(best(0, 0)[1])


def edits_by_table(truth, said):
    """Ties go to drop and add; lists in place of tuples."""
    cost = torch.zeros(len(truth) + 1, len(said) + 1)
    cost[:, 0], cost[0] = torch.arange(len(truth) + 1), torch.arange(len(said) + 1)
    for i in range(1, len(truth) + 1):
        for j in range(1, len(said) + 1):
            swap = cost[i - 1, j - 1] + (truth[i - 1] != said[j - 1])
            cost[i, j] = min(cost[i - 1, j] + 1, cost[i, j - 1] + 1, swap)
    i, j, found = len(truth), len(said), []
    while i > 0 or j > 0:
        if j > 0 and cost[i, j] == cost[i, j - 1] + 1:
            found.insert(0, ["add", None, said[j - 1]])
            j -= 1
        elif i > 0 and cost[i, j] == cost[i - 1, j] + 1:
            found.insert(0, ["drop", truth[i - 1], None])
            i -= 1
        else:
            found.insert(0, ["keep" if truth[i - 1] == said[j - 1] else "swap", truth[i - 1], said[j - 1]])
            i, j = i - 1, j - 1
    return found


def edits_forwards(truth, said):
    """The whole way is carried along in the table."""
    row = [[("add", None, each) for each in said[:j]] for j in range(len(said) + 1)]

    def price(way):
        return sum(kind != "keep" for kind, _, _ in way)

    for sound in truth:
        below = [[*row[0], ("drop", sound, None)]]
        for j, other in enumerate(said):
            both = ("keep" if sound == other else "swap", sound, other)
            ways = ([*row[j + 1], ("drop", sound, None)], [*row[j], both], [*below[j], ("add", None, other)])
            below.append(min(ways, key=price))
        row = below
    return row[-1]


RIGHT = {
    "w08.layer_norm": [norm_by_var_mean, norm_by_squares, norm_by_loops, norm_by_einsum, norm_on_a_copy],
    "w08.encoder_block": [encoder_in_steps, encoder_by_loop, encoder_under_other_names],
    "w08.shift_right": [shift_by_roll, shift_by_pad, shift_into_empty, shift_by_lists],
    "w08.cross_attention": [
        *(cross_with_attend, cross_by_einsum, cross_by_batch_loop, cross_with_added_mask),
        cross_masked_and_shared_again,
    ],
    "w08.decoder_block": [decoder_in_steps, decoder_by_loop],
    "w08.noam": [noam_by_branches, noam_in_torch, noam_in_numpy, noam_by_the_peak],
    "w08.smoothed_loss": [loss_by_label, loss_by_loops, loss_by_nll, loss_by_scatter, loss_by_logsumexp],
    "w08.beam_search": [beam_with_topk, beam_with_a_heap, beam_that_stops_when_settled],
    "w08.cached_attention": [cache_by_attend, cache_by_einsum, cache_with_room, cache_by_halves],
    "w08.post_norm_block": [post_norm_by_loop, post_norm_at_once],
    "w08.warm_up": [warm_up_by_branches, warm_up_in_torch],
    "w08.scaled_residual": [residual_in_steps, residual_by_lerp],
    "w08.edit_operations": [edits_by_recursion, edits_by_table, edits_forwards],
}


@each_answer(RIGHT)
def test_it_is_accepted(id: str, answer: Answer, seed: int) -> None:
    assert_accepted(id, answer, seed)


def test_what_solution_shows_is_right() -> None:
    shown = [exercise for exercise in exercises("w08") if exercise.answer is not None]
    assert shown
    for exercise in shown:
        assert judge(exercise.id, exercise.answer).right
