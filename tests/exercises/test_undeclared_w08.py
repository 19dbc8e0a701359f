"""Wrong answers to week 8 that no exercise declares: each must be caught by a law, and none may earn full marks."""

import math
from types import FunctionType

import torch
import torch.nn.functional as F

from course_lib.exercises.w08.beam import enough_finished, right_way
from course_lib.exercises.w08.cache import plainly as cached_attention
from course_lib.layers import blocks, cross_attention, norm, residual
from course_lib.models import transformer
from course_lib.train import edit_distance as edits
from course_lib.train import losses, schedules
from tests.exercises.caught import Answer, assert_caught, count, each_answer


def own(function):
    """The same steps as if they were the learner's own: a check knows the library's answer by its code."""
    return FunctionType(function.__code__.replace(), function.__globals__, "own", function.__defaults__)


layer_norm = own(norm.layer_norm)
pre_norm_encoder, post_norm_encoder = own(blocks.pre_norm_encoder), own(blocks.post_norm_encoder)
pre_norm_decoder, scaled_residual = own(blocks.pre_norm_decoder), own(residual.scaled_residual)
shift_right, cross_attention = own(transformer.shift_right), own(cross_attention.cross_attention)
noam, warm_up = own(schedules.noam), own(schedules.warm_up)
smoothed_cross_entropy, edit_operations = own(losses.smoothed_cross_entropy), own(edits.edit_operations)


def statistics_detached(x, gain, bias, eps=1e-5):
    with torch.no_grad():
        mean, spread = x.mean(-1, keepdim=True), (x.var(-1, keepdim=True, correction=0) + eps).sqrt()
    return (x - mean) / spread * gain + bias


def no_eps(x, gain, bias, eps=1e-5):
    return (x - x.mean(-1, keepdim=True)) / x.std(-1, keepdim=True, correction=0) * gain + bias


def eps_added_twice(x, gain, bias, eps=1e-5):
    return layer_norm(x, gain, bias, 2 * eps)


def eps_squared(x, gain, bias, eps=1e-5):
    return layer_norm(x, gain, bias, eps**2)


def mean_distance(x, gain, bias, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.abs().mean(-1, keepdim=True) + eps) * gain + bias


def of_the_batch(x, gain, bias, eps=1e-5):
    flat = x.reshape(-1, x.shape[-1])
    return (x - flat.mean(0)) / (flat.var(0, correction=0) + eps).sqrt() * gain + bias


def length_one(x, gain, bias, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.norm(dim=-1, keepdim=True) + eps) * gain + bias


def bias_taken_away(x, gain, bias, eps=1e-5):
    return layer_norm(x, gain, -bias, eps)


def always_single(x, gain, bias, eps=1e-5):
    return layer_norm(x.float(), gain.float(), bias.float(), eps)


def centred_in_place(x, gain, bias, eps=1e-5):
    x -= x.mean(-1, keepdim=True)
    return layer_norm(x, gain, bias, eps)


def spread_around_zero(x, gain, bias, eps=1e-5):
    return (x - x.mean(-1, keepdim=True)) / (x.square().mean(-1, keepdim=True) + eps).sqrt() * gain + bias


def one_row_for_all(x, gain, bias, eps=1e-5):
    return layer_norm(x, gain, bias, eps)[..., :1, :].expand(x.shape).clone()


def a_norm_at_the_end(x, self_attention, feed_forward, first_norm, second_norm):
    return second_norm(pre_norm_encoder(x, self_attention, feed_forward, first_norm, second_norm))


def cut_from_training(x, self_attention, feed_forward, first_norm, second_norm):
    return pre_norm_encoder(x.detach(), self_attention, feed_forward, first_norm, second_norm)


def way_round_detached(x, self_attention, feed_forward, first_norm, second_norm):
    x = x.detach() + self_attention(first_norm(x))
    return x + feed_forward(second_norm(x))


def grown_in_place(x, self_attention, feed_forward, first_norm, second_norm):
    x += self_attention(first_norm(x))
    x += feed_forward(second_norm(x))
    return x


def grown_on_a_copy(x, self_attention, feed_forward, first_norm, second_norm):
    """Right in its numbers; but the norm's gradient needs the x that is written over."""
    y = x.clone()
    y += self_attention(first_norm(y))
    return y + feed_forward(second_norm(y))


def norms_exchanged(x, self_attention, feed_forward, first_norm, second_norm):
    return pre_norm_encoder(x, self_attention, feed_forward, second_norm, first_norm)


