"""Masks that give a hasty count away: winding paths, rings, steps, specks."""

import torch
from torch import Tensor

from course_lib.exercises.engine.seeded_draw import Draw

WINDING = ("#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######")
TREE = ("#.#.#.#", "#.#.#.#", "###.###", "..###..")
RING = ("#####", "#...#", "#.#.#", "#...#", "#####")
EVERY_KIND = ("##....##", "#..##...", "...#..#.", ".#.....#", "..#.##..")
SPECKS = ("..##.#.", "#....##", ".##.#..", "#..##.#")


def picture(rows: tuple[str, ...]) -> Tensor:
    """A mask from a drawing: True where a # stands."""
    return torch.tensor([[each == "#" for each in row] for row in rows])


def turned(mask: Tensor) -> list[Tensor]:
    """A mask as it is, mirrored, upside down and with rows and columns exchanged."""
    return [mask, mask.flip(1), mask.flip(0), mask.T.contiguous()]


def draw_pieces(draw: Draw) -> Tensor:
    """A mask (H, W) with pieces of many sizes, mirrored by chance: (5, 8) in a tiny trial, else (11, 17)."""
    if draw.tiny:
        mask = picture(EVERY_KIND)
    else:
        mask = torch.zeros(11, 17, dtype=torch.bool)
        mask[:7, :7], mask[6:, 12:], mask[1:5, 9:16] = picture(WINDING), picture(RING), picture(SPECKS)
        mask[9:, :10] = draw.uniform(2, 10) < 0.5
    for axis in (0, 1):
        mask = mask.flip(axis) if draw.flip() else mask
    return mask
