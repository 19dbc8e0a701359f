"""Pairs of masks in which objects are found, half found, split, merged, made up and overlooked.

Sizes   H, W height and width
"""

import torch
from torch import Tensor

from course_lib.exercises.engine.seeded_draw import Draw

SCENES = {  # what is true, what is predicted; every letter is an object, rows are separated by blanks
    "found": ("##.. ##.. ....", "##.. ##.. ...."),
    "half": ("#### .... ....", "##.. .... ...."),
    "split": ("#### #### ....", "aabb aabb ...."),
    "merged": ("aabb aabb ....", "#### #### ...."),
    "far too large": (".#.. ##.. ....", "#### #### ####"),
    "swallowed": ("...# .... ....", ".### .### ...."),
    "far too small": ("#### #### ####", ".... .##. ...."),
    "beside": ("###. .... ....", ".... .... .###"),
    "overlooked": (".... .##. ....", ".... .... ...."),
    "made up": (".... .... ....", ".... .##. ...."),
    "made up, too": (".... .... ....", "a.b. a.b. a.b."),
    "three of five": ("#### #... ....", "###. .... ...."),
    "three of four": ("#### .... ....", "###. .... ...."),
    "seven of ten": ("#### #### ##..", "#### ###. ...."),
    "shifted": ("#### #... ....", "###. ..#. ..#."),
}


def drawn(scene: str) -> Tensor:
    """A drawing as labels (3, 4): 0 for a dot."""
    rows = [[0 if each == "." else ord(each) for each in row] for row in scene.split()]
    return torch.tensor(rows)


def draw_scenes(draw: Draw) -> tuple[Tensor, Tensor]:
    """Predicted and true (H, W): "half" above "found" in a tiny trial, else all scenes in a new order."""
    names = ["half", "found", "made up"][: 2 + draw.flip()] if draw.tiny else list(SCENES)
    if not draw.tiny:
        names = [names[i] for i in draw.permutation(len(names)).tolist()]
    across = 1 if draw.tiny else 5
    names += [""] * (-len(names) % across)
    masks = []
    for which in (1, 0):
        cells = [drawn(SCENES[name][which]) if name else torch.zeros(3, 4, dtype=torch.long) for name in names]
        mask = torch.zeros(4 * (len(names) // across) - 1, 5 * across - 1, dtype=torch.long)
        for place, cell in enumerate(cells):
            top, left = 4 * (place // across), 5 * (place % across)
            mask[top : top + 3, left : left + 4] = torch.where(cell > 0, cell + 200 * place, 0)
        masks.append(renumbered(draw, mask))
    return masks[0], masks[1]


def renumbered(draw: Draw, mask: Tensor) -> Tensor:
    """The same objects under other numbers, neither consecutive nor in order."""
    names, where = mask.unique(return_inverse=True)
    labels = torch.randperm(3 * len(names), generator=draw.chance)[: len(names)] + 1
    return torch.where(mask == 0, 0, labels[where])
