"""What the long runs of week 14 stand on: going on after a cut, the pictures of a row."""

import tempfile
from pathlib import Path

import pytest
import torch
from torch import Tensor

from course_lib.layers.noise_schedule import linear
from course_lib.models.denoiser import Denoiser, Sizes
from tests.benchmarks.diffusion_scores import SAMPLES, Gallery, Way, ways
from training.diffusion_run import train

IMAGES = torch.rand(11, 1, 4, 4) * 2 - 1


class CutOff(Exception):
    """What stops a run in the middle."""


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int = 99) -> Denoiser:
    """Six steps with a tiny network, unless it is cut off."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(folder))
    drawn = []

    def alter(images: Tensor, chance: torch.Generator) -> Tensor:
        drawn.append(len(images))
        if len(drawn) == stop_at:
            raise CutOff
        return images.flip(-1) if torch.rand(1, generator=chance) < 0.5 else images

    model, facts = train(
        Sizes(channels=1, width=8, mults=(1,), heads=0), linear(9), IMAGES, None, IMAGES[:3], None, steps=6, rate=0.01,
        batch=3, seed=1, name="toy", alter=alter,
    )  # fmt: skip
    assert facts["steps"] == 6 and facts["resumed"] == (len(drawn) < 6)
    return model


def test_a_run_that_was_cut_off_ends_where_it_would_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = torch.get_num_threads()
    whole = run(tmp_path / "whole", monkeypatch)
    with pytest.raises(CutOff):
        run(tmp_path / "cut", monkeypatch, stop_at=4)
    mended = run(tmp_path / "cut", monkeypatch)
    for one, two in zip(whole.parameters(), mended.parameters(), strict=True):
        assert torch.equal(one, two)
    torch.set_num_threads(threads)


def test_a_rows_pictures_are_balanced_and_drawn_by_the_seed() -> None:
    gallery = Gallery()
    for method in ("real", "noise"):
        images, labels = gallery.make(Way(method, seed=1))
        assert labels.bincount().tolist() == [SAMPLES // 10] * 10
        assert images.shape == (SAMPLES, 1, 28, 28)
        assert torch.equal(images, gallery.make(Way(method, seed=1))[0])
        assert not torch.equal(images, gallery.make(Way(method, seed=2))[0])
    images, _ = gallery.make(Way("real"))
    known = {image.numpy().tobytes() for image in gallery.train.images}
    assert all(image.numpy().tobytes() in known for image in images)
    assert not any(image.numpy().tobytes() in known for image in gallery.test.images)


def test_every_row_is_made_once() -> None:
    rows = list(ways())
    assert len(rows) == len(set(rows))
    for steps in (20, 100, 1000):
        for method in ("ddpm", "ddim"):
            assert {way.seed for way in rows if (way.method, way.steps, way.guidance) == (method, steps, 1.0)} == {
                0,
                1,
                2,
            }
