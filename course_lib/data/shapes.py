"""Points in the plane that lie on a shape: the smallest data that a diffusion can learn, and all of it can be drawn.

Size     as many points as you ask for, made by code
Licence  none needed: nothing is read
Source   the formulas below
Split    draw with another seed
Cite     nobody; two moons is the shape of scikit-learn's make_moons

Every shape has mean about 0 and a standard deviation of 0.5 to 0.7 along each axis, and all its points lie between -1.5
and 1.5.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

LETTER = """
.#####.
.#...#.
.#...#.
.#####.
.#.#...
.#..#..
.#...#.
"""


def points(name: str, count: int, chance: torch.Generator, noise: float = 0.03) -> Tensor:
    """`count` points of a shape, each moved by Gaussian noise of this standard deviation.   -> (count, 2), x and y.

    Raises ValueError with the shapes there are.
    """
    if name not in SHAPES:
        raise ValueError(f"no shape is called {name!r}; there are {', '.join(SHAPES)}")
    where, side = torch.rand(count, generator=chance), torch.rand(count, generator=chance)
    return SHAPES[name](where, side) + noise * torch.randn(count, 2, generator=chance)


def moons(where: Tensor, side: Tensor) -> Tensor:
    """Two half circles, one turned over, that reach into each other."""
    angle, upper = math.pi * where, side < 0.5
    x = torch.where(upper, angle.cos() - 0.5, 0.5 - angle.cos())
    y = torch.where(upper, angle.sin() - 0.25, 0.25 - angle.sin())
    return 0.75 * torch.stack([x, 1.4 * y], dim=1)


def spiral(where: Tensor, side: Tensor) -> Tensor:
    """One arm that winds out twice; far out, points are equally likely along its length."""
    angle = 4 * math.pi * where.sqrt()
    arm = 1.1 * where.sqrt()[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    return arm - 1.1 / (2 * math.pi) * torch.tensor([0.5 / math.pi, -1.0])  # its mean


def rings(where: Tensor, side: Tensor) -> Tensor:
    """One circle in another; the outer one, twice as long, holds two thirds of the points."""
    radius = torch.where(side < 1 / 3, 0.5, 1.0)[:, None]
    angle = 2 * math.pi * where
    return radius * torch.stack([angle.cos(), angle.sin()], dim=1)


def letter(where: Tensor, side: Tensor) -> Tensor:
    """The letter R, filled: a square of the grid above, and a place in it."""
    rows = LETTER.split()
    filled = [(x, y) for y, row in enumerate(rows) for x, mark in enumerate(row) if mark == "#"]
    scaled = where * len(filled)
    number = scaled.long().clamp(max=len(filled) - 1)  # rounding may reach the end
    square = torch.tensor(filled, dtype=torch.float32)
    corner = square[number] - square.mean(0) - 0.5
    place = corner + torch.stack([scaled - number, side], dim=1)
    return 0.3 * place * torch.tensor([1.0, -1.0])  # rows count downwards


SHAPES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "moons": moons,
    "spiral": spiral,
    "rings": rings,
    "letter": letter,
}
