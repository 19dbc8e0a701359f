"""Wrong answers to week 14 that no exercise declares: each must be caught by a law, and none may earn full marks."""

import math

import torch

from course_lib.layers.diffusion import (
    classifier_free_guidance,
    ddim_step,
    ddpm_step,
    posterior,
    predict_noise,
    predict_x0,
    q_sample,
    velocity,
)
from course_lib.layers.equivariant import zero_centre
from course_lib.layers.learned_variance import between
from course_lib.layers.messages import scatter_mean
from course_lib.layers.noise_schedule import at, cosine, linear
from course_lib.models.diffusion import times
from course_lib.train.frechet import frechet
from tests.exercises.caught import Answer, assert_caught, count, each_answer


def left_of(t, schedule, like):
    return at(schedule.alpha_bars, t, like)


def minus_the_noise(clean, noise, t, schedule):
    return q_sample(clean, -noise, t, schedule)


def factors_of_snr(clean, noise, t, schedule):
    return clean + noise / at(schedule.snr, t, clean).sqrt()


def straight_line(clean, noise, t, schedule):
    share = (t / schedule.steps).reshape(-1, *[1] * (clean.dim() - 1))
    return (1 - share) * clean + share * noise


def betas_added_up(clean, noise, t, schedule):
    left = at(1 - schedule.betas.cumsum(0), t, clean).clamp(min=0)
    return left.sqrt() * clean + (1 - left).sqrt() * noise


def times_sorted(clean, noise, t, schedule):
    return q_sample(clean, noise, t.sort().values, schedule)


def mean_time(clean, noise, t, schedule):
    return q_sample(clean, noise, torch.full_like(t, int(t.float().mean())), schedule)


def batch_and_time_reversed(clean, noise, t, schedule):
    return q_sample(clean, noise, t.flip(0), schedule)


def a_schedule_of_its_own(clean, noise, t, schedule):
    return q_sample(clean, noise, t, linear(schedule.steps, 0.1, 0.3))


def own_noise(clean, noise, t, schedule):
    return q_sample(clean, torch.randn_like(clean), t, schedule)


def cut_at_one(clean, noise, t, schedule):
    return q_sample(clean, noise, t, schedule).clamp(-1, 1)


def never_quite_gone(clean, noise, t, schedule):
    left = left_of(t, schedule, clean).clamp(0.05, 0.97)
    return left.sqrt() * clean + (1 - left).sqrt() * noise


def root_of_root(clean, noise, t, schedule):
    left = left_of(t, schedule, clean)
    return left.sqrt() * clean + (1 - left.sqrt()).sqrt() * noise


def the_velocity(clean, noise, t, schedule):
    return velocity(clean, noise, t, schedule)


def brought_to_variance_one(clean, noise, t, schedule):
    x = q_sample(clean, noise, t, schedule)
    return (x - x.mean()) / x.std()


def in_place(clean, noise, t, schedule):
    left = left_of(t, schedule, clean)
    return clean.mul_(left.sqrt()).add_((1 - left).sqrt() * noise)


def one_time_late(clean, noise, t, schedule):
    return q_sample(clean, noise, (t + 1).clamp(max=schedule.steps), schedule)


def sine(steps, offset):
    share = torch.arange(steps + 1) / steps
    left = torch.sin((share + offset) / (1 + offset) * math.pi / 2) ** 2
    return torch.cat([torch.zeros(1), (1 - left[1:] / left[:-1]).clamp(max=0.999)])


def clipped_bars(steps, offset):
    share = torch.arange(steps + 1, dtype=torch.float64) / steps
    left = (torch.cos((share + offset) / (1 + offset) * math.pi / 2) ** 2).clamp(min=0.05)
    return torch.cat([left.new_zeros(1), 1 - left[1:] / left[:-1]])


def ratio_upside_down(steps, offset):
    betas = cosine(steps, offset).betas
    return torch.cat([betas[:1], (1 / (1 - betas[1:]) - 1).clamp(max=0.999)])


def clip_99(steps, offset):
    return cosine(steps, offset).betas.clamp(max=0.99)


def first_twice(steps, offset):
    betas = cosine(steps, offset).betas
    return torch.cat([betas[1:2], betas[1:]])


