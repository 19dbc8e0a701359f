"""diffusers beside ours: the schedulers step for step over whole chains, and UNet2DModel with our weights.

Their timestep is t - 1. When few steps are taken, their spacing "trailing" visits our times. Where they clip, ours
corrects the predicted noise to match the clipped sample, which is their `use_clipped_model_output=True` in DDIM; in
DDPM both do the same. Their tables are float32; for the chains they get ours, in float64, so that 1e-9 can be asked.
One difference is on purpose: when few steps are taken, their last timestep is not 0, and with "fixed_large" and
"learned_range" they add noise to the finished sample; algorithm 2 of Ho et al. and we do not.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_lib.layers.diffusion import ddim_step, ddpm_step, predict_x0, q_sample, velocity
from course_lib.layers.learned_variance import between
from course_lib.layers.noise_schedule import Schedule, cosine, linear
from course_lib.models.denoiser import Denoiser, DenoiserConfig
from course_lib.models.diffusion import Diffusion, times
from tests.layers.torch_weights import assert_same_gradients, copy
from tests.peers.unet_weights import pairs, twin

diffusers = pytest.importorskip("diffusers", reason="pip install 'neural-architectures[peers]'")

T = 120
SCHEDULES: dict[str, Schedule] = {"linear": linear(T, 0.001, 0.12), "squaredcos_cap_v2": cosine(T)}
NAMES = pytest.mark.parametrize("name", SCHEDULES)


def scheduler(kind: str, name: str, *, exact: bool = True, **how: Any) -> Any:
    """Their scheduler with our schedule's numbers; exact: with our tables, too."""
    ends = {"beta_start": 0.001, "beta_end": 0.12} if name == "linear" else {}
    made = getattr(diffusers, kind)(num_train_timesteps=T, beta_schedule=name, **ends, **how)
    if exact:
        ours = SCHEDULES[name]
        made.betas, made.alphas, made.alphas_cumprod = ours.betas[1:], 1 - ours.betas[1:], ours.alpha_bars[1:]
        made.one = torch.tensor(1.0, dtype=torch.float64)
    return made


def network(x: Tensor, t: int) -> Tensor:
    """A stand-in that depends on everything and is sometimes far off, so that clipping matters."""
    return 0.8 * x + 0.4 * torch.sin(3 * x + t) * (1 + t / T)


class Chance:
    """Hands out noise, and the same noise again to the other side."""

    def __init__(self, shape: tuple[int, ...], steps: int) -> None:
        self.noise = torch.randn(steps, *shape, dtype=torch.float64)
        self.start = torch.randn(shape, dtype=torch.float64)


def assert_same_chain(
    ours: Callable[[Tensor, Tensor, int, int, Tensor], Tensor], theirs: Any, few: int, last: bool = True
) -> None:
    """Both walk from the same noise on their own; after every step (but the last, if so) they stand at the same place.

    ours(x, noise, t, earlier, fresh)   theirs(x, noise, timestep, fresh)
    """
    visited, chance = times(T, few), Chance((3, 2, 5, 7), few)
    x, y = chance.start, chance.start
    for fresh, (t, earlier) in zip(chance.noise, pairwise(visited), strict=True):
        x = ours(x, network(x, t), t, earlier, fresh)
        y = theirs(y, network(y, t), t - 1, fresh)
        if earlier == 0 and not last:
            break
        size = max(1.0, float(x.abs().max()))
        torch.testing.assert_close(x / size, y / size, atol=1e-9, rtol=0, msg=lambda m, t=t: f"at t = {t}: {m}")
    assert float((x - chance.start).abs().max()) > 0.5


def hand_over(monkeypatch: pytest.MonkeyPatch) -> dict[str, Tensor]:
    """Make both schedulers take the noise we put into the dictionary, instead of drawing it."""
    given: dict[str, Tensor] = {}
    for module in ("scheduling_ddpm", "scheduling_ddim"):
        where = getattr(diffusers.schedulers, module)
        monkeypatch.setattr(where, "randn_tensor", lambda shape, **_: given["fresh"].reshape(shape))
    return given


@NAMES
def test_the_tables(name: str) -> None:
    theirs, ours = scheduler("DDPMScheduler", name, exact=False), SCHEDULES[name]
    torch.testing.assert_close(theirs.betas.double(), ours.betas[1:], rtol=1e-5, atol=1e-7)
    torch.testing.assert_close(theirs.alphas_cumprod.double(), ours.alpha_bars[1:], rtol=1e-5, atol=1e-7)


