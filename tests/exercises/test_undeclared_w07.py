"""Wrong answers to week 7 that no exercise declares: each must be caught by a law, and none may earn full marks."""

import math

import torch

from course_lib.layers.attention import attend, merge_heads, mix, split_heads
from course_lib.layers.masks import banded_mask, may_look
from course_lib.layers.positions import relative_bias, sinusoids
from course_lib.layers.reading import entropy, silence_head
from tests.exercises.caught import Answer, assert_caught, count, each_answer


def unstable_softmax(scores, values):
    weights = scores.exp() / scores.exp().sum(-1, keepdim=True)
    return (weights[..., None] * values).sum(-2), weights


def softmax_of_the_first_axis(scores, values):
    weights = scores.softmax(0)
    return (weights[..., None] * values).sum(-2), weights


def weights_first(scores, values):
    return mix(scores, values)[::-1]


def only_the_average(scores, values):
    return mix(scores, values)[0]


def sigmoid_weights(scores, values):
    weights = scores.sigmoid()
    return (weights[..., None] * values).sum(-2), weights


def sharper(scores, values):
    return mix(2 * scores, values)


def squared_weights(scores, values):
    weights = scores.square() / scores.square().sum(-1, keepdim=True)
    return (weights[..., None] * values).sum(-2), weights


def summed_over_width(scores, values):
    return mix(scores, values)[0].sum(-1, keepdim=True), mix(scores, values)[1]


def width_of_the_test(q, k, v, mask=None):
    weights = (q @ k.transpose(-2, -1) / math.sqrt(3)).masked_fill(~mask, -torch.inf).softmax(-1)
    return weights @ v, weights


def scaled_by_answers(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(k.shape[-2])
    weights = (scores if mask is None else scores.masked_fill(~mask, -torch.inf)).softmax(-1)
    return weights @ v, weights


def scaled_after_the_softmax(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1)
    weights = (scores if mask is None else scores.masked_fill(~mask, -torch.inf)).softmax(-1) / math.sqrt(q.shape[-1])
    return weights @ v, weights


def hidden_by_minus_one(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    weights = (scores if mask is None else scores.masked_fill(~mask, -1.0)).softmax(-1)
    return weights @ v, weights


def needs_a_mask(q, k, v, mask=None):
    return attend(q, k, v, mask & True)


def keys_as_queries(q, k, v, mask=None):
    scores = (q @ q.transpose(-2, -1)).mean(-1, keepdim=True) + (k @ k.transpose(-2, -1)).mean(-2, keepdim=True)
    weights = (scores if mask is None else scores.masked_fill(~mask, -torch.inf)).softmax(-1)
    return weights @ v, weights


def values_forgotten(q, k, v, mask=None):
    weights = attend(q, k, v, mask)[1]
    return torch.zeros(*weights.shape[:-1], v.shape[-1]), weights


def detached_double(q, k, v, mask=None):
    averages, weights = attend(q.double(), k.double(), v.double(), mask)
    return averages, weights


def padding_of_the_first(lengths, size):
    return may_look(lengths[:1].expand(len(lengths)), size)


def size_from_lengths(lengths, size):
    return may_look(lengths, int(lengths.max()) + 1)


def ones_and_zeros(lengths, size):
    return may_look(lengths, size).int()


def two_steps_back(lengths, size):
    return may_look(lengths, size) & banded_mask(size, 2)


def both_asks_and_answers(lengths, size):
    real = torch.arange(size) < lengths[:, None]
    return may_look(lengths, size) & real[:, :, None]


def heads_in_reverse(x, heads):
    return split_heads(x, heads).flip(1)


def first_head_repeated(x, heads):
    return split_heads(x, heads)[:, :1].repeat(1, heads, 1, 1)


def positions_in_reverse(x, heads):
    return split_heads(x, heads).flip(2)


def heads_merged_in_reverse(x):
    return merge_heads(x.flip(1))


def only_the_first_head(x):
    return merge_heads(x[:, :1].expand_as(x))


def base_of_1000(length, width):
    angle = torch.arange(length)[:, None] * 1000.0 ** (-torch.arange(0, width, 2) / width)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(-2)


def speeds_off_by_one_pair(length, width):
    angle = torch.arange(length)[:, None] * 10_000.0 ** (-(torch.arange(0, width, 2) + 2) / width)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(-2)


def degrees(length, width):
    return torch.sin(torch.rad2deg(torch.asin(sinusoids(length, width).clamp(-1, 1))))


def always_guilty(layer, x, order):
    return 1.0


def always_innocent(layer, x, order):
    return 0.0


def relative_error(layer, x, order):
    return float((layer(x[order]) - layer(x)[order]).abs().max() / layer(x).abs().max())


def reach_times_two(size, reach):
    return banded_mask(size, 2 * reach)


def off_by_a_row(size, reach):
    return banded_mask(size, reach).roll(1, 0)


def one_head_for_all(by_distance, targets, sources):
    return relative_bias(by_distance[:1].expand_as(by_distance), targets, sources)


def clipped_too_early(by_distance, targets, sources):
    reach = (by_distance.shape[-1] - 1) // 2
    distance = torch.arange(sources) - torch.arange(targets)[:, None]
    return by_distance[:, distance.clamp(-reach, reach - 1) + reach]


def perplexity(weights):
    return 2 ** entropy(weights)


def of_the_mean_row(weights):
    return entropy(weights.mean(-2, keepdim=True)).expand(weights.shape[:-1]).clone()


def next_head(per_head, head):
    return silence_head(per_head, (head + 1) % per_head.shape[1])


def halved(per_head, head):
    return (per_head + silence_head(per_head, head)) / 2


def random_noise(per_head, head):
    quiet = per_head.clone()
    quiet[:, head] = 1e-3
    return quiet


WRONG = {
    "w07.mix": [
        *(unstable_softmax, softmax_of_the_first_axis, weights_first, only_the_average, sigmoid_weights),
        *(sharper, squared_weights, summed_over_width),
    ],
    "w07.attend": [
        *(width_of_the_test, scaled_by_answers, scaled_after_the_softmax, hidden_by_minus_one, needs_a_mask),
        *(keys_as_queries, values_forgotten, detached_double),
    ],
    "w07.may_look": [padding_of_the_first, size_from_lengths, ones_and_zeros, two_steps_back, both_asks_and_answers],
    "w07.split": [heads_in_reverse, first_head_repeated, positions_in_reverse],
    "w07.merge": [heads_merged_in_reverse, only_the_first_head],
    "w07.positions": [base_of_1000, speeds_off_by_one_pair, degrees],
    "w07.order": [always_guilty, always_innocent, relative_error],
    "w07.banded": [reach_times_two, off_by_a_row],
    "w07.relative": [one_head_for_all, clipped_too_early],
    "w07.entropy": [perplexity, of_the_mean_row],
    "w07.silence": [next_head, halved, random_noise],
}


@each_answer(WRONG)
def test_it_is_caught(id: str, answer: Answer, seed: int) -> None:
    assert_caught(id, answer, seed)


def test_there_are_many() -> None:
    assert count(WRONG) >= 20
