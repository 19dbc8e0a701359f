"""Where the tiles begin that together cover a picture."""

from typing import Any

from course_lib.exercises.author import *
from course_lib.exercises.w04.pictures import as_lists, list_equals_reference
from course_lib.train import tiles


def last_one_forgotten(size: int, tile: int, overlap: int) -> list[int]:
    return list(range(0, size - tile + 1, tile - overlap))


def over_the_edge(size: int, tile: int, overlap: int) -> list[int]:
    step = tile - overlap
    return [step * n for n in range(-(-(size - tile) // step) + 1)]


def a_start_at_every_step(size: int, tile: int, overlap: int) -> list[int]:
    return list(range(0, size, tile - overlap))


def last_one_twice(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile + 1, tile - overlap), size - tile]


def moved_back_at_every_step(size: int, tile: int, overlap: int) -> list[int]:
    return [min(start, size - tile) for start in range(0, size, tile - overlap)]


def overlap_as_step(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile, max(overlap, 1)), size - tile]


def no_overlap(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile, tile), size - tile]


def one_too_far(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile, tile - overlap), size - tile + 1]


def spread_evenly(size: int, tile: int, overlap: int) -> list[int]:
    steps = -(-(size - tile) // (tile - overlap))
    return [round(n * (size - tile) / steps) for n in range(steps + 1)] if steps else [0]


def corners_of_the_ends(size: int, tile: int, overlap: int) -> list[int]:
    return [start + tile for start in [*range(0, size - tile, tile - overlap), size - tile]]


@law("a list of whole numbers", weight=0)
def is_a_list_of_numbers(call: Call) -> Broken | None:
    """Plain Python numbers, in a list."""
    if call.unreadable:
        return Broken(f"{call.unreadable[0].upper()}{call.unreadable[1:]}.")
    if call.yours is None:
        return Broken("Your function returns nothing; is a `return` missing?")
    if not isinstance(call.yours, (list, tuple)):
        return Broken(f"Your function returns {type_name(call.yours)}; it should return a list of starts.")
    for each in call.yours:
        if type(each) is not int:
            return Broken(f"A start is a whole number; one of yours is {each!r}.")
    return None


@law("every pixel is in a tile, and no tile leaves the picture")
def covers(call: Call) -> Broken | None:
    """From 0 to size."""
    size, tile = call.inputs["size"], call.inputs["tile"]
    for start in call.yours:
        if not 0 <= start <= size - tile:
            return Broken(
                f"A tile of {tile} that begins at {start} ends at {start + tile}; the picture has 0 to {size}."
            )
    covered = {pixel for start in call.yours for pixel in range(start, start + tile)}
    if len(covered) == size:
        return None
    return Broken(f"Pixel {min(set(range(size)) - covered)} is in no tile.")


@law("the first begins at 0 and the last ends with the picture")
def flush(call: Call) -> Broken | None:
    """At both ends."""
    end = call.inputs["size"] - call.inputs["tile"]
    if call.yours and (call.yours[0], call.yours[-1]) == (0, end):
        return None
    return Broken(f"The first start should be 0 and the last one {end}.")


@law("neighbours share at least the overlap")
def share_enough(call: Call) -> Broken | None:
    """And no start comes twice."""
    tile, overlap = call.inputs["tile"], call.inputs["overlap"]
    for one, other in zip(call.yours, call.yours[1:], strict=False):
        if other <= one:
            return Broken(f"After the start {one} comes {other}; every start should be larger than the one before.")
        if one + tile - other < overlap:
            return Broken(
                f"The tiles at {one} and {other} share {max(one + tile - other, 0)} pixels; {overlap} are asked."
            )
    return None


@law("all but the last are tile - overlap apart")
def even_steps(call: Call) -> Broken | None:
    """So no tile is spent without need."""
    step = call.inputs["tile"] - call.inputs["overlap"]
    for place, (one, other) in enumerate(zip(call.yours, call.yours[1:], strict=False), 1):
        if other - one != step and place < len(call.yours) - 1:
            return Broken(f"From {one} to {other} it is {other - one}, and the step is {step}.")
    return None


@law("it holds for every size")
def every_size(call: Call) -> Broken | None:
    """From a picture that is one tile up to one of two steps more and a bit, and without any overlap."""
    tile, overlap = call.inputs["tile"], call.inputs["overlap"]
    for shared in (overlap, 0):
        step = tile - shared
        sizes = range(tile, tile + 2 * step + 2) if call.trial.tiny else (tile, tile + step, tile + 2 * step + 1)
        for size in sizes:
            mine = call.again(size=size, overlap=shared)
            if as_lists(mine) != (wanted := tiles.tile_starts(size, tile, shared)):
                words = f"With size={size}, tile={tile}, overlap={shared} your starts are {mine}."
                return elsewhere(call, words, mine, wanted)
    return None


@exercise("w04.tile_starts", title="Where tiles begin", section="4.5", points=3, minutes=8, difficulty=2, importance=3)
class TileStarts:
    """Starts from 0 on, tile - overlap apart; the last one is moved back so that its tile ends with the picture."""

    reference = tiles.tile_starts
    gates = [is_a_list_of_numbers, inputs_untouched]

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """In the tiny trial the steps fit exactly, in the others something is left over."""
        if draw.tiny:
            return {"size": 7, "tile": 3, "overlap": 1}
        tile, overlap = draw.choice([(7, 4), (9, 6), (8, 5), (10, 6)])
        step = tile - overlap
        size = tile + draw.integer(3, 6) * step + draw.integer(1, step)
        return {"size": size, "tile": tile, "overlap": overlap}

    laws = [covers, flush, share_enough, even_steps, every_size, list_equals_reference]
    mistakes = {
        "the end is not covered": mistake(
            last_one_forgotten,
            "Where does your last tile end, and where does the picture?",
            "You stop at the last start that fits the step, and what is left over is in no tile.",
        ),
        "over the edge": mistake(
            over_the_edge,
            "Which pixels does your last tile hold?",
            "Your last tile is not moved back and leaves the picture.",
        ),
        "a start at every step": mistake(
            a_start_at_every_step,
            "How far to the right may a tile begin and still be inside?",
            "You go on until the starts leave the picture, not until the tiles do.",
        ),
        "the last one twice": mistake(
            last_one_twice,
            "What happens when the steps fit exactly, so that the last start is there already?",
            "You always append the flush tile.",
        ),
        "all late ones moved back": mistake(
            moved_back_at_every_step,
            "How often does your last start occur?",
            "Every start that lies too far is moved back, and they all land on the same place.",
        ),
        "the overlap taken for the step": mistake(
            overlap_as_step,
            "How far apart do two tiles of 8 begin that share 3?",
            "Your tiles begin `overlap` apart.",
        ),
        "no overlap": mistake(
            no_overlap,
            "How many pixels do your first two tiles share?",
            "Your tiles lie side by side.",
        ),
        "one pixel too far": mistake(
            one_too_far,
            "A tile of 3 that begins at 0 holds the pixels 0, 1, 2. Where must it begin to hold 4 as its last?",
            "Your last tile ends one pixel behind the picture.",
        ),
        "spread evenly": mistake(
            spread_evenly,
            "How far apart are your first two starts, and how far should they be?",
            "This covers the picture, too, but the question asks for fixed steps and only the last tile moved.",
        ),
        "the ends instead of the starts": mistake(
            corners_of_the_ends,
            "Where does the first tile begin?",
            "Your numbers say where the tiles end.",
        ),
    }
    hints = [
        "The step is tile - overlap. The last start is size - tile, whatever the step.",
        "range(0, size - tile, step) stops before size - tile. What is missing, also when size == tile?",
    ]
