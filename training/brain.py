"""Tissue in slices of the MNI152 brain: python -m training.brain (3 CPU minutes)

Trains three nets with equal settings and seed 0, and ships them to course_lib/assets/w04, in half precision:

brain            a U-Net
brain-drop       the same, but each skip of each slice dropped with probability one half while training, so that any
                 choice of skips may be switched off afterwards
brain-no-skips   one that has no skips at all

They see slices as a scanner might have recorded them (`brain.as_scanned`, noise 0 to .09, shading 0 to .4). Dice by
class over all pixels of the 10 test slices, as scanned with noise .06 and shading .4, and as they are.
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from course_lib.data import brain
from course_lib.data.catalogue import MNI152
from course_lib.models.unet import Sizes, UNet
from course_lib.train.overlap import dice_score
from course_lib.train.shipped import rounded, ship
from training.segmentation_run import Batch, Recipe, Run, answer, train

CLASSES = len(brain.CLASSES)
PLAIN = Recipe(Sizes(1, CLASSES, width=8, depth=3), steps=1500)
RECIPES = {
    "brain": PLAIN,
    "brain-drop": replace(PLAIN, skip_drop=0.5),
    "brain-no-skips": replace(PLAIN, sizes=replace(PLAIN.sizes, skips=False)),
}
BATCH = 4


def parts() -> dict[str, brain.Slices]:
    """The slices to learn from, to choose by, to report on."""
    whole = brain.load()
    return {name: whole.slices(rows) for name, rows in whole.split()._asdict().items()}


def scanned(image: Tensor, seed: int) -> Tensor:
    """The pictures of one part as scanned, always the same."""
    return brain.as_scanned(image, torch.Generator().manual_seed(seed))


def draw(learn: brain.Slices, chance: torch.Generator) -> Batch:
    """Some slices, as bad a scan as chance will have it."""
    rows = torch.randint(len(learn.image), (BATCH,), generator=chance)
    noise, shading = torch.rand(2, generator=chance).tolist()
    return brain.as_scanned(learn.image[rows], chance, 0.09 * noise, 0.4 * shading)[:, None], learn.mask[rows]


def run(kind: str, seed: int, steps: int | None = None) -> Run:
    """Train one kind, choosing the weights by the mean Dice of the validation slabs as scanned."""
    data = parts()
    valid, seen = data["valid"], scanned(data["valid"].image, 0)[:, None]

    def score_of(net: UNet) -> float:
        return 1 - float(dice_score(answer(net, seen), valid.mask, CLASSES).mean())

    recipe = RECIPES[kind] if steps is None else replace(RECIPES[kind], steps=steps)
    return train(recipe, lambda chance: draw(data["train"], chance), score_of, seed, kind)


def scores(net: UNet, name: str = "test", use: tuple[bool, ...] | None = None) -> dict[str, list[float]]:
    """Dice of every class on one part, as scanned and clean."""
    part = parts()[name]
    seen = {"as scanned": scanned(part.image, 0 if name == "valid" else 1), "clean": part.image}
    return {how: by_class(answer(net, image[:, None], use), part.mask) for how, image in seen.items()}


def by_class(predicted: Tensor, mask: Tensor) -> list[float]:
    """Dice of every class over all pixels of all slices, to four places."""
    return [round(value, 4) for value in dice_score(predicted, mask, CLASSES).tolist()]


def mean(values: list[float]) -> float:
    """The mean over the classes."""
    return sum(values) / len(values)


def main() -> None:
    """Train, score on the rounded weights, ship."""
    for kind in RECIPES:
        found = run(kind, 0)
        before = mean(scores(found.net, "valid")["as scanned"])
        rounded(found.net)
        facts: dict[str, Any] = {"command": "python -m training.brain", **found.facts()}
        facts["data"] = {"archive": MNI152.file, "sha256": MNI152.sha256, "split": "brain.Brain.split"}
        facts["half_precision"] = {
            "valid_before": before,
            "valid_after": mean(scores(found.net, "valid")["as scanned"]),
        }
        facts["test_dice"] = scores(found.net)
        if kind == "brain-drop":
            every = [tuple(bool(number >> level & 1) for level in range(3)) for number in range(8)]
            facts["test_dice_by_skips"] = {
                "".join("01"[on] for on in use): scores(found.net, use=use)["as scanned"] for use in every
            }
        print(kind, facts["test_dice"], facts.get("test_dice_by_skips", ""), flush=True)
        print(ship(f"w04/{kind}", found.net, half=True, **facts))


if __name__ == "__main__":
    main()
