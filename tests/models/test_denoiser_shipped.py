"""The trained denoisers of week 14 do what the files beside them say, and the table of scores is what it says."""

import json

import pytest
import torch

from course_lib.data import digits, galaxies
from course_lib.data.catalogue import MNIST
from course_lib.layers.noise_schedule import cosine
from course_lib.models.denoiser import Denoiser, DenoiserConfig
from course_lib.models.diffusion import Diffusion
from course_lib.models.velocity_diffusion import VelocityDiffusion
from course_lib.train.shipped import ASSETS, shipped
from tests.benchmarks.diffusion_scores import Gallery, Way
from training.galaxies import halves

ROWS = json.loads((ASSETS / "w14/scores.json").read_text(encoding="utf-8"))["rows"]


def denoiser(name: str, kind: type[Diffusion] = Diffusion) -> tuple[Diffusion, dict]:
    state, facts = shipped(f"w14/{name}")
    sizes = DenoiserConfig(**{**facts["sizes"], "mults": tuple(facts["sizes"]["mults"])})
    model = Denoiser(sizes)
    model.load_state_dict(state)
    assert facts["parameters"] == sum(p.numel() for p in model.parameters())
    return kind(cosine(facts["schedule"]["steps"]), model.eval(), sizes.labels or None), facts


def test_the_digits_loss_is_what_the_file_says() -> None:
    diffusion, facts = denoiser("digits")
    pictures = digits.load()
    unseen, chance = pictures[pictures.split().test], torch.Generator().manual_seed(2)
    with torch.no_grad():
        loss = float(diffusion.loss(unseen.images, chance, unseen.labels))
    assert loss == pytest.approx(facts["loss_unseen"]["after_rounding"], abs=2e-4)
    assert facts["data"]["sha256"] == MNIST.sha256


def test_the_galaxies_loss_is_what_the_file_says() -> None:
    diffusion, facts = denoiser("galaxies", VelocityDiffusion)
    assert facts["predicts"] == "velocity"
    _, report = halves(galaxies.load().test)
    with torch.no_grad():
        loss = float(diffusion.loss(report.repeat(8, 1, 1, 1), torch.Generator().manual_seed(2)))
    assert loss == pytest.approx(facts["loss_unseen"]["after_rounding"], abs=2e-4)
    assert facts["data"]["sha256"] == galaxies.SHA256


def test_drawn_galaxies_keep_the_black_of_the_sky() -> None:
    """Mean light and spread of 24 samples in 50 steps, beside those of the cut-outs."""
    diffusion, _ = denoiser("galaxies", VelocityDiffusion)
    chance = torch.Generator().manual_seed(5)
    made = diffusion.sample(torch.randn(24, 3, 32, 32, generator=chance), few=50, generator=chance).samples
    real = galaxies.load().train.images
    assert float(made.mean()) == pytest.approx(float(real.mean()), abs=0.15)
    assert float(made.std()) == pytest.approx(float(real.std()), rel=0.5)  # a few bright ones decide


def test_watched_and_reported_galaxies_share_no_pixel() -> None:
    other = galaxies.load().test
    watch, report = halves(other)
    assert min(len(watch), len(report)) > 20
    rows = [{tuple(image.flatten()[:200].tolist()) for image in part} for part in (watch, report)]
    ends = [
        [row for image, row in zip(other.images, other.centres[:, 0].tolist(), strict=True)
         if tuple(image.flatten()[:200].tolist()) in part] for part in rows
    ]  # fmt: skip
    assert max(ends[0]) + 16 <= min(ends[1]) - 16


@pytest.mark.parametrize("method", ["noise", "real"])
def test_the_floors_are_measured_again(method: str) -> None:
    [said] = [row for row in ROWS if (row["method"], row["seed"]) == (method, 0)]
    again = Gallery().row(Way(method))
    for name in ("frechet", "precision", "recall", "read_as_asked"):
        assert again[name] == pytest.approx(said[name], rel=0.02, abs=0.005), name


def test_the_table_says_what_the_lecture_says() -> None:
    """Noise is far off, real pictures are nearest, 20 steps of either sampler lie between; nothing is a copy."""
    mean = {}
    for method, steps in [("noise", 0), ("real", 0), ("ddim", 20), ("ddpm", 20), ("ddim", 100), ("ddpm", 100)]:
        rows = [r for r in ROWS if (r["method"], r["steps"], r["guidance"]) == (method, steps, 1.0)]
        mean[method, steps] = sum(row["frechet"] for row in rows) / len(rows)
    floor = mean.pop(("real", 0))
    assert floor < min(mean.values())
    assert 50 * max(value for key, value in mean.items() if key[0] != "noise") < mean["noise", 0]
    for row in ROWS:
        if row["method"] in ("ddpm", "ddim"):
            assert row["read_as_asked"] > 0.85
            assert row["nearer_than_1_in_100_unseen"] < 0.1


def test_twenty_steps_make_digits_that_the_judge_reads() -> None:
    gallery, chance = Gallery(), torch.Generator().manual_seed(7)
    labels = torch.arange(10).repeat(6)
    made = gallery.diffusion.sample(torch.randn(60, 1, 28, 28, generator=chance), few=20, method="ddim", label=labels)
    assert float((gallery.judge(made.samples).argmax(1) == labels).float().mean()) > 0.8
    assert -1 <= float(made.samples.min()) < -0.9 and float(made.samples.max()) > 0.9
