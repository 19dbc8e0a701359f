"""The model of molecules: turns along with them, keeps to each molecule, and its diffusion obeys the equations."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from course_lib.layers.diffusion import ddpm_step, q_sample, velocity
from course_lib.layers.equivariant import zero_centre
from course_lib.layers.polynomial_schedule import polynomial
from course_lib.models.molecule_denoiser import MoleculeDenoiser, MoleculeDenoiserConfig, all_pairs
from course_lib.models.molecule_diffusion import SCALE, MoleculeDiffusion, cloud_noise, owner_of

COUNTS = torch.tensor([3, 1, 7, 5])


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The tensors are tiny: threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def denoiser(dtype: torch.dtype = torch.float64, push: float = 0.3) -> MoleculeDenoiser:
    """A small network whose points move far enough to see; with a smaller push it can also be sampled from."""
    model = MoleculeDenoiser(MoleculeDenoiserConfig(width=13, rounds=3, lengths=7))
    with torch.no_grad():
        for layer in model.rounds:
            layer.get_parameter("line_weight.0.weight").normal_(std=push)
    return model.to(dtype)


def scene(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Positions (16, 3), types (16, 5), times (4), counts (4)."""
    places = zero_centre(torch.randn(16, 3, dtype=dtype), owner_of(COUNTS), 4)
    return places, torch.randn(16, 5, dtype=dtype), torch.rand(4, dtype=dtype), COUNTS


def test_everyone_talks_to_everyone_else_in_the_molecule() -> None:
    edges, owner = all_pairs(COUNTS)
    assert owner.tolist() == [0, 0, 0, 1, *[2] * 7, *[3] * 5]
    told = {(s, r) for s in range(16) for r in range(16) if s != r and owner[s] == owner[r]}
    assert set(zip(*edges.tolist(), strict=True)) == told
    assert edges.shape == (2, len(told))


@pytest.mark.parametrize("mirror", [1, -1])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-10)])
def test_the_noise_turns_along(mirror: int, dtype: torch.dtype, tolerance: float) -> None:
    model, (places, types, times, counts) = denoiser(dtype), scene(dtype)
    turn, _ = torch.linalg.qr(torch.randn(3, 3, dtype=torch.float64))
    turn = (turn * turn.det().sign() * mirror).to(dtype)  # in three dimensions, minus a rotation is a mirror
    with torch.no_grad():
        moved, kinds = model(places, types, times, counts)
        turned, same = model(places @ turn.T, types, times, counts)
    assert moved.abs().max() > 0.1
    torch.testing.assert_close(turned, moved @ turn.T, atol=tolerance, rtol=0)
    torch.testing.assert_close(same, kinds, atol=tolerance, rtol=0)


def test_the_noise_of_positions_has_its_mean_at_zero() -> None:
    moved, _ = denoiser()(*scene())
    torch.testing.assert_close(zero_centre(moved, owner_of(COUNTS), 4), moved)


def test_a_molecule_does_not_hear_its_neighbours_in_the_batch() -> None:
    model, (places, types, times, _) = denoiser(), scene()
    moved, kinds = model(places, types, times, COUNTS)
    alone = model(places[4:11], types[4:11], times[2:3], COUNTS[2:3])
    torch.testing.assert_close(alone, (moved[4:11], kinds[4:11]))


def test_atoms_may_change_places() -> None:
    model, (places, types, times, _) = denoiser(), scene()
    order = torch.cat([torch.arange(4), 4 + torch.randperm(7), torch.arange(11, 16)])
    moved, kinds = model(places, types, times, COUNTS)
    swapped = model(places[order], types[order], times, COUNTS)
    torch.testing.assert_close(swapped, (moved[order], kinds[order]))


def test_the_time_and_the_types_are_looked_at() -> None:
    model, (places, types, times, _) = denoiser(), scene()
    moved, _ = model(places, types, times, COUNTS)
    assert (model(places, types, times + 0.2, COUNTS)[0] - moved).abs().max() > 1e-3
    assert (model(places, types.roll(1, dims=1), times, COUNTS)[0] - moved).abs().max() > 1e-3