def halves_averaged(x, self_attention, feed_forward, first_norm, second_norm):
    x = (x + self_attention(first_norm(x))) / 2
    return x + feed_forward(second_norm(x))


def listens_twice(x, self_attention, feed_forward, first_norm, second_norm):
    x = x + self_attention(first_norm(x))
    x = x + self_attention(first_norm(x))
    return x + feed_forward(second_norm(x))


def only_the_first_sequence(x, self_attention, feed_forward, first_norm, second_norm):
    return pre_norm_encoder(x[:1], self_attention, feed_forward, first_norm, second_norm).expand(x.shape).clone()


def thinking_lost(x, self_attention, feed_forward, first_norm, second_norm):
    return x + self_attention(first_norm(x))


def two_steps_late(target, start):
    return torch.cat([torch.full_like(target[:, :2], start), target[:, :-2]], 1)


def as_floats(target, start):
    return shift_right(target, start).float()


def start_in_the_first_row(target, start):
    shifted = shift_right(target, 0)
    shifted[0, 0] = start
    return shifted


def shifted_in_place(target, start):
    target[:, 1:] = target[:, :-1].clone()
    target[:, 0] = start
    return target


def padding_replaced(target, start):
    shifted = shift_right(target, start)
    return torch.where(shifted == 0, start, shifted)


def end_left_out(target, start):
    shifted = shift_right(target, start)
    return torch.where(shifted == 2, 0, shifted)


def in_reverse(target, start):
    return shift_right(target.flip(1), start)


def first_mask_for_all(x, memory, w_q, w_k, w_v, real):
    return cross_attention(x, memory, w_q, w_k, w_v, real[:1].expand(real.shape))


def padding_nearly_silent(x, memory, w_q, w_k, w_v, real):
    scores = (x @ w_q) @ (memory @ w_k).transpose(1, 2) / math.sqrt(x.shape[-1])
    weights = (scores - 5.0 * ~real[:, None]).softmax(-1)
    return weights @ (memory @ w_v), weights


def padding_with_tiny_scores(x, memory, w_q, w_k, w_v, real):
    scores = (x @ w_q) @ (memory @ w_k).transpose(1, 2) / math.sqrt(x.shape[-1])
    weights = scores.masked_fill(~real[:, None], 1e-9).softmax(-1)
    return weights @ (memory @ w_v), weights


def scaled_by_letters(x, memory, w_q, w_k, w_v, real):
    scores = (x @ w_q) @ (memory @ w_k).transpose(1, 2) / math.sqrt(memory.shape[1])
    weights = scores.masked_fill(~real[:, None], -torch.inf).softmax(-1)
    return weights @ (memory @ w_v), weights


def weights_first(x, memory, w_q, w_k, w_v, real):
    return cross_attention(x, memory, w_q, w_k, w_v, real)[::-1]


def weights_alone(x, memory, w_q, w_k, w_v, real):
    return cross_attention(x, memory, w_q, w_k, w_v, real)[1]


def same_matrix(x, memory, w_q, w_k, w_v, real):
    return cross_attention(x, memory, w_q, w_q, w_v, real)


def question_not_projected(x, memory, w_q, w_k, w_v, real):
    return cross_attention(x, memory, torch.eye(len(w_q)), w_k, w_v, real)


def weights_detached(x, memory, w_q, w_k, w_v, real):
    weights = cross_attention(x, memory, w_q, w_k, w_v, real)[1].detach()
    return weights @ (memory @ w_v), weights


def padding_zeroed_in_memory(x, memory, w_q, w_k, w_v, real):
    everyone = torch.ones_like(real)
    return cross_attention(x, memory * real[..., None], w_q, w_k, w_v, everyone)


def result_added(x, memory, w_q, w_k, w_v, real):
    heard, weights = cross_attention(x, memory, w_q, w_k, w_v, real)
    return x + heard, weights


def norms_in_reverse(x, memory, self_attention, cross_attention, feed_forward, norms):
    return pre_norm_decoder(x, memory, self_attention, cross_attention, feed_forward, norms[::-1])


def memory_detached(x, memory, self_attention, cross_attention, feed_forward, norms):
    return pre_norm_decoder(x, memory.detach(), self_attention, cross_attention, feed_forward, norms)


def remembers_twice(x, memory, self_attention, cross_attention, feed_forward, norms):
    x = x + self_attention(norms[0](x))
    x = x + self_attention(norms[1](x))
    return x + feed_forward(norms[2](x))


