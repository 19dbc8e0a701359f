"""Tiles: a picture too large for one pass is answered piece by piece, and the pieces are blended where they overlap.

Sizes   N tiles   C channels   K classes   H, W the picture   h, w a tile
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def tile_starts(size: int, tile: int, overlap: int) -> list[int]:
    """Tell where tiles begin along one side, so that every pixel is in one and neighbours share `overlap` pixels.

    -> starts, 0 first, `tile - overlap` apart; the last is moved back to end where the picture ends
    Raises ValueError for a tile larger than the picture, or an overlap that is negative or as large as the tile.
    """
    if not 1 <= tile <= size or not 0 <= overlap < tile:
        raise ValueError(f"tiles of {tile} that overlap by {overlap} on {size} pixels; 0 <= overlap < tile <= size")
    starts = list(range(0, size - tile, tile - overlap))
    return [*starts, size - tile]


def ramp(tile: int, overlap: int) -> Tensor:
    """Measure how much a tile is heard along one side: it rises over the overlap, stays at 1, falls.

    -> (tile,), all positive.

    Where two neighbours overlap by just so much, their weights add up to 1. Raises ValueError as `tile_starts`.
    """
    if not 0 <= overlap < tile:
        raise ValueError(f"an overlap of {overlap} in a tile of {tile}; 0 <= overlap < tile")
    rise = torch.arange(1, tile + 1) / (overlap + 1)
    return torch.minimum(rise, rise.flip(0)).clamp(max=1)


def blend(
    tiles: Sequence[Tensor], starts: Sequence[tuple[int, int]], size: tuple[int, int], overlap: int = 0
) -> Tensor:
    """Put tiles where they belong; where several lie, take their average.

    tiles (N, K, h, w)   starts, row and column of the first pixel of each   size (H, W)
    overlap   0: all are heard alike; else a tile is heard less towards its rim, by the `ramp` of that overlap
    -> (K, H, W); tiles cut from one picture give that picture back; with the ramp, tiles that disagree leave no step
    Raises ValueError when counts differ, a tile reaches over the edge, or a pixel is in no tile.
    """
    if len(tiles) == 0 or len(tiles) != len(starts):
        raise ValueError(f"{len(tiles)} tiles and {len(starts)} starts; one each is needed, and at least one")
    high, wide = tiles[0].shape[-2:]
    weight = (ramp(high, min(overlap, high - 1))[:, None] * ramp(wide, min(overlap, wide - 1))).to(tiles[0])
    total, heard = tiles[0].new_zeros(*tiles[0].shape[:-2], *size), tiles[0].new_zeros(size)
    for tile, (top, left) in zip(tiles, starts, strict=True):
        if min(top, left) < 0 or top + high > size[0] or left + wide > size[1]:
            raise ValueError(f"a tile of {(high, wide)} at {(top, left)} reaches over the edge of {size}")
        here = (..., slice(top, top + high), slice(left, left + wide))
        total[here] += weight * tile
        heard[here] += weight
    if not heard.all():
        row, column = (heard == 0).nonzero()[0].tolist()
        raise ValueError(f"pixel {(row, column)} is in no tile")
    return total / heard


@torch.no_grad()
def answer_in_tiles(net: Callable[[Tensor], Tensor], image: Tensor, tile: int, overlap: int) -> Tensor:
    """Give what a network says of a picture, tile by tile, blended.

    net   (1, C, h, w) -> (1, K, h, w)   image (C, H, W)   tile, cut down to the picture's side where that is smaller
    -> (K, H, W), averages of the network's own numbers: give it probabilities to average probabilities
    """
    sides = [min(tile, side) for side in image.shape[-2:]]
    along = [tile_starts(n, side, min(overlap, side - 1)) for n, side in zip(image.shape[-2:], sides, strict=True)]
    starts = [(top, left) for top in along[0] for left in along[1]]
    tiles = [net(image[None, :, top : top + sides[0], left : left + sides[1]])[0] for top, left in starts]
    return blend(tiles, starts, (image.shape[-2], image.shape[-1]), overlap)