def small_number_below(steps, offset):
    share = torch.arange(steps + 1, dtype=torch.float64) / steps
    left = torch.cos((share + offset) / (1 + offset) * math.pi / 2) ** 2 + 0.02
    return torch.cat([left.new_zeros(1), (1 - left[1:] / left[:-1]).clamp(max=0.999)])


def fixed_offset(steps, offset):
    return cosine(steps, 0.008).betas


def degrees(steps, offset):
    share = torch.arange(steps + 1, dtype=torch.float64) / steps
    left = torch.cos((share + offset) / (1 + offset) * 90) ** 2
    return torch.cat([left.new_zeros(1), (1 - left[1:] / left[:-1]).clamp(0, 0.999)])


def shifted_by_one(steps, offset):
    betas = cosine(steps, offset).betas
    return torch.cat([betas[:1], betas[:-1]])


def linear_betas(steps, offset):
    return linear(steps).betas


def divided_by_the_first_twice(steps, offset):
    share = torch.arange(steps + 1, dtype=torch.float64) / steps
    left = torch.cos((share + offset) / (1 + offset) * math.pi / 2) ** 2
    return torch.cat([left.new_zeros(1), (1 - left[1:] / left[:1] / left[:-1]).clamp(1e-5, 0.999)])


def without_clean(clean, noisy, t, schedule):
    return (1 - at(schedule.betas, t, noisy)).rsqrt() * noisy, posterior(clean, noisy, t, schedule)[1]


def forward_mean(clean, noisy, t, schedule):
    return (1 - at(schedule.betas, t, noisy)).sqrt() * noisy, at(schedule.betas, t, noisy)


def noised_at_t_less_one(clean, noisy, t, schedule):
    before = left_of(t - 1, schedule, noisy)
    return before.sqrt() * clean, 1 - before


def weights_sum_to_one(clean, noisy, t, schedule):
    beta, left = at(schedule.betas, t, noisy), left_of(t, schedule, noisy)
    share = beta / (1 - left)
    return share * clean + (1 - share) * noisy, posterior(clean, noisy, t, schedule)[1]


def posterior_of_next(clean, noisy, t, schedule):
    return posterior(clean, noisy, (t + 1).clamp(max=schedule.steps), schedule)


def variance_over_alpha(clean, noisy, t, schedule):
    mean, variance = posterior(clean, noisy, t, schedule)
    return mean, variance / (1 - at(schedule.betas, t, noisy))


def variance_by_roots(clean, noisy, t, schedule):
    mean, _ = posterior(clean, noisy, t, schedule)
    beta, left, before = at(schedule.betas, t, noisy), left_of(t, schedule, noisy), left_of(t - 1, schedule, noisy)
    return mean, beta * (1 - before.sqrt()) / (1 - left.sqrt())


def variances_added(clean, noisy, t, schedule):
    mean, _ = posterior(clean, noisy, t, schedule)
    return mean, at(schedule.betas, t, noisy) + 1 - left_of(t - 1, schedule, noisy)


def variance_never_zero(clean, noisy, t, schedule):
    mean, variance = posterior(clean, noisy, t, schedule)
    return mean, variance + 0.02


def variance_then_mean(clean, noisy, t, schedule):
    return posterior(clean, noisy, t, schedule)[::-1]


def one_variance_for_all(clean, noisy, t, schedule):
    mean, variance = posterior(clean, noisy, t, schedule)
    return mean, variance.mean().expand_as(variance)


def a_draw(clean, noisy, t, schedule):
    mean, variance = posterior(clean, noisy, t, schedule)
    return mean + variance.sqrt() * torch.randn_like(mean), variance


def clipped_mean(clean, noisy, t, schedule):
    return posterior(clean.clamp(-1, 1), noisy, t, schedule)


def root_on_the_whole(clean, noisy, t, schedule):
    _, variance = posterior(clean, noisy, t, schedule)
    before, beta, left = left_of(t - 1, schedule, noisy), at(schedule.betas, t, noisy), left_of(t, schedule, noisy)
    return ((before * beta).sqrt() * clean + ((1 - beta) * (1 - before)).sqrt() * noisy) / (1 - left).sqrt(), variance


def drawn(clean, schedule, generator):
    t = torch.randint(1, schedule.steps + 1, (len(clean),), generator=generator)
    return t, torch.randn(clean.shape, generator=generator)


