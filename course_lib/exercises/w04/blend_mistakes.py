"""Blends that go wrong, each in one way.

Sizes   K channels   h, w height and width of a tile   H, W of the picture
"""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.train.tiles import ramp

Starts = list[tuple[int, int]]
Size = tuple[int, int]
Lay = Callable[[Tensor, Tensor], Tensor]  # what lies there, the tile -> what lies there afterwards


def table(tile: Tensor, overlap: int) -> Tensor:
    """How much each pixel of a tile is heard, (h, w)."""
    return ramp(tile.shape[-2], overlap)[:, None] * ramp(tile.shape[-1], overlap)


def laid(tiles: list[Tensor], starts: Starts, size: Size, lay: Lay, ground: float = 0.0) -> Tensor:
    """The tiles laid one after another on a ground, by a rule for what becomes of what lay there."""
    found = tiles[0].new_full((len(tiles[0]), *size), ground)
    for each, (row, column) in zip(tiles, starts, strict=True):
        place = (slice(None), slice(row, row + each.shape[1]), slice(column, column + each.shape[2]))
        found[place] = lay(found[place], each)
    return found


def added(tiles: list[Tensor], starts: Starts, size: Size) -> Tensor:
    return laid(tiles, starts, size, lambda here, tile: here + tile)


def mean_with(weights: Tensor, tiles: list[Tensor], starts: Starts, size: Size) -> Tensor:
    """The weighted mean, the same table of weights for every tile."""
    heard = added([weights.expand_as(each) for each in tiles], starts, size)
    return added([weights * each for each in tiles], starts, size) / heard


def every_pixel_alike(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    return mean_with(torch.ones_like(tiles[0][0]), tiles, starts, size)


def last_one_wins(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    return laid(tiles, starts, size, lambda here, tile: tile)


def never_divided(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    return added([table(each, overlap) * each for each in tiles], starts, size)


def plain_sum(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    return added(tiles, starts, size)


def divided_by_the_count(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    heard = added([torch.ones_like(each) for each in tiles], starts, size)
    return never_divided(tiles, starts, size, overlap) / heard


def weights_below_alone(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    heard = added([table(each, overlap).expand_as(each) for each in tiles], starts, size)
    return added(tiles, starts, size) / heard


def faded_along_columns_alone(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    return mean_with(ramp(tiles[0].shape[-1], overlap).expand_as(tiles[0][0]), tiles, starts, size)


def smaller_of_the_two(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    height, width = tiles[0].shape[-2:]
    weights = torch.minimum(ramp(height, overlap)[:, None], ramp(width, overlap))
    return mean_with(weights, tiles, starts, size)


def halved_again_and_again(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    return laid(tiles, starts, size, lambda here, tile: torch.where(here.isnan(), tile, (here + tile) / 2), torch.nan)


def rows_and_columns_exchanged(tiles: list[Tensor], starts: Starts, size: Size, overlap: int) -> Tensor:
    """What leaves the picture is lost."""
    found, heard = tiles[0].new_zeros(len(tiles[0]), *size), tiles[0].new_zeros(size)
    for each, (row, column) in zip(tiles, starts, strict=True):
        here = (..., slice(column, column + each.shape[1]), slice(row, row + each.shape[2]))
        height, width = heard[here].shape
        weights = table(each, overlap)[:height, :width]
        found[here] += weights * each[:, :height, :width]
        heard[here] += weights
    return found / heard.clamp(min=1e-6)