@NAMES
def test_adding_noise(name: str) -> None:
    clean, noise, t = torch.randn(4, 2, 5, 7), torch.randn(4, 2, 5, 7), torch.tensor([1, 2, 61, T])
    theirs = scheduler("DDPMScheduler", name, exact=False)
    torch.testing.assert_close(
        q_sample(clean, noise, t, SCHEDULES[name]), theirs.add_noise(clean, noise, t - 1), atol=1e-5, rtol=1e-5
    )
    torch.testing.assert_close(
        velocity(clean, noise, t, SCHEDULES[name]), theirs.get_velocity(clean, noise, t - 1), atol=1e-5, rtol=1e-5
    )


@NAMES
@pytest.mark.parametrize("clip", [False, True], ids=["free", "clipped"])
@pytest.mark.parametrize(("variance", "few"), [("small", T), ("small", 20), ("large", T), ("large", 20)])
def test_ddpm_step_for_step(monkeypatch: pytest.MonkeyPatch, name: str, clip: bool, variance: str, few: int) -> None:
    given = hand_over(monkeypatch)
    peer = scheduler(
        "DDPMScheduler", name, variance_type=f"fixed_{variance}", clip_sample=clip, timestep_spacing="trailing"
    )
    peer.set_timesteps(few)
    assert peer.timesteps.tolist() == [t - 1 for t in times(T, few)[:-1]]
    chain = SCHEDULES[name].visiting(times(T, few))

    def ours(x: Tensor, noise: Tensor, t: int, earlier: int, fresh: Tensor) -> Tensor:
        return ddpm_step(x, noise, t * few // T, chain, fresh, variance=variance, clip=clip)  # type: ignore[arg-type]

    def theirs(x: Tensor, noise: Tensor, timestep: int, fresh: Tensor) -> Tensor:
        given["fresh"] = fresh
        moved: Tensor = peer.step(noise, timestep, x).prev_sample
        return moved

    assert_same_chain(ours, theirs, few, last=variance == "small" or few == T)


@NAMES
@pytest.mark.parametrize("clip", [False, True], ids=["free", "clipped"])
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("few", [T, 20])
def test_ddim_step_for_step(name: str, clip: bool, eta: float, few: int) -> None:
    peer = scheduler("DDIMScheduler", name, clip_sample=clip, timestep_spacing="trailing")
    peer.set_timesteps(few)
    assert peer.timesteps.tolist() == [t - 1 for t in times(T, few)[:-1]]

    def ours(x: Tensor, noise: Tensor, t: int, earlier: int, fresh: Tensor) -> Tensor:
        return ddim_step(x, noise, t, earlier, SCHEDULES[name], eta=eta, fresh=fresh, clip=clip)

    def theirs(x: Tensor, noise: Tensor, timestep: int, fresh: Tensor) -> Tensor:
        more = {"variance_noise": fresh} if eta else {}
        moved: Tensor = peer.step(noise, timestep, x, eta=eta, use_clipped_model_output=clip, **more).prev_sample
        return moved

    assert_same_chain(ours, theirs, few)


@NAMES
@pytest.mark.parametrize("few", [T, 24])
def test_the_learned_variance(monkeypatch: pytest.MonkeyPatch, name: str, few: int) -> None:
    """With "learned_range", half of the network's channels say where between both ends the log-variance lies."""
    given = hand_over(monkeypatch)
    peer = scheduler(
        "DDPMScheduler", name, variance_type="learned_range", clip_sample=False, timestep_spacing="trailing"
    )
    peer.set_timesteps(few)
    chain = SCHEDULES[name].visiting(times(T, few))

    def answer(x: Tensor) -> Tensor:
        return torch.cos(5 * x)

    def ours(x: Tensor, noise: Tensor, t: int, earlier: int, fresh: Tensor) -> Tensor:
        step = t * few // T
        return ddpm_step(x, noise, step, chain, fresh, variance=between(answer(x), step, chain).exp())

    def theirs(x: Tensor, noise: Tensor, timestep: int, fresh: Tensor) -> Tensor:
        given["fresh"] = fresh
        moved: Tensor = peer.step(torch.cat([noise, answer(x)], 1), timestep, x).prev_sample
        return moved

    assert_same_chain(ours, theirs, few, last=few == T)


def test_their_usual_spacing_is_another_list_of_times() -> None:
    """ "leading", their default, starts below T and ends with t = 1: `ddim_step` takes any two times."""
    peer, few = scheduler("DDIMScheduler", "linear", clip_sample=False, timestep_spacing="leading"), 20
    peer.set_timesteps(few)
    visited = [timestep + 1 for timestep in peer.timesteps.tolist()]
    assert visited[0] == T + 1 - T // few and visited[-1] == 1
    x = y = torch.randn(3, 2, 5, 7, dtype=torch.float64)
    for t, earlier in pairwise([*visited, 0]):
        x = ddim_step(x, network(x, t), t, earlier, SCHEDULES["linear"])
        y = peer.step(network(y, t), t - 1, y).prev_sample
        torch.testing.assert_close(x, y, atol=1e-9, rtol=1e-9)


def test_where_we_differ_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of 20 steps with the large variance, from t = 6 to 0: theirs adds noise of that step's beta."""
    given, peer = (
        hand_over(monkeypatch),
        scheduler("DDPMScheduler", "linear", variance_type="fixed_large", timestep_spacing="trailing"),
    )
    peer.set_timesteps(20)
    chain, x = SCHEDULES["linear"].visiting(times(T, 20)), torch.zeros(1, 5, dtype=torch.float64)
    given["fresh"] = x + 1
    theirs = peer.step(x, 5, x).prev_sample
    torch.testing.assert_close(theirs, x + chain.betas[1].sqrt(), rtol=1e-6, atol=0)
    assert torch.equal(ddpm_step(x, x, 1, chain, x + 1, variance="large"), x)


@NAMES
def test_the_predicted_clean_sample(name: str) -> None:
    noisy, noise, t = torch.randn(3, 2, 5, 7), torch.randn(3, 2, 5, 7), 57
    found = scheduler("DDIMScheduler", name, exact=False, clip_sample=False)
    found.set_timesteps(T)
    wanted = found.step(noise, t - 1, noisy).pred_original_sample
    torch.testing.assert_close(predict_x0(noisy, noise, t, SCHEDULES[name]), wanted, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("method", ["ddpm", "ddim"])
def test_our_sampler_is_their_loop(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """`Diffusion.sample` in float32 against the loop of their pipelines as it is, chance and all, from start to end."""
    given, few, start = hand_over(monkeypatch), 30, torch.randn(3, 2, 5, 7)
    diffusion = Diffusion(SCHEDULES["linear"], lambda x, t, label: network(x, int(t[0])))
    chance = torch.Generator().manual_seed(4)
    ours = diffusion.sample(start, few=few, method=method, generator=chance).samples  # type: ignore[arg-type]
    peer = scheduler(f"{method.upper()}Scheduler", "linear", exact=False, clip_sample=True, timestep_spacing="trailing")
    peer.set_timesteps(few)
    chance, x = torch.Generator().manual_seed(4), start
    more = {"use_clipped_model_output": True} if method == "ddim" else {}
    for timestep in peer.timesteps.tolist():
        if method == "ddpm":
            given["fresh"] = torch.randn(x.shape, generator=chance)
        x = peer.step(network(x, timestep + 1), timestep, x, **more).prev_sample
    torch.testing.assert_close(ours, x, atol=1e-4, rtol=0)


SIZES = {
    "no labels": DenoiserConfig(channels=3, width=16, mults=(1, 2), blocks=1, heads=4),
    "labels, three levels, two blocks": DenoiserConfig(1, 8, mults=(1, 2, 3), blocks=2, labels=5, heads=2),
    "patches, variance": DenoiserConfig(1, 16, (1, 3), 1, labels=5, heads=1, patch=2, learns_variance=True),
    "no attention": DenoiserConfig(channels=2, width=16, mults=(1,), blocks=2, heads=0),
}  # fmt: skip


@pytest.mark.parametrize("name", SIZES)
def test_unet2dmodel_with_our_weights(name: str) -> None:
    """Outputs, gradients of the picture and of every weight agree to 1e-5.

    In float64, but both embed the time in float32, which at large t costs more than that: so t stays small here.
    """
    sizes = SIZES[name]
    ours, theirs = Denoiser(sizes).double(), twin(sizes).double()
    found = pairs(ours, theirs)
    copy(found)
    picture, t = torch.randn(3, sizes.channels, 8, 16, dtype=torch.float64), torch.tensor([1, 17, 60])
    label = torch.tensor([0, 5, 3]) if sizes.labels else None
    mine, twins = (picture.clone().requires_grad_() for _ in range(2))
    out = ours(mine, t, label)
    folded = nn.functional.pixel_unshuffle(twins, sizes.patch)
    wanted = nn.functional.pixel_shuffle(theirs(folded, t, class_labels=label).sample, sizes.patch)
    size = float(wanted.detach().abs().max())
    torch.testing.assert_close(out / size, wanted / size, atol=1e-5, rtol=0)
    push = torch.linspace(-1, 1, out.numel()).double().view_as(out) / size
    (out * push).sum().backward()
    (wanted * push).sum().backward()
    assert mine.grad is not None and twins.grad is not None
    torch.testing.assert_close(mine.grad, twins.grad, atol=1e-5, rtol=1e-4)
    assert_same_gradients(found)
