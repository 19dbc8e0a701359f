"""Tiles put together again without a seam."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law, same
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.w04 import blend_mistakes as wrong
from course_lib.train import tiles


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
            wrong.every_pixel_alike,
            "Walk across the edge of a tile: how much of it do you hear one pixel inside, and how much outside?",
            "Your plain mean still has a step where a tile begins.",
        ),
        "the last tile wins": mistake(
            wrong.last_one_wins,
            "Two tiles disagree about a pixel. Which one do you ask?",
            "Each tile wipes out what lay there, and a seam is left at its edge.",
        ),
        "weighted and never divided": mistake(
            wrong.never_divided,
            "Blend tiles of nothing but ones. What stands in the corner of your picture?",
            "The weights of a pixel do not add up to 1 everywhere, so a sum is no mean yet.",
        ),
        "a plain sum": mistake(
            wrong.plain_sum,
            "Blend tiles of nothing but ones. What should the picture be, and what is yours where tiles overlap?",
            "You add up and never divide.",
        ),
        "divided by the number of tiles": mistake(
            wrong.divided_by_the_count,
            "What do the weights that you multiplied by add up to at a pixel?",
            "Each tile is weighted, and then you divide by how many there are.",
        ),
        "weights below, not above": mistake(
            wrong.weights_below_alone,
            "A mean of two numbers with weights 3 and 1: where do the weights stand?",
            "You divide by the weights, but the tiles themselves are not multiplied by them.",
        ),
        "faded along one axis": mistake(
            wrong.faded_along_columns_alone,
            "Where one tile lies above the other, what happens at the edge?",
            "Your weights fall towards the left and right rim, not towards top and bottom.",
        ),
        "the smaller of the two ramps": mistake(
            wrong.smaller_of_the_two,
            "How do the weights of a row and of a column make the weight of a pixel?",
            "You take the smaller one where the product is asked for.",
        ),
        "halved again and again": mistake(
            wrong.halved_again_and_again,
            "Three tiles cover a pixel. What share does the first one keep when you halve twice?",
            "A mean of a mean and a new tile gives the last tile a half.",
        ),
        "rows and columns exchanged": mistake(
            wrong.rows_and_columns_exchanged,
            "A start is (row, column). Which of the two goes down?",
            "Your tiles lie mirrored along the diagonal, and some leave the picture.",
        ),
    }
    hints = [
        "Two pictures of zeros: one for weight times tile, one for the weights alone.",
        "ramp(h, overlap)[:, None] * ramp(w, overlap) is the table of weights of one tile, the same for all.",
        "Add to found[:, row : row + h, column : column + w], and to the same place of the weights. Divide at the end.",
    ]
