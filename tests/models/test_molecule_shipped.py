"""The molecule model that comes with the course does what the file beside it says."""

from collections.abc import Iterator

import pytest
import torch

from course_lib.data import qm9
from course_lib.data.catalogue import QM9
from course_lib.data.clouds import clouds
from course_lib.models.molecule_denoiser import MoleculeDenoiserConfig
from course_lib.train.ema import EMA
from course_lib.train.shipped import ASSETS, shipped
from course_lib.train.stability import stability
from tests.benchmarks.molecule_stability import model_of
from training.molecules import SCHEDULE, SIZES, TIMES, loss_of, rate, valid_loss


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As the model was trained and scored."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_facts_say_how_it_was_made() -> None:
    _, facts = shipped("w14/molecules")
    assert facts["command"].startswith("python -m training.molecules")
    assert facts["data"]["sha256"] == QM9.sha256
    assert facts["sizes"] == SIZES.__dict__ and facts["schedule"] == f"polynomial({TIMES})"
    assert len(facts["curve"]) >= 50 and facts["valid"][-1][1] < facts["valid"][0][1]
    assert (ASSETS / "w14" / "molecules.pt").stat().st_size <= 600_000


def test_its_loss_on_validation_molecules_is_the_one_in_the_file() -> None:
    state, facts = shipped("w14/molecules")
    everything = qm9.load()
    choose = clouds(everything.take(everything.split().valid[::10]))
    model = EMA(model_of(state, MoleculeDenoiserConfig(**facts["sizes"])).network)
    assert valid_loss(model, choose) == pytest.approx(facts["half_precision"]["valid_after"], rel=1e-3)


def test_a_few_molecules_are_about_as_stable_as_the_table_says() -> None:
    """24 molecules hold some 430 atoms; five standard deviations of their mean is about 10 points."""
    state, facts = shipped("w14/molecules")
    said, _ = facts["scores"]["model, 100 steps"]["atoms stable"]
    counts = torch.arange(24) % 7 + 15
    made = model_of(state, MoleculeDenoiserConfig(**facts["sizes"])).sample(
        counts, torch.Generator().manual_seed(3), 100
    )
    atoms, _ = stability(made.positions, made.kinds, made.counts).percent
    assert atoms == pytest.approx(said, abs=10)


def test_the_average_follows_and_the_rate_is_that_of_the_run() -> None:
    from course_lib.models.molecule_denoiser import MoleculeDenoiser

    model = EMA(MoleculeDenoiser(MoleculeDenoiserConfig(width=7, rounds=1)), decay=0.9, early=True)
    weight = model.network.answer.weight
    begun = weight.detach().clone()
    for _ in range(300):  # the share is 0.9 from the eightieth step on
        model.update()
    with torch.no_grad():
        weight += 1
    model.update()
    torch.testing.assert_close(model.average.answer.weight, begun + 0.1)
    assert rate(6_000, 21_000) == pytest.approx(0.909, abs=1e-3) and rate(6_001, 21_000) == pytest.approx(
        0.819, abs=1e-3
    )
    some = clouds(qm9.load(5, seed=1))
    loss = loss_of(model, (some, torch.Generator().manual_seed(0)))
    loss.backward()
    assert SCHEDULE.steps == TIMES and model.network.answer.weight.grad is not None
    assert all(p.grad is None for p in model.average.parameters())