def remembering_not_added(x, memory, self_attention, cross_attention, feed_forward, norms):
    x = self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), memory)
    return x + feed_forward(norms[2](x))


def all_from_the_start(x, memory, self_attention, cross_attention, feed_forward, norms):
    return x + self_attention(norms[0](x)) + cross_attention(norms[1](x), memory) + feed_forward(norms[2](x))


def sees_ahead(x, memory, self_attention, cross_attention, feed_forward, norms):
    ahead = x + self_attention(norms[0](x.flip(1))).flip(1)
    ahead = ahead + cross_attention(norms[1](ahead), memory)
    return ahead + feed_forward(norms[2](ahead))


def listens_to_the_first(x, memory, self_attention, cross_attention, feed_forward, norms):
    return pre_norm_decoder(x, memory[:, :1], self_attention, cross_attention, feed_forward, norms)


def added_in_place(x, memory, self_attention, cross_attention, feed_forward, norms):
    x += self_attention(norms[0](x))
    return pre_norm_decoder(x, memory, lambda y: 0 * y, cross_attention, feed_forward, norms)


def capped_at_the_warm_up(step, width, warmup):
    return noam(min(step, warmup), width, warmup)


def integer_powers(step, width, warmup):
    return width**-0.5 * min(step**-1, step * warmup**-2)


def a_jump_after_the_warm_up(step, width, warmup):
    return noam(step, width, warmup) * (1 if step <= warmup else 1.01)


def warmup_and_width_exchanged(step, width, warmup):
    return noam(step, warmup, width)


def constant_rate(step, width, warmup):
    return 0.1


def padding_is_minus_one(scores, target, smoothing):
    return smoothed_cross_entropy(scores, target, smoothing, ignore=-1)


def softmax_then_log(scores, target, smoothing):
    logs, real = scores.softmax(-1).log(), target != 0
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    return -((1 - smoothing) * right + smoothing * logs.mean(-1))[real].mean()


def small_number_in_the_log(scores, target, smoothing):
    logs, real = (scores.softmax(-1) + 1e-9).log(), target != 0
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    return -((1 - smoothing) * right + smoothing * logs.mean(-1))[real].mean()


def mass_missing(scores, target, smoothing):
    logs, real = scores.log_softmax(-1), target != 0
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    evenly = (logs.sum(-1) - right) / logs.shape[-1]
    return -((1 - smoothing) * right + smoothing * evenly)[real].mean()


def padding_token_gets_no_share(scores, target, smoothing):
    logs, real = scores.log_softmax(-1), target != 0
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    return -((1 - smoothing) * right + smoothing * logs[..., 1:].mean(-1))[real].mean()


def smoothing_of_a_tenth(scores, target, smoothing):
    return smoothed_cross_entropy(scores, target, 0.1)


def loss_detached(scores, target, smoothing):
    return smoothed_cross_entropy(scores, target, smoothing).detach()


def one_number_each(scores, target, smoothing):
    logs = scores.log_softmax(-1)
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    return -((1 - smoothing) * right + smoothing * logs.mean(-1)) * (target != 0)


def as_a_float(scores, target, smoothing):
    return smoothed_cross_entropy(scores, target, smoothing).item()


def divergence(scores, target, smoothing):
    label = (1 - smoothing) * F.one_hot(target, scores.shape[-1]) + smoothing / scores.shape[-1]
    real = target != 0
    return F.kl_div(scores.log_softmax(-1)[real], label[real], reduction="sum") / real.sum()


def smoothed_scores(scores, target, smoothing):
    return smoothed_cross_entropy((1 - smoothing) * scores, target, 0.0)


def greedy_only(next_scores, start, end, beams, longest):
    return right_way(next_scores, start, end, 1, longest) * beams


def only_the_best(next_scores, start, end, beams, longest):
    return right_way(next_scores, start, end, beams, longest)[0]


def tokens_alone(next_scores, start, end, beams, longest):
    return [tokens for tokens, _ in right_way(next_scores, start, end, beams, longest)]


def end_cut_off(next_scores, start, end, beams, longest):
    found = right_way(next_scores, start, end, beams, longest)
    return [([token for token in tokens if token != end], total) for tokens, total in found]


def one_token_short(next_scores, start, end, beams, longest):
    return right_way(next_scores, start, end, beams, longest - 1)


def probabilities_handed_back(next_scores, start, end, beams, longest):
    return [(tokens, math.exp(total)) for tokens, total in right_way(next_scores, start, end, beams, longest)]


def one_beam_more(next_scores, start, end, beams, longest):
    return right_way(next_scores, start, end, beams + 1, longest)


