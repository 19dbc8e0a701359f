"""Homework, question 4: slabs with a gap, so that no slice has a twin on the other side."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from course_lib.data import slabs
from course_lib.exercises.author import *
from course_lib.exercises.w04.pictures import as_lists, list_equals_reference

Ranges = list[range]


def from_starts(starts: range, size: int) -> Ranges:
    return [range(start, start + size) for start in starts]


def gap_forgotten(depth: int, size: int, gap: int) -> Ranges:
    return from_starts(range(0, depth - size + 1, size), size)


def gap_of_one_less(depth: int, size: int, gap: int) -> Ranges:
    return from_starts(range(0, depth - size + 1, size + gap - 1), size)


def gap_of_one_more(depth: int, size: int, gap: int) -> Ranges:
    return from_starts(range(0, depth - size + 1, size + gap + 1), size)


def gap_taken_out_of_the_slab(depth: int, size: int, gap: int) -> Ranges:
    return [range(start, start + size - gap) for start in range(0, depth - size + 1, size)]


def gap_as_step(depth: int, size: int, gap: int) -> Ranges:
    return from_starts(range(0, depth - size + 1, gap), size)


def rest_kept(depth: int, size: int, gap: int) -> Ranges:
    return [range(start, min(start + size, depth)) for start in range(0, depth, size + gap)]


def last_one_moved_back(depth: int, size: int, gap: int) -> Ranges:
    found = from_starts(range(0, depth - size, size + gap), size)
    return [*found, range(depth - size, depth)]


def last_one_lost(depth: int, size: int, gap: int) -> Ranges:
    return from_starts(range(0, depth - size, size + gap), size)


def gap_in_front(depth: int, size: int, gap: int) -> Ranges:
    return from_starts(range(gap, depth - size + 1, size + gap), size)


def ends_included(depth: int, size: int, gap: int) -> Ranges:
    return [range(start, start + size + 1) for start in range(0, depth - size + 1, size + gap)]


@law("a list of slabs, each a range of slice numbers", weight=0)
def is_a_list_of_slabs(call: Call) -> Broken | None:
    """Ranges, or lists of whole numbers."""
    if call.unreadable:
        return Broken(f"{call.unreadable[0].upper()}{call.unreadable[1:]}.")
    if call.yours is None:
        return Broken("Your function returns nothing; is a `return` missing?")
    if not isinstance(call.yours, (list, tuple)):
        return Broken(f"Your function returns {type_name(call.yours)}; it should return a list of ranges.")
    for slab in call.yours:
        if not isinstance(slab, (list, tuple)) or not all(type(each) is int for each in slab):
            return Broken(f"A slab is a range of slice numbers; one of yours is {slab!r}.")
    return None


@law("no slice has a neighbour in another slab")
def far_apart(call: Call) -> Broken | None:
    """Slices of two slabs are more than `gap` apart, so at least `gap` slices between them belong to nobody."""
    gap = call.inputs["gap"]
    for one, other in pairwise(call.yours):
        if one and other and min(other) - max(one) <= gap:
            between = max(min(other) - max(one) - 1, 0)
            return Broken(f"Between slices {max(one)} and {min(other)} of two of your slabs lie {between}, not {gap}.")
    return None


@law("every slab has `size` slices, one after another")
def whole(call: Call) -> Broken | None:
    """And all of them exist."""
    depth, size = call.inputs["depth"], call.inputs["size"]
    for slab in call.yours:
        if not slab or list(slab) != list(range(slab[0], slab[0] + size)):
            return Broken(f"One of your slabs is {list(slab)}; it should be {size} slices, one after another.")
        if slab[0] < 0 or slab[-1] >= depth:
            return Broken(f"Your slab {slab[0]} to {slab[-1]} leaves the volume of {depth} slices.")
    return None


@law("no slice is given away without need")
def no_waste(call: Call) -> Broken | None:
    """The first slab begins at 0, and behind the last there is no room for another."""
    depth, size, gap = (call.inputs[name] for name in ("depth", "size", "gap"))
    if not call.yours or not call.yours[0] or call.yours[0][0] != 0:
        return Broken("The first slab should begin with slice 0.")
    wanted = 1 + (depth - size) // (size + gap)
    if len(call.yours) == wanted:
        return None
    return Broken(
        f"{depth} slices have room for {wanted} slabs of {size} with gaps of {gap}; yours are {len(call.yours)}."
    )


@law("it holds for every depth")
def every_depth(call: Call) -> Broken | None:
    """From one slab alone up to three and a bit, with this gap and with none."""
    size = call.inputs["size"]
    for gap in (call.inputs["gap"], 0):
        step = size + gap
        depths = range(size, 2 * step + size + 2) if call.trial.tiny else (size, step + size - 1, step + size)
        for depth in depths:
            found, wanted = call.again(depth=depth, gap=gap), as_lists(slabs.slabs(depth, size, gap))
            if as_lists(found) != wanted:
                return elsewhere(call, f"With depth={depth}, size={size}, gap={gap} yours are {found}.", found, wanted)
    return None


@exercise("w04.slabs", title="Slabs with a gap", notebook="homework", section="4", points=3, minutes=8, difficulty=2,
          importance=5)  # fmt: skip
class Slabs:
    """Cut a volume into slabs of `size` slices, with `gap` slices between two that nobody uses."""

    reference = slabs.slabs
    gates = [is_a_list_of_slabs, inputs_untouched]

    def use(self, candidate: Callable[..., Any], depth: int, size: int, gap: int) -> Any:
        """Ranges are read as lists of numbers."""
        args, options = bind(candidate, {"depth": depth, "size": size, "gap": gap})
        found = candidate(*args, **options)
        if not isinstance(found, (list, tuple)):
            return found
        return [list(each[:10_000]) if isinstance(each, range) else each for each in found]

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """The last slab just fits in the tiny trial; in the others something is left that makes no slab."""
        if draw.tiny:
            return {"depth": 11, "size": 3, "gap": 1}
        size, gap = draw.choice([(5, 3), (7, 2), (6, 4), (9, 5)])
        depth = draw.integer(3, 6) * (size + gap) + draw.integer(1, size)
        return {"depth": depth, "size": size, "gap": gap}

    laws = [far_apart, whole, no_waste, every_depth, list_equals_reference]
    mistakes = {
        "the gap forgotten": mistake(
            gap_forgotten,
            "How like each other are the last slice of one slab and the first of the next?",
            "Your slabs lie side by side, so a slice to be tested has a twin among those learned from.",
        ),
        "a gap of one too few": mistake(
            gap_of_one_less,
            "Write the slice numbers of two slabs in a row and count those between them.",
            "One slice less than `gap` lies between two of your slabs.",
        ),
        "a gap of one too many": mistake(
            gap_of_one_more,
            "Write the slice numbers of two slabs in a row and count those between them.",
            "One slice more than `gap` lies between two of your slabs.",
        ),
        "the gap taken out of the slab": mistake(
            gap_taken_out_of_the_slab,
            "How many slices has one of your slabs?",
            "Your slabs begin `size` apart and lose the gap's slices at their end.",
        ),
        "a step of the gap": mistake(
            gap_as_step,
            "How far is it from the first slice of a slab to the first of the next?",
            "Your slabs begin `gap` apart, so one slice is in several.",
        ),
        "the rest kept": mistake(
            rest_kept,
            "How many slices has your last slab?",
            "What is left over at the end makes no whole slab, and you keep it.",
        ),
        "the last one moved back": mistake(
            last_one_moved_back,
            "How many slices lie between your last two slabs?",
            "That is right for tiles, which may overlap; slabs must not even be neighbours.",
        ),
        "the last one lost": mistake(
            last_one_lost,
            "Where does a slab of 3 begin that ends with slice 10, the last of 11? Does your range get there?",
            "A slab that just fits is left out.",
        ),
        "a gap in front of the first": mistake(
            gap_in_front,
            "From what is the first slab to be kept apart?",
            "Slices at the beginning are given away.",
        ),
        "ends included": mistake(
            ends_included,
            "How many slices are in range(0, 5)?",
            "Your slabs have one slice too many.",
        ),
    }
    hints = [
        "From the first slice of one slab to the first slice of the next it is size + gap.",
        "A slab may begin at `start` as long as start + size <= depth. range(start, stop, step) stops before stop.",
    ]
