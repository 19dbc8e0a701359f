"""The shapes: where their points may lie, and that they are drawn by the seed alone."""

import pytest
import torch
from torch import Tensor

from course_lib.data import shapes
from course_lib.data.shapes import LETTER, SHAPES, points


def draw(name: str, seed: int = 0, noise: float = 0.0) -> Tensor:
    return points(name, 7_001, torch.Generator().manual_seed(seed), noise)


@pytest.mark.parametrize("name", SHAPES)
def test_the_figures_of_the_docstring(name: str) -> None:
    found = draw(name, noise=0.03)
    assert found.shape == (7_001, 2)
    assert found.mean(0).abs().max() < 0.03
    assert found.std(0).min() > 0.48 and found.std(0).max() < 0.7
    assert found.abs().max() < 1.5
    assert "0.5 to 0.7" in (shapes.__doc__ or "")


@pytest.mark.parametrize("name", SHAPES)
def test_the_seed_decides(name: str) -> None:
    assert torch.equal(draw(name, 3), draw(name, 3))
    assert not torch.equal(draw(name, 3), draw(name, 4))


def test_rings_are_two_circles() -> None:
    radius = draw("rings").norm(dim=1)
    inner, outer = (radius - 0.5).abs() < 1e-5, (radius - 1).abs() < 1e-5
    assert (inner ^ outer).all()
    assert float(outer.float().mean()) == pytest.approx(2 / 3, abs=0.02)


def test_moons_are_two_half_circles() -> None:
    x, y = (draw("moons") / 0.75 / torch.tensor([1.0, 1.4])).T
    upper = ((x + 0.5) ** 2 + (y + 0.25) ** 2 - 1).abs() < 1e-4
    lower = ((x - 0.5) ** 2 + (y - 0.25) ** 2 - 1).abs() < 1e-4
    assert (upper | lower).all()
    assert float(upper.float().mean()) == pytest.approx(0.5, abs=0.03)
    assert y[upper].min() > -0.2501 and y[lower].max() < 0.2501


def test_the_spiral_winds_twice_and_is_even_along_its_length() -> None:
    x, y = (draw("spiral") + 1.1 / (2 * torch.pi) * torch.tensor([0.5 / torch.pi, -1.0])).T
    radius = torch.hypot(x, y) / 1.1
    turn = torch.atan2(y, x) - 4 * torch.pi * radius
    assert (torch.cos(turn) > 0.999).all(), "the angle follows from the radius"
    assert float((radius < 0.5).float().mean()) == pytest.approx(0.25, abs=0.02)


def test_the_letter_fills_its_squares_and_no_other() -> None:
    rows = LETTER.split()
    filled = {(x, y) for y, row in enumerate(rows) for x, mark in enumerate(row) if mark == "#"}
    centre = torch.tensor(sorted(filled)).float().mean(0)
    at = draw("letter") / 0.3 * torch.tensor([1.0, -1.0]) + centre + 0.5
    close = (at - at.round()).abs().amin(1) > 1e-3  # away from the edges, where rounding decides
    found = [tuple(place) for place in at[close].floor().long().tolist()]
    assert set(found) == filled
    counts = torch.tensor([found.count(square) for square in filled]).float()
    assert counts.min() > 0.7 * counts.mean()


def test_noise_is_added_of_the_size_that_was_asked_for() -> None:
    moved = draw("rings", noise=0.2) - draw("rings", noise=0.0)
    assert float(moved.std()) == pytest.approx(0.2, abs=0.01)


def test_an_unknown_shape_is_named() -> None:
    with pytest.raises(ValueError, match=r"'heart'; there are moons, spiral, rings, letter"):
        points("heart", 3, torch.Generator())