def test_the_answer_is_a_velocity() -> None:
    """A network that knows the velocity gives the noise exactly, at every time."""
    schedule, (clean, types, _, _) = polynomial(50), scene()
    noise = cloud_noise(COUNTS, 5, torch.Generator().manual_seed(3))
    t = torch.tensor([1, 17, 33, 50])
    each = t[owner_of(COUNTS)]
    said = [velocity(c, n.double(), each, schedule) for c, n in zip((clean, types), noise, strict=True)]
    diffusion = MoleculeDiffusion(schedule, Fixed(lambda *_: (said[0], said[1])))
    there = [q_sample(c, n.double(), each, schedule) for c, n in zip((clean, types), noise, strict=True)]
    found = diffusion.predict(there[0], there[1], t, COUNTS)
    torch.testing.assert_close(found, tuple(n.double() for n in noise))


class Fixed(MoleculeDenoiser):
    """A network that answers with what a function says."""

    def __init__(self, answer: object) -> None:
        super().__init__(MoleculeDenoiserConfig(width=3, rounds=1))
        self.fixed = answer

    def forward(self, positions: Tensor, types: Tensor, time: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
        assert callable(self.fixed)
        places, kinds = self.fixed(positions, types, time, counts)
        return places, kinds


def test_a_network_that_knows_the_molecule_ends_at_it() -> None:
    schedule, (clean, _, _, _) = polynomial(40), scene(torch.float32)
    kinds = torch.randint(5, (16,))
    types = torch.nn.functional.one_hot(kinds, 5) * SCALE

    def knows(places: Tensor, there: Tensor, time: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
        left = schedule.alpha_bars[(time * 40).round().long()].float()[owner_of(counts)][:, None]
        return tuple(  # v from x_t and x_0
            (left.sqrt() * noisy - x) / (1 - left).sqrt() for noisy, x in ((places, clean), (there, types))
        )

    journey = MoleculeDiffusion(schedule, Fixed(knows)).sample(COUNTS, torch.Generator().manual_seed(1), 13, 5)
    torch.testing.assert_close(journey.positions, clean, atol=1e-4, rtol=1e-4)
    assert journey.kinds.tolist() == kinds.tolist()
    torch.testing.assert_close(journey.clean_types[-1], types / SCALE, atol=1e-3, rtol=0)  # one-hot rows again
    assert journey.noisy.shape == (5, 16, 3) and journey.clean_types.shape == (5, 16, 5)
    assert [len(range(16)[journey.atoms_of(molecule)]) for molecule in range(4)] == COUNTS.tolist()
    assert journey.atoms_of(2) == slice(4, 11)
    assert journey.stops[0] == 40 and journey.stops[-1] == 3 and journey.stops == sorted(journey.stops, reverse=True)
    assert (journey.noisy[0] - clean).abs().mean() > 5 * (journey.noisy[-1] - clean).abs().mean()


def test_a_jump_of_one_step_is_the_ddpm_step() -> None:
    schedule, (noisy, _, _, _) = polynomial(50), scene()
    noise, fresh = torch.randn(16, 3).double(), torch.randn(16, 3).double()
    diffusion = MoleculeDiffusion(schedule, denoiser())
    for t in (1, 2, 29, 50):
        left = schedule.alpha_bars[t]
        clean = (noisy - (1 - left).sqrt() * noise) / left.sqrt()
        ours = diffusion.jump(noisy, clean, t, t - 1, fresh)
        torch.testing.assert_close(ours, ddpm_step(noisy, noise, t, schedule, fresh))


def test_samples_are_centred_and_depend_on_the_seed_alone() -> None:
    diffusion = MoleculeDiffusion(polynomial(30), denoiser(torch.float32, push=0.01))
    first, again, other = (diffusion.sample(COUNTS, torch.Generator().manual_seed(s), 6) for s in (1, 1, 2))
    assert torch.equal(first.positions, again.positions) and not torch.equal(first.positions, other.positions)
    torch.testing.assert_close(zero_centre(first.positions, owner_of(COUNTS), 4), first.positions, atol=1e-4, rtol=1e-4)


def test_the_loss_does_not_care_where_a_molecule_lies() -> None:
    diffusion = MoleculeDiffusion(polynomial(30), denoiser(torch.float32))
    places, kinds = torch.randn(16, 3), torch.randint(5, (16,))
    here, there = (
        diffusion.loss(each, kinds, COUNTS, torch.Generator().manual_seed(1)) for each in (places, places + 4)
    )
    torch.testing.assert_close(here, there)


@pytest.mark.parametrize(("steps", "stops"), [(0, 1), (31, 1), (6, 7), (6, 0)])
def test_steps_that_make_no_sense_are_refused(steps: int, stops: int) -> None:
    with pytest.raises(ValueError, match=f"{steps} steps and {stops} stops"):
        MoleculeDiffusion(polynomial(30), denoiser()).sample(COUNTS, torch.Generator(), steps, stops)
