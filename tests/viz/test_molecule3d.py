"""Molecules in space on paper: near over far, the broad side, one stroke for each bond."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle

from course_lib.viz.molecule3d import RADII, Cloud, broad_side, draw_clouds, paint_cloud
from course_lib.viz.style import new_figure

CYANIDE = Cloud(np.array([[0, 0, 0], [0, 0, 1.07], [0, 0, 2.22]]), "HCN", np.array([[0, 1], [1, 2]]), np.array([1, 3]))


def water(order: int = 1) -> Cloud:
    places = np.array([[0, 0, 0], [0.76, 0.59, 0], [-0.76, 0.59, 0]])
    return Cloud(places, "OHH", np.array([[0, 0, 1], [1, 2, 2]]), np.array([order, 1, 0]))


def test_every_atom_is_a_ball_and_every_bond_as_many_lines_as_its_order() -> None:
    ax = draw_clouds([water(2)]).axes[0]
    balls = [patch for patch in ax.patches if isinstance(patch, Circle)]
    assert sorted(ball.radius for ball in balls) == sorted(RADII[symbol] for symbol in "OHH")
    sticks = [len(part.get_segments()) for part in ax.collections if isinstance(part, LineCollection)]
    assert sorted(sticks) == [1, 2]  # H and H are not bonded


def test_a_long_molecule_is_drawn_along_the_paper() -> None:
    balls = [patch for patch in draw_clouds([CYANIDE]).axes[0].patches if isinstance(patch, Circle)]
    centres = np.array([ball.center for ball in balls])
    assert np.ptp(centres[:, 0]) == pytest.approx(2.22) and np.ptp(centres[:, 1]) == pytest.approx(0, abs=1e-9)


def test_near_balls_lie_over_far_ones_and_sticks_between() -> None:
    cloud = Cloud(np.array([[0, 0, 0], [0.3, 0, 1.1]]), "CO", np.array([[0], [1]]), np.array([2]))
    ax = new_figure(2, 2).subplots()
    paint_cloud(ax, cloud, np.eye(3))
    far, near = ax.patches  # the oxygen stands nearer to the reader
    assert far.zorder < ax.collections[0].zorder < near.zorder


@pytest.mark.parametrize("atoms", [1, 2, 3, 17])
def test_the_view_is_a_rotation_and_never_a_mirror(atoms: int) -> None:
    places = np.random.default_rng(atoms).normal(size=(atoms, 3))
    view = broad_side(places)
    np.testing.assert_allclose(view @ view.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(view) == pytest.approx(1)
    spread = ((places - places.mean(0)) @ view.T).std(0)
    assert spread[0] >= spread[1] - 1e-9 and spread[1] >= spread[2] - 1e-9


def test_a_strip_has_one_view_and_one_scale() -> None:
    wide = Cloud(3 * water().positions, "OHH", water().pairs, water().orders)
    axes = draw_clouds([wide, water()], ["t = 9", "t = 0"], same_view=True).axes
    assert axes[0].get_xlim() == axes[1].get_xlim() and [ax.get_title() for ax in axes] == ["t = 9", "t = 0"]
    assert len(draw_clouds([water()] * 5, columns=3).axes) == 6


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Cloud(np.zeros((2, 3)), "COH", np.zeros((2, 0)), np.zeros(0)), "for 3 atoms"),
        (lambda: Cloud(np.zeros((1, 3)), ["Xe"], np.zeros((2, 0)), np.zeros(0)), "no colour for Xe"),
        (lambda: Cloud(np.zeros((1, 3)), "C", np.zeros((3, 1)), np.zeros(1)), "for 1 orders"),
        (lambda: draw_clouds([]), "0 clouds"),
        (lambda: draw_clouds([CYANIDE], ["a", "b"]), "2 titles for 1 clouds"),
    ],
)
def test_what_does_not_fit_is_said(made: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made()  # type: ignore[operator]
