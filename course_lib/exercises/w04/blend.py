"""Tiles put together again without a seam."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.train import tiles
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


@law("tiles that agree make the picture they were cut from")
def round_trip(call: Call) -> Broken | None:
    """Cut and blended, a picture comes back unchanged, whatever the overlap that is named."""
    height, width = call.inputs["tiles"][0].shape[1:]
    picture = call.draw.normal(len(call.inputs["tiles"][0]), *call.inputs["size"])
    cut = [picture[:, row : row + height, column : column + width] for row, column in call.inputs["starts"]]
    for overlap in (call.inputs["overlap"], 0):
        if not same(found := call.again(tiles=cut, overlap=overlap), picture):
            words = f"Tiles cut from one picture and blended (overlap={overlap}) should give that picture back."
            return elsewhere(call, words, found, picture)
    return None


@law("tiles of one value make a picture of that value")
def constant(call: Call) -> Broken | None:
    """Nowhere brighter for lying under more tiles; also where the value is 0 or negative."""
    for value in (1.0, 0.0, -2.0):
        found = call.again(tiles=[torch.full_like(each, value) for each in call.inputs["tiles"]])
        if not same(found, wanted := torch.full_like(found, value)):
            return elsewhere(
                call, f"Every tile holds nothing but {value:g}, your picture something else.", found, wanted
            )
    return None


@law("the order of the tiles does not matter")
def any_order(call: Call) -> Broken | None:
    """Tiles and starts shuffled alike."""
    order = call.draw.permutation(len(call.inputs["starts"])).tolist()
    shuffled = {name: [call.inputs[name][i] for i in order] for name in ("tiles", "starts")}
    if same(found := call.again(**shuffled), call.yours):
        return None
    return Broken("With the tiles in another order, your picture changes. Below: the two.", found, call.yours)


@law("two tiles that disagree fade into each other")
def no_step(call: Call) -> Broken | None:
    """Zeros beside ones, and zeros above ones: in the overlap the numbers rise evenly, without a step at either end."""
    overlap, tile = call.inputs["overlap"], call.inputs["tiles"][0]
    height, width = tile.shape[1:]
    pair = [torch.zeros_like(tile), torch.ones_like(tile)]
    rise = torch.arange(1, overlap + 1) / (overlap + 1)
    across = torch.cat([torch.zeros(width - overlap), rise, torch.ones(width - overlap)])
    down = torch.cat([torch.zeros(height - overlap), rise, torch.ones(height - overlap)])
    for corner, row in (((0, width - overlap), across.expand(height, -1)), ((height - overlap, 0), down[:, None])):
        wanted: Tensor = row.expand(len(tile), row.shape[0], max(row.shape[1], width)).contiguous()
        found = call.again(tiles=pair, starts=[(0, 0), corner], size=tuple(wanted.shape[1:]))
        if not same(found, wanted):
            words = f"A tile of zeros at (0, 0), one of ones at {corner}, overlap={overlap}: the change should be even."
            return elsewhere(call, words, found, wanted)
    return None


@law("without overlap every tile counts alike")
def plain_mean(call: Call) -> Broken | None:
    """overlap = 0: the ramp is 1 everywhere, and what is left is the mean of all tiles that cover a pixel."""
    given, size = call.inputs["tiles"], call.inputs["size"]
    layers = torch.full((len(given), len(given[0]), *size), torch.nan)
    for layer, tile, (row, column) in zip(layers, given, call.inputs["starts"], strict=True):
        layer[:, row : row + tile.shape[1], column : column + tile.shape[2]] = tile
    if same(found := call.again(overlap=0), wanted := layers.nanmean(0)):
        return None
    return elsewhere(call, "With overlap=0, each pixel should be the mean of the tiles that cover it.", found, wanted)


@exercise("w04.blend", title="Tiles without a seam", section="4.5", points=4, minutes=12, difficulty=3, importance=4,
          seconds=10.0)  # fmt: skip
class Blend:
    """Every pixel is the mean of all tiles that cover it, each heard less towards its rim."""

    reference = tiles.blend

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """Tiles that are no squares; some pixels lie under one tile, some under two, four and more."""
        height, width, overlap = draw.size(2, 5), draw.size(3, 4), draw.size(1, 2)
        size = (draw.size(3, 9), draw.size(5, 11))
        rows, columns = (tiles.tile_starts(*each, overlap) for each in zip(size, (height, width), strict=True))
        starts = [(row, column) for row in rows for column in columns]
        if not draw.tiny:
            starts += [starts[draw.integer(0, len(starts))], (draw.integer(1, 4), draw.integer(2, 7))]
        pieces = [draw.normal(draw.size(1, 2), height, width) for _ in starts]
        return {"tiles": pieces, "starts": starts, "size": size, "overlap": overlap}

    laws = [round_trip, constant, any_order, no_step, plain_mean, equals_reference]
    mistakes = {
        "every pixel of a tile counts alike": mistake(
            every_pixel_alike,
            "Walk across the edge of a tile: how much of it do you hear one pixel inside, and how much outside?",
            "Your plain mean still has a step where a tile begins.",
        ),
        "the last tile wins": mistake(
            last_one_wins,
            "Two tiles disagree about a pixel. Which one do you ask?",
            "Each tile wipes out what lay there, and a seam is left at its edge.",
        ),
        "weighted and never divided": mistake(
            never_divided,
            "Blend tiles of nothing but ones. What stands in the corner of your picture?",
            "The weights of a pixel do not add up to 1 everywhere, so a sum is no mean yet.",
        ),
        "a plain sum": mistake(
            plain_sum,
            "Blend tiles of nothing but ones. What should the picture be, and what is yours where tiles overlap?",
            "You add up and never divide.",
        ),
        "divided by the number of tiles": mistake(
            divided_by_the_count,
            "What do the weights that you multiplied by add up to at a pixel?",
            "Each tile is weighted, and then you divide by how many there are.",
        ),
        "weights below, not above": mistake(
            weights_below_alone,
            "A mean of two numbers with weights 3 and 1: where do the weights stand?",
            "You divide by the weights, but the tiles themselves are not multiplied by them.",
        ),
        "faded along one axis": mistake(
            faded_along_columns_alone,
            "Where one tile lies above the other, what happens at the edge?",
            "Your weights fall towards the left and right rim, not towards top and bottom.",
        ),
        "the smaller of the two ramps": mistake(
            smaller_of_the_two,
            "How do the weights of a row and of a column make the weight of a pixel?",
            "You take the smaller one where the product is asked for.",
        ),
        "halved again and again": mistake(
            halved_again_and_again,
            "Three tiles cover a pixel. What share does the first one keep when you halve twice?",
            "A mean of a mean and a new tile gives the last tile a half.",
        ),
        "rows and columns exchanged": mistake(
            rows_and_columns_exchanged,
            "A start is (row, column). Which of the two goes down?",
            "Your tiles lie mirrored along the diagonal, and some leave the picture.",
        ),
    }
    hints = [
        "Two pictures of zeros: one for weight times tile, one for the weights alone.",
        "ramp(h, overlap)[:, None] * ramp(w, overlap) is the table of weights of one tile, the same for all.",
        "Add to found[:, row : row + h, column : column + w], and to the same place of the weights. Divide at the end.",
    ]