def wider_inside(next_scores, start, end, beams, longest):
    return right_way(next_scores, start, end, 2 * beams, longest)[:beams]


def forgets_the_start(next_scores, start, end, beams, longest):
    return right_way(lambda so_far: next_scores(so_far[:, 1:]), start, end, beams, longest)


def sees_one_token(next_scores, start, end, beams, longest):
    return right_way(lambda so_far: next_scores(so_far[:, -1:]), start, end, beams, longest)


def base_two(next_scores, start, end, beams, longest):
    found = right_way(next_scores, start, end, beams, longest)
    return [(tokens, total / math.log(2)) for tokens, total in found]


def values_not_appended(q_new, k_new, v_new, k_past, v_past):
    heard, k, _ = cached_attention(q_new, k_new, v_new, k_past, v_past)
    return heard, k, torch.cat([v_past, k_new], -2)


def latest_only(q_new, k_new, v_new, k_past, v_past):
    _, k, v = cached_attention(q_new, k_new, v_new, k_past, v_past)
    return v_new.clone(), k, v


def recency(q_new, k_new, v_new, k_past, v_past):
    return cached_attention(q_new, k_new, v_new, k_past[..., -2:, :], v_past[..., -2:, :])[0], *cached_attention(
        q_new, k_new, v_new, k_past, v_past
    )[1:]


def heard_alone(q_new, k_new, v_new, k_past, v_past):
    return cached_attention(q_new, k_new, v_new, k_past, v_past)[0]


def past_detached(q_new, k_new, v_new, k_past, v_past):
    return cached_attention(q_new, k_new, v_new, k_past.detach(), v_past.detach())


def no_softmax(q_new, k_new, v_new, k_past, v_past):
    _, k, v = cached_attention(q_new, k_new, v_new, k_past, v_past)
    return q_new @ k.transpose(-2, -1) / math.sqrt(k.shape[-1]) @ v, k, v


def past_must_exist(q_new, k_new, v_new, k_past, v_past):
    past = k_past[..., -1:, :].mean() * 0 if k_past.shape[-2] else torch.tensor(torch.nan)
    heard, k, v = cached_attention(q_new, k_new, v_new, k_past, v_past)
    return heard + past, k, v


def heads_mixed(q_new, k_new, v_new, k_past, v_past):
    heard, k, v = cached_attention(q_new, k_new, v_new, k_past, v_past)
    return heard.mean(1, keepdim=True).expand(heard.shape).clone(), k, v


def norms_swapped(x, self_attention, feed_forward, first_norm, second_norm):
    return post_norm_encoder(x, self_attention, feed_forward, second_norm, first_norm)


def normed_once_more(x, self_attention, feed_forward, first_norm, second_norm):
    return post_norm_encoder(first_norm(x), self_attention, feed_forward, first_norm, second_norm)


def post_in_place(x, self_attention, feed_forward, first_norm, second_norm):
    x += self_attention(x)
    return second_norm(first_norm(x) + feed_forward(first_norm(x)))


def post_think_first(x, self_attention, feed_forward, first_norm, second_norm):
    return post_norm_encoder(x, feed_forward, self_attention, first_norm, second_norm)


def post_detached(x, self_attention, feed_forward, first_norm, second_norm):
    h = first_norm(x + self_attention(x)).detach()
    return second_norm(h + feed_forward(h))


def both_norms_at_the_end(x, self_attention, feed_forward, first_norm, second_norm):
    x = x + self_attention(x)
    return second_norm(first_norm(x + feed_forward(x)))


def square_on_the_way_up(step, warmup, peak):
    return warm_up(step, warmup, peak) * (min(step / warmup, 1.0))


def straight_down(step, warmup, peak):
    return peak * (step / warmup if step <= warmup else max(0.0, 2 - step / warmup))


def noam_without_the_peak(step, warmup, peak):
    return min(step**-0.5, step * warmup**-1.5)


def peak_one_step_late(step, warmup, peak):
    return peak * min(step / (warmup + 1), math.sqrt((warmup + 1) / step))


def alpha_as_a_power(x, part, norm, alpha):
    return scaled_residual(x, part, norm, alpha**2)


def alpha_after_the_norm(x, part, norm, alpha):
    return alpha * norm(x + part(x))


def alpha_shared_out(x, part, norm, alpha):
    return norm(alpha * x + (1 - alpha) * part(x))


def part_after_part(x, part, norm, alpha):
    return norm(alpha * x + part(part(x)))


