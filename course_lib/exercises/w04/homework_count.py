"""Homework, question 2: from a mask to a number of objects."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.w04.count_shapes import RING, TREE, WINDING, draw_pieces, picture, turned
from course_lib.exercises.w04.homework_count_mistakes import MISTAKES, never_merged, spread_too_few_times
from course_lib.train import objects

LIBRARIES = ("scipy.*", "skimage.*", "cv2.*", "cc3d.*", "monai.*", "networkx.*")
"""They have connected components ready made."""


@law("a winding path, a tree and a ring are one piece, a dot in the ring another")
def shapes_hold_together(call: Call) -> Broken | None:
    """However far it is from one end to the other; in all directions (all four in the tiny trial)."""
    for name, rows, wanted in (("winding path", WINDING, 1), ("tree", TREE, 1), ("ring with a dot inside", RING, 2)):
        for mask in turned(picture(rows))[:: 1 if call.trial.tiny else 3]:
            if (found := call.again(mask=mask, smallest=1)) != wanted:
                drawn = "\n".join("".join(".#"[each] for each in row) for row in mask.int().tolist())
                return elsewhere(
                    call, f"A {name} should count as {wanted}, and you count {found}:\n{drawn}\n", found, wanted
                )
    return None


@law("corners do not connect")
def corners_do_not(call: Call) -> Broken | None:
    """On a chessboard every field is an object of one pixel."""
    board = (torch.arange(5)[:, None] + torch.arange(6)) % 2 == 0
    for smallest, wanted in ((1, int(board.sum())), (2, 0)):
        if (found := call.again(mask=board, smallest=smallest)) != wanted:
            words = f"A chessboard of 5 by 6 with smallest={smallest} should count {wanted}, and you count {found}."
            return elsewhere(call, words, found, wanted)
    return None


@law("`smallest` pixels are enough, one less is not")
def size_limit(call: Call) -> Broken | None:
    """Bars of 2, 3, 4 and 5 pixels, two of each; a ring, of which not its box counts but its pixels."""
    bars = torch.zeros(9, 11, dtype=torch.bool)
    for place, size in enumerate((2, 3, 4, 5)):
        bars[2 * place, :size] = bars[2 * place, 11 - size :] = True
    for mask, smallest, wanted in (
        *((bars, smallest, wanted) for smallest, wanted in ((2, 8), (3, 6), (5, 2), (6, 0))),
        (picture(RING), 16, 1),
        (picture(RING), 17, 0),
    ):
        if (found := call.again(mask=mask, smallest=smallest)) != wanted:
            what = "bars of 2, 3, 4 and 5 pixels, two each" if mask is bars else "a ring of 16 pixels and a dot"
            words = f"Of {what}, smallest={smallest} leaves {wanted}; you count {found}."
            return elsewhere(call, words, found, wanted)
    return None


@law("nothing is none, and everything is one")
def empty_and_full(call: Call) -> Broken | None:
    """A mask without a True, and one without a False."""
    for value, smallest, wanted in ((False, 1, 0), (True, 1, 1), (True, 35, 1), (True, 36, 0)):
        if (found := call.again(mask=torch.full((5, 7), value), smallest=smallest)) != wanted:
            words = (
                f"A mask of 5 by 7 that is {value} everywhere, smallest={smallest}: {wanted}, and you count {found}."
            )
            return elsewhere(call, words, found, wanted)
    return None


@law("two pictures side by side count as their sum")
def side_by_side(call: Call) -> Broken | None:
    """With an empty column between; so no edge is special, and mirrored ones count alike."""
    mask = call.inputs["mask"]
    column = torch.zeros(len(mask), 1, dtype=torch.bool)
    found = call.again(mask=torch.cat([mask, column, mask.flip(0)], 1))
    if found == 2 * int(call.yours):
        return None
    words = f"The mask, an empty column and the mask upside down: {2 * int(call.yours)} are to be expected from your "
    return Broken(words + f"own count, and you count {found}.", found, 2 * int(call.yours))


def easy(mask: Tensor, smallest: int) -> bool:
    """Do labels that are never merged, or spread too few times, make no difference here?"""
    counts = [count(mask, smallest) for count in (objects.count_objects, never_merged, spread_too_few_times)]
    return len(set(counts)) < 3


@exercise("w04.count_objects", title="Count objects", notebook="homework", section="2", points=5, minutes=20,
          difficulty=4, importance=4, forbid=LIBRARIES, seconds=15.0)  # fmt: skip
class CountObjects:
    """How many pieces of at least `smallest` pixels there are; pixels are connected by their sides."""

    reference = objects.count_objects

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """The tiny one tells most mistakes apart; the large ones are for those that lose their way."""
        mask, smallest = draw_pieces(draw), 2 if draw.tiny else draw.integer(2, 4)
        while not draw.tiny and easy(mask, smallest):
            mask = draw_pieces(draw)
        return {"mask": mask, "smallest": smallest}

    laws = [shapes_hold_together, corners_do_not, size_limit, empty_and_full, side_by_side, equals_reference]
    mistakes = MISTAKES
    hints = [
        "Take a True pixel that is not yet counted and walk to everything connected with it. How large is it?",
        "Keep a list of pixels still to visit. Tick off a pixel when you put it on the list, not when you take it off.",
        "Or spread labels: each True pixel its own number, then again and again the largest of itself and its sides, "
        "until nothing changes. Then torch.unique with return_counts=True.",
    ]