def velocity_target(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - velocity(clean, noise, t, schedule)).square().mean()


def noisy_target(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    noisy = q_sample(clean, noise, t, schedule)
    return (predict(noisy, t) - noisy).square().mean()


def fresh_target(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - torch.randn_like(noise)).square().mean()


def weighted_by_snr(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    squares = (predict(q_sample(clean, noise, t, schedule), t) - noise).square()
    return (at(schedule.snr, t, clean) * squares).mean()


def root_of_the_mean(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean().sqrt()


def half_of_it(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean() / 2


def mean_then_square(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).mean().square()


def sum_over_a_sample(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().flatten(1).sum(1).mean()


def detached(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t).detach() - noise).square().mean().requires_grad_()


def rounded_to_a_number(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return float((predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean())


def late_times_more_often(predict, clean, schedule, generator):
    t = torch.randint(0, schedule.steps**2, (len(clean),), generator=generator).float().sqrt().floor().long() + 1
    noise = torch.randn(clean.shape, generator=generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def seeds_the_generator(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator.manual_seed(0))
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def chance_from_elsewhere(predict, clean, schedule, generator):
    t = torch.randint(1, schedule.steps + 1, (len(clean),))
    noise = torch.randn_like(clean)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def noise_from_elsewhere(predict, clean, schedule, generator):
    t, _ = drawn(clean, schedule, generator)
    noise = torch.randn_like(clean)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def times_in_order(predict, clean, schedule, generator):
    t = torch.arange(len(clean)) % schedule.steps + 1
    noise = torch.randn(clean.shape, generator=generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def noise_too_weak(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    noise = 0.8 * noise
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def noise_in_bounds(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    noise = noise.clamp(-2, 2)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def one_number_of_noise_a_sample(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    noise = noise.flatten(1)[:, :1].reshape(-1, *[1] * (clean.dim() - 1)).expand_as(clean)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def same_noise_for_both_halves(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    half = (len(clean) + 1) // 2
    noise = torch.cat([noise[:half], noise[:half]])[: len(clean)]
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def same_noise_for_all_channels(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    noise = noise[:, :1].expand_as(clean) if clean.dim() > 2 else noise
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def shuffled_targets(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t) - noise.roll(1, 0)).square().mean()


def times_shuffled_when_told(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), t.roll(1)) - noise).square().mean()


def tells_alpha_bar(predict, clean, schedule, generator):
    t, noise = drawn(clean, schedule, generator)
    return (predict(q_sample(clean, noise, t, schedule), schedule.alpha_bars[t]) - noise).square().mean()


def same_noise_in_every_call(predict, clean, schedule, generator):
    t, _ = drawn(clean, schedule, generator)
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(7))
    return (predict(q_sample(clean, noise, t, schedule), t) - noise).square().mean()


def fresh_taken_away(noisy, predicted_noise, t, schedule, fresh):
    return ddpm_step(noisy, predicted_noise, t, schedule, -fresh)


def fresh_by_logarithm(noisy, predicted_noise, t, schedule, fresh):
    mean, variance = posterior(predict_x0(noisy, predicted_noise, t, schedule), noisy, t, schedule)
    return mean + (variance.clamp(min=1e-20).log() / 4).exp() * fresh


def always_some_noise(noisy, predicted_noise, t, schedule, fresh):
    mean, variance = posterior(predict_x0(noisy, predicted_noise, t, schedule), noisy, t, schedule)
    return mean + variance.clamp(min=0.01).sqrt() * fresh


def quiet_if_any_is_last(noisy, predicted_noise, t, schedule, fresh):
    return ddpm_step(noisy, predicted_noise, t, schedule, fresh * 0 if bool((t == 1).any()) else fresh)


def loud_unless_all_are_last(noisy, predicted_noise, t, schedule, fresh):
    z = torch.zeros_like(fresh) if bool((t == 1).all()) else fresh
    mean, _ = posterior(predict_x0(noisy, predicted_noise, t, schedule), noisy, t, schedule)
    return mean + at(schedule.betas, t, noisy).sqrt() * z


def quiet_at_zero_only(noisy, predicted_noise, t, schedule, fresh):
    mean, _ = posterior(predict_x0(noisy, predicted_noise, t, schedule), noisy, t, schedule)
    loud = (t > 0).reshape(-1, *[1] * (noisy.dim() - 1))
    return mean + loud * at(schedule.betas, t, noisy).sqrt() * fresh


def clipped_step(noisy, predicted_noise, t, schedule, fresh):
    return ddpm_step(noisy, predicted_noise, t, schedule, fresh, clip=True)


def without_chance(noisy, predicted_noise, t, schedule, fresh):
    return ddim_step(noisy, predicted_noise, t, t - 1, schedule)


def clean_put_in_as_noisy(noisy, predicted_noise, t, schedule, fresh):
    clean = predict_x0(noisy, predicted_noise, t, schedule)
    return ddpm_step(clean, predicted_noise, t, schedule, fresh)


def divided_by_no_less_than_a_tenth(noisy, predicted_noise, t, schedule, fresh):
    left = left_of(t, schedule, noisy).clamp(min=0.1)
    clean = (noisy - (1 - left).sqrt() * predicted_noise) / left.sqrt()
    mean, variance = posterior(clean, noisy, t, schedule)
    return mean + variance.sqrt() * fresh


def noise_renewed(noisy, predicted_noise, t, schedule, fresh):
    clean = predict_x0(noisy, predicted_noise, t, schedule)
    return q_sample(clean, fresh, t - 1, schedule)


def noise_as_clean(noisy, predicted_noise, t, schedule, fresh):
    mean, variance = posterior(predicted_noise, noisy, t, schedule)
    return mean + variance.sqrt() * fresh


def alpha_not_rooted(noisy, predicted_noise, t, schedule, fresh):
    beta, left = at(schedule.betas, t, noisy), left_of(t, schedule, noisy)
    mean = (noisy - beta / (1 - left).sqrt() * predicted_noise) / (1 - beta)
    return mean + at(schedule.posterior_variances(), t, noisy).sqrt() * fresh


def own_chance(noisy, predicted_noise, t, schedule, fresh):
    return ddpm_step(noisy, predicted_noise, t, schedule, torch.randn_like(noisy))


def noise_of_step_before(noisy, predicted_noise, t, schedule, fresh):
    mean, _ = posterior(predict_x0(noisy, predicted_noise, t, schedule), noisy, t, schedule)
    return mean + at(schedule.betas, t - 1, noisy).sqrt() * fresh


def forward_again(noisy, predicted_noise, t, schedule, fresh):
    beta = at(schedule.betas, t, noisy)
    return (1 - beta).sqrt() * noisy + beta.sqrt() * fresh


def with_eta_half(noisy, predicted_noise, t, earlier, schedule):
    return ddim_step(noisy, predicted_noise, t, earlier, schedule, eta=0.5, fresh=predicted_noise)


def room_left_for_chance(noisy, predicted_noise, t, earlier, schedule):
    return ddim_step(noisy, predicted_noise, t, earlier, schedule, eta=1.0, fresh=torch.zeros_like(noisy))


def posterior_mean(noisy, predicted_noise, t, earlier, schedule):
    return posterior(predict_x0(noisy, predicted_noise, t, schedule), noisy, t, schedule)[0]


def only_scaled(noisy, predicted_noise, t, earlier, schedule):
    return (left_of(earlier, schedule, noisy) / left_of(t, schedule, noisy)).sqrt() * noisy


def noise_taken_away(noisy, predicted_noise, t, earlier, schedule):
    clean = predict_x0(noisy, predicted_noise, t, schedule)
    return q_sample(clean, -predicted_noise, earlier, schedule)


def ratio_not_rooted(noisy, predicted_noise, t, earlier, schedule):
    left, before = left_of(t, schedule, noisy), left_of(earlier, schedule, noisy)
    return before / left * (noisy - (1 - left).sqrt() * predicted_noise) + (1 - before).sqrt() * predicted_noise


def difference_under_one_root(noisy, predicted_noise, t, earlier, schedule):
    left, before = left_of(t, schedule, noisy), left_of(earlier, schedule, noisy)
    return (before / left).sqrt() * (noisy - (before - left).abs().sqrt() * predicted_noise)


def one_before_earlier(noisy, predicted_noise, t, earlier, schedule):
    return ddim_step(noisy, predicted_noise, t, (earlier - 1).clamp(min=0), schedule)


def never_to_zero(noisy, predicted_noise, t, earlier, schedule):
    return ddim_step(noisy, predicted_noise, t, earlier.clamp(min=1), schedule)


def never_forward(noisy, predicted_noise, t, earlier, schedule):
    return ddim_step(noisy, predicted_noise, t, torch.minimum(t, earlier), schedule)


def noise_of_the_whole_batch(noisy, predicted_noise, t, earlier, schedule):
    return ddim_step(noisy, predicted_noise.mean(0).expand_as(noisy), t, earlier, schedule)


def clipped_and_corrected(noisy, predicted_noise, t, earlier, schedule):
    return ddim_step(noisy, predicted_noise, t, earlier, schedule, clip=True)


def velocity_read_as_noise(noisy, predicted_noise, t, earlier, schedule):
    left = left_of(t, schedule, noisy)
    clean = left.sqrt() * noisy - (1 - left).sqrt() * predicted_noise
    return q_sample(clean, predict_noise(noisy, clean, t, schedule), earlier, schedule)


def alphas_for_bars(noisy, predicted_noise, t, earlier, schedule):
    left, before = 1 - at(schedule.betas, t, noisy), 1 - at(schedule.betas, earlier, noisy)
    clean = (noisy - (1 - left).sqrt() * predicted_noise) / left.sqrt()
    return before.sqrt() * clean + (1 - before).sqrt() * predicted_noise


def squared_scale(with_label, without, scale):
    return classifier_free_guidance(with_label, without, scale**2)


def whole_scale(with_label, without, scale):
    return classifier_free_guidance(with_label, without, round(scale + 0.2))


def one_less(with_label, without, scale):
    return classifier_free_guidance(with_label, without, scale - 1)


def of_the_same_length(with_label, without, scale):
    mix = classifier_free_guidance(with_label, without, scale)
    return mix * with_label.norm() / mix.norm()


def sign_of_the_difference(with_label, without, scale):
    return without + scale * (with_label - without).sign()


def cut_at_two(with_label, without, scale):
    return classifier_free_guidance(with_label, without, scale).clamp(-2, 2)


def from_the_middle(with_label, without, scale):
    return (with_label + without) / 2 + scale * (with_label - without)


def only_the_first(with_label, without, scale):
    mix = with_label.clone()
    mix[0] = classifier_free_guidance(with_label, without, scale)[0]
    return mix


def writes_into_without(with_label, without, scale):
    without += scale * (with_label - without)
    return without


def always_three(with_label, without, scale):
    return classifier_free_guidance(with_label, without, 3.0)


def runs_of_equal_length(positions, owner, objects):
    return torch.cat([piece - piece.mean(0) for piece in positions.tensor_split(objects)])


def in_order_of_owner(positions, owner, objects):
    order = owner.argsort(stable=True)
    return zero_centre(positions[order], owner[order], objects)


def median(positions, owner, objects):
    return torch.stack([p - positions[owner == o].median(0).values for p, o in zip(positions, owner, strict=True)])


def others_only(positions, owner, objects):
    together = (owner[:, None] == owner).float() - torch.eye(len(owner))
    return positions - together @ positions / together.sum(1, keepdim=True).clamp(min=1)


def one_atom_left_alone(positions, owner, objects):
    centred = zero_centre(positions, owner, objects)
    alone = torch.bincount(owner, minlength=objects)[owner] == 1
    return torch.where(alone[:, None], positions, centred)


def counts_one_more(positions, owner, objects):
    count = torch.bincount(owner, minlength=objects) + 1
    sums = torch.zeros(objects, 3).index_add(0, owner, positions)
    return positions - (sums / count[:, None])[owner]


def in_place_centre(positions, owner, objects):
    positions -= scatter_mean(positions, owner, objects)[owner]
    return positions


def everything_then_each(positions, owner, objects):
    return positions - positions.mean(0)


def turned_to_its_axes(positions, owner, objects):
    centred = zero_centre(positions, owner, objects)
    return centred @ torch.linalg.svd(centred, full_matrices=False).Vh.T


def no_change(positions, owner, objects):
    return positions.clone()


def weighted_by_place(positions, owner, objects):
    weights = torch.arange(1.0, len(owner) + 1)[:, None]
    sums = torch.zeros(objects, 3).index_add(0, owner, weights * positions)
    total = torch.zeros(objects, 1).index_add(0, owner, weights).clamp(min=1)
    return positions - (sums / total)[owner]


def random_directions(positions, owner, objects):
    return zero_centre(torch.randn_like(positions), owner, objects)


def known_at_the_end(noisy, known, mask, t, schedule, fresh):
    return torch.where(mask, q_sample(known, fresh, schedule.steps, schedule), noisy)


def own_fresh(noisy, known, mask, t, schedule, fresh):
    return torch.where(mask, q_sample(known, torch.randn_like(known), t, schedule), noisy)


def mask_on_the_clean(noisy, known, mask, t, schedule, fresh):
    return mask * known + ~mask * noisy if t == 0 else torch.where(mask, q_sample(known * 0, fresh, t, schedule), noisy)


def first_channel_only(noisy, known, mask, t, schedule, fresh):
    out = noisy.clone()
    out[:, 0] = torch.where(mask, q_sample(known, fresh, t, schedule), noisy)[:, 0]
    out[0, -1] = noisy[0, -1] if noisy.shape[1] > 1 else out[0, -1] + 0.1
    return out


def rows_of_the_mask(noisy, known, mask, t, schedule, fresh):
    rows = mask[:, :1].expand_as(mask)
    return torch.where(rows, q_sample(known, fresh, t, schedule), noisy)


def blended(noisy, known, mask, t, schedule, fresh):
    there = q_sample(known, fresh, t, schedule)
    return torch.where(mask, (there + noisy) / 2, noisy)


def one_step_from_clean(noisy, known, mask, t, schedule, fresh):
    beta = float(schedule.betas[t])
    return torch.where(mask, (1 - beta) ** 0.5 * known + beta**0.5 * fresh, noisy)


def noise_on_top_of_both(noisy, known, mask, t, schedule, fresh):
    left = float(schedule.alpha_bars[t])
    return left**0.5 * torch.where(mask, known, noisy) + (1 - left) ** 0.5 * fresh * mask


def mask_flipped_over(noisy, known, mask, t, schedule, fresh):
    return torch.where(mask.flip(-1), q_sample(known, fresh, t, schedule), noisy)


def nothing_happens(noisy, known, mask, t, schedule, fresh):
    return noisy.clone()


def unknown_set_to_zero(noisy, known, mask, t, schedule, fresh):
    return torch.where(mask, q_sample(known, fresh, t, schedule), torch.zeros_like(noisy))


def unknown_faded(noisy, known, mask, t, schedule, fresh):
    return torch.where(mask, q_sample(known, fresh, t, schedule), 0.98 * noisy)


def batch_mean_known(noisy, known, mask, t, schedule, fresh):
    return torch.where(mask, q_sample(known.mean(0, keepdim=True).expand_as(known), fresh, t, schedule), noisy)


def rounded_down_gaps(steps, few):
    return [steps - i * (steps // few) for i in range(few + 1)]


def one_point_twice(steps, few):
    found = times(steps, few)
    return [*found[:-2], 0, 0]


def geometric(steps, few):
    return [steps, *(max(1, round(steps * 0.5**i)) for i in range(1, few)), 0]


def swapped(steps, few):
    found = times(steps, few)
    return [found[0], *found[1:-1][::-1], 0]


def chance_times(steps, few):
    inner = torch.randperm(steps - 1)[: few - 1] + 1
    return [steps, *inner.sort(descending=True).values.tolist(), 0]


def rest_at_the_start(steps, few):
    gap = steps // few
    return [steps, *(gap * i for i in range(few - 1, -1, -1))]


def too_many(steps, few):
    return times(steps, few + 1)


def below_zero(steps, few):
    return [time - 1 for time in times(steps, few)]


def floats_in_disguise(steps, few):
    return torch.linspace(steps, 0, few + 1)


def every_time(steps, few):
    return list(range(steps, -1, -1))


def only_ends(steps, few):
    return [steps, 0]


def nine_hundred(steps, few):
    return times(1000, few)


def mean_distance_of_all(a, b):
    return float(torch.cdist(a, b).square().mean())


def trace_of_difference(a, b):
    return float((a.mean(0) - b.mean(0)).square().sum() + (torch.cov(a.T) - torch.cov(b.T)).trace().abs())


def one_covariance(a, b):
    both = torch.cov(torch.cat([a, b]).T)
    return float((a.mean(0) - b.mean(0)).square().sum() + 0 * both.trace())


def divergence(a, b):
    cov_a, cov_b = torch.cov(a.double().T), torch.cov(b.double().T) + 1e-3 * torch.eye(b.shape[1])
    gap = b.double().mean(0) - a.double().mean(0)
    inverse = torch.linalg.inv(cov_b)
    return float(0.5 * ((inverse @ cov_a).trace() + gap @ inverse @ gap - len(gap)))


def mean_over_features(a, b):
    return frechet(a, b) / a.shape[1]


def medians(a, b):
    return frechet(a - a.mean(0) + a.median(0).values, b - b.mean(0) + b.median(0).values)


def standardised_first(a, b):
    wide = torch.cat([a, b]).std(0).clamp(min=1e-6)
    return frechet(a / wide, b / wide)


def singular_values(a, b):
    cov_a, cov_b = torch.cov(a.T), torch.cov(b.T)
    middle = torch.linalg.svdvals(cov_a @ cov_b).sqrt().sum()
    return float((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * middle)


def root_never_below_zero_unchecked(a, b):
    cov_a, cov_b = torch.cov(a.T), torch.cov(b.T)
    middle = torch.linalg.eigvals(cov_a @ cov_b).real.sqrt().sum()
    return float((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * middle)


def a_large_number_on_the_diagonal(a, b):
    some = 0.1 * torch.eye(a.shape[1])
    cov_a, cov_b = torch.cov(a.T) + some, torch.cov(b.T)
    middle = torch.linalg.eigvals(cov_a @ cov_b).real.clamp(min=0).sqrt().sum()
    return float((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * middle)


def inverted_first(a, b):
    cov_a, cov_b = torch.cov(a.T), torch.cov(b.T)
    middle = torch.linalg.eigvals(torch.linalg.inv(cov_a) @ cov_b).real.clamp(min=0).sqrt().sum()
    return float((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * middle)


def never_negative_means(a, b):
    return float((a.mean(0) - b.mean(0)).clamp(min=0).square().sum()) + frechet(a - a.mean(0), b - b.mean(0))


def constant_half(a, b):
    return 0.5


def base_ten(answer, t, schedule):
    return between(answer, t, schedule) / math.log(10)


def base_two(answer, t, schedule):
    return between(answer, t, schedule) / math.log(2)


def roots_mixed(answer, t, schedule):
    low, high = at(schedule.posterior_variances(), t.clamp(min=2), answer), at(schedule.betas, t, answer)
    share = (answer + 1) / 2
    return 2 * (share * high.sqrt() + (1 - share) * low.sqrt()).log()


def sure_of_itself(answer, t, schedule):
    return between(answer.clamp(-1, 1), t, schedule)


def absolute_answer(answer, t, schedule):
    return between(answer.abs(), t, schedule)


def one_answer_a_sample(answer, t, schedule):
    means = answer.flatten(1).mean(1).reshape(-1, *[1] * (answer.dim() - 1))
    return between(means.expand_as(answer), t, schedule)


def quiet_at_one(answer, t, schedule):
    first = (t == 1).reshape(-1, *[1] * (answer.dim() - 1))
    return torch.where(first, -20.0, between(answer, t, schedule))


def beta_at_one(answer, t, schedule):
    first = (t == 1).reshape(-1, *[1] * (answer.dim() - 1))
    return torch.where(first, at(schedule.betas, t, answer).log(), between(answer, t, schedule))


def everything_at_two(answer, t, schedule):
    return between(answer, t.clamp(min=2), schedule)


def halved(answer, t, schedule):
    return between(answer / 2, t, schedule)


def an_entry_early(answer, t, schedule):
    return between(answer, (t - 1).clamp(min=1), schedule)


def of_the_first_sample(answer, t, schedule):
    return between(answer, t[:1].expand(len(t)), schedule)


WRONG = {
    "w14.noised": [
        *(minus_the_noise, factors_of_snr, straight_line, betas_added_up, times_sorted, mean_time, own_noise),
        *(
            batch_and_time_reversed,
            a_schedule_of_its_own,
            cut_at_one,
            never_quite_gone,
            root_of_root,
            the_velocity,
            in_place,
        ),
        *(brought_to_variance_one, one_time_late, never_quite_gone),
    ],
    "w14.cosine_betas": [
        *(sine, clipped_bars, ratio_upside_down, clip_99, first_twice, small_number_below, fixed_offset, degrees),
        *(shifted_by_one, linear_betas, divided_by_the_first_twice),
    ],
    "w14.posterior": [
        *(without_clean, forward_mean, noised_at_t_less_one, weights_sum_to_one, posterior_of_next),
        *(variance_over_alpha, variance_by_roots, variances_added, variance_never_zero, variance_then_mean),
        *(one_variance_for_all, a_draw, clipped_mean, root_on_the_whole),
    ],
    "w14.loss": [
        *(velocity_target, noisy_target, fresh_target, weighted_by_snr, root_of_the_mean, half_of_it),
        *(mean_then_square, sum_over_a_sample, detached, rounded_to_a_number, late_times_more_often),
        *(seeds_the_generator, chance_from_elsewhere, noise_from_elsewhere, times_in_order, noise_too_weak),
        *(
            noise_in_bounds,
            one_number_of_noise_a_sample,
            same_noise_for_both_halves,
            same_noise_for_all_channels,
            shuffled_targets,
            times_shuffled_when_told,
        ),
        *(tells_alpha_bar, same_noise_in_every_call, same_noise_for_both_halves, same_noise_for_all_channels),
    ],
    "w14.reverse_step": [
        *(fresh_taken_away, fresh_by_logarithm, always_some_noise, quiet_if_any_is_last, loud_unless_all_are_last),
        *(
            quiet_at_zero_only,
            clipped_step,
            without_chance,
            clean_put_in_as_noisy,
            noise_renewed,
            divided_by_no_less_than_a_tenth,
            noise_as_clean,
        ),
        *(alpha_not_rooted, own_chance, noise_of_step_before, forward_again, divided_by_no_less_than_a_tenth),
    ],
    "w14.ddim_step": [
        *(with_eta_half, room_left_for_chance, posterior_mean, only_scaled, noise_taken_away, ratio_not_rooted),
        *(difference_under_one_root, one_before_earlier, never_to_zero, never_forward, noise_of_the_whole_batch),
        *(clipped_and_corrected, velocity_read_as_noise, alphas_for_bars),
    ],
    "w14.guided": [
        *(squared_scale, whole_scale, one_less, of_the_same_length, sign_of_the_difference, cut_at_two),
        *(from_the_middle, only_the_first, writes_into_without, always_three),
    ],
    "w14.zero_centre": [
        *(runs_of_equal_length, in_order_of_owner, median, others_only, one_atom_left_alone, counts_one_more),
        *(in_place_centre, everything_then_each, turned_to_its_axes, no_change, weighted_by_place, random_directions),
    ],
    "w14.inpaint_step": [
        *(known_at_the_end, own_fresh, mask_on_the_clean, first_channel_only, rows_of_the_mask, blended),
        *(one_step_from_clean, noise_on_top_of_both, mask_flipped_over, nothing_happens, unknown_set_to_zero),
        *(unknown_faded, batch_mean_known),
    ],
    "w14.sub_steps": [
        *(rounded_down_gaps, one_point_twice, geometric, swapped, chance_times, rest_at_the_start, too_many),
        *(below_zero, floats_in_disguise, every_time, only_ends, nine_hundred),
    ],
    "w14.frechet": [
        *(mean_distance_of_all, trace_of_difference, one_covariance, divergence, mean_over_features, medians),
        *(standardised_first, singular_values, root_never_below_zero_unchecked, a_large_number_on_the_diagonal),
        *(inverted_first, never_negative_means, constant_half),
    ],
    "w14.log_variance": [
        *(base_ten, base_two, roots_mixed, sure_of_itself, absolute_answer, one_answer_a_sample, quiet_at_one),
        *(beta_at_one, everything_at_two, halved, an_entry_early, of_the_first_sample),
    ],
}


@each_answer(WRONG)
def test_it_is_caught(id: str, answer: Answer, seed: int) -> None:
    assert_caught(id, answer, seed)


def test_there_are_many() -> None:
    assert count(WRONG) >= 100