def x_detached(x, part, norm, alpha):
    return norm(alpha * x.detach() + part(x))


def operations_in_place(truth, said):
    found = edit_operations(truth, said)
    truth.clear()
    return found


def no_operations(truth, said):
    return []


def all_kept(truth, said):
    return [("keep", sound, sound) for sound in truth]


def kinds_in_capitals(truth, said):
    return [(kind.upper(), a, b) for kind, a, b in edit_operations(truth, said)]


def pairs_only(truth, said):
    return [(a, b) for _, a, b in edit_operations(truth, said)]


def kinds_counted(truth, said):
    kinds = [kind for kind, _, _ in edit_operations(truth, said)]
    return {kind: kinds.count(kind) for kind in kinds}


def swaps_cost_two(truth, said):
    """Walk a table in which a swap costs as much as a drop and an add."""
    cost = [[i + j for j in range(len(said) + 1)] for i in range(len(truth) + 1)]
    for i, a in enumerate(truth, 1):
        for j, b in enumerate(said, 1):
            cost[i][j] = min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + 2 * (a != b))
    found, i, j = [], len(truth), len(said)
    while i or j:
        if i and j and truth[i - 1] == said[j - 1]:
            i, j = i - 1, j - 1
            found.append(("keep", truth[i], said[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            found.append(("drop", truth[i], None))
        else:
            j -= 1
            found.append(("add", None, said[j]))
    return found[::-1]


def breaks_on_nothing(truth, said):
    return edit_operations(truth, said) if truth and said else []


WRONG = {
    "w08.layer_norm": [
        *(statistics_detached, no_eps, eps_added_twice, eps_squared, mean_distance, of_the_batch, length_one),
        *(bias_taken_away, always_single, centred_in_place, spread_around_zero, one_row_for_all),
    ],
    "w08.encoder_block": [
        *(a_norm_at_the_end, cut_from_training, way_round_detached, grown_in_place, grown_on_a_copy, norms_exchanged),
        *(halves_averaged, listens_twice, only_the_first_sequence, thinking_lost),
    ],
    "w08.shift_right": [
        *(two_steps_late, as_floats, start_in_the_first_row, shifted_in_place, padding_replaced, end_left_out),
        in_reverse,
    ],
    "w08.cross_attention": [
        *(first_mask_for_all, padding_nearly_silent, padding_with_tiny_scores, scaled_by_letters, weights_first),
        *(weights_alone, same_matrix, question_not_projected, weights_detached, padding_zeroed_in_memory),
        result_added,
    ],
    "w08.decoder_block": [
        *(norms_in_reverse, memory_detached, remembers_twice, remembering_not_added, all_from_the_start),
        *(sees_ahead, listens_to_the_first, added_in_place),
    ],
    "w08.noam": [
        *(capped_at_the_warm_up, integer_powers, a_jump_after_the_warm_up, warmup_and_width_exchanged),
        constant_rate,
    ],
    "w08.smoothed_loss": [
        *(padding_is_minus_one, softmax_then_log, small_number_in_the_log, mass_missing),
        *(padding_token_gets_no_share, smoothing_of_a_tenth, loss_detached, one_number_each, as_a_float),
        *(divergence, smoothed_scores),
    ],
    "w08.beam_search": [
        *(greedy_only, only_the_best, tokens_alone, end_cut_off, one_token_short, probabilities_handed_back),
        *(one_beam_more, wider_inside, forgets_the_start, sees_one_token, base_two, enough_finished),
    ],
    "w08.cached_attention": [
        *(values_not_appended, latest_only, recency, heard_alone, past_detached, no_softmax, past_must_exist),
        heads_mixed,
    ],
    "w08.post_norm_block": [
        *(norms_swapped, normed_once_more, post_in_place, post_think_first, post_detached, both_norms_at_the_end),
    ],
    "w08.warm_up": [square_on_the_way_up, straight_down, noam_without_the_peak, peak_one_step_late],
    "w08.scaled_residual": [alpha_as_a_power, alpha_after_the_norm, alpha_shared_out, part_after_part, x_detached],
    "w08.edit_operations": [
        *(operations_in_place, no_operations, all_kept, kinds_in_capitals, pairs_only, kinds_counted),
        *(swaps_cost_two, breaks_on_nothing),
    ],
}


@each_answer(WRONG)
def test_it_is_caught(id: str, answer: Answer, seed: int) -> None:
    assert_caught(id, answer, seed, watch=True)


def test_there_are_many() -> None:
    assert count(WRONG) >= 90
