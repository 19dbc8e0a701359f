"""Nuclei, found and counted: python -m training.nuclei (1 CPU minute)

A U-Net learns three classes, background, inside and rim, on two corners of the picture; a third chooses the weights,
the fourth is tested. Four folds, so that every corner is tested once. Counts: connected insides of at least SMALLEST
pixels, grown back by the rim; a nucleus is found when it overlaps by an IoU above .5. Ships fold 0's net as
course_lib/assets/w04/nuclei.pt, with the figures of all folds.
"""

from typing import Any

import torch
from torch import Tensor

from course_lib.data import nuclei
from course_lib.data.catalogue import NUCLEI
from course_lib.models.unet import Sizes, UNet
from course_lib.train.objects import count_objects, instances_from, match, rim_target
from course_lib.train.overlap import dice_score
from course_lib.train.shipped import rounded, ship
from course_lib.train.turns import turn_together
from training.segmentation_run import Batch, Recipe, Run, answer, train

RECIPE = Recipe(Sizes(1, 3, width=8, depth=3), steps=300, look_every=30)
CROP, BATCH = 96, 4
INSIDE = 10
"""Fewer pixels of inside than this are no nucleus: the smallest has 25 pixels with its rim."""


def brightness(image: Tensor) -> Tensor:
    """The square root, which brings dim nuclei and bright ones nearer to each other."""
    return image.sqrt()


def draw(learn: list[nuclei.Picture], chance: torch.Generator) -> Batch:
    """Square cuts out of the corners, turned and mirrored, some brighter and some darker."""
    images, masks = [], []
    for _ in range(BATCH):
        which, top, left = (
            int(torch.randint(n, (), generator=chance))
            for n in (len(learn), nuclei.CORNER - CROP + 1, nuclei.CORNER - CROP + 1)
        )
        turns, flip = (int(torch.randint(n, (), generator=chance)) for n in (4, 2))
        gain = 0.7 + 0.6 * float(torch.rand((), generator=chance))
        here = cut(top, left)
        image, mask = turn_together(
            brightness(gain * learn[which].image)[None][here],
            rim_target(learn[which].instances)[here],
            turns,
            bool(flip),
        )
        images.append(image)
        masks.append(mask)
    return torch.stack(images), torch.stack(masks)


def cut(top: int, left: int) -> tuple[Any, slice, slice]:
    """The index of one cut, whatever axes come first."""
    return (..., slice(top, top + CROP), slice(left, left + CROP))


def instances(net: UNet, picture: nuclei.Picture) -> Tensor:
    """The nuclei that a net sees.   -> (H, W), one number a nucleus"""
    return instances_from(answer(net, brightness(picture.image)[None, None])[0], INSIDE)


def run(number: int, seed: int = 0, steps: int | None = None) -> Run:
    """Train on one fold, choosing by the mean Dice of the three classes on the validation corner."""
    parts = nuclei.fold(number)
    [valid] = parts.valid
    target, seen = rim_target(valid.instances), brightness(valid.image)[None, None]

    def score_of(net: UNet) -> float:
        return 1 - float(dice_score(answer(net, seen)[0], target, 3).mean())

    recipe = RECIPE if steps is None else Recipe(RECIPE.sizes, steps, look_every=RECIPE.look_every)
    return train(recipe, lambda chance: draw(parts.train, chance), score_of, seed, f"nuclei fold {number}")


def figures(predicted: Tensor, truth: Tensor) -> dict[str, float]:
    """How well a corner was answered: pixels (Dice of nucleus against background), counts, nuclei found."""
    found = match(predicted, truth)
    true_count = int((torch.bincount(truth.flatten())[1:] >= nuclei.SMALLEST).sum())
    count = int(predicted.max())
    return {
        "dice": round(float(dice_score((predicted > 0).long(), (truth > 0).long(), 2)[1]), 4),
        "counted": count,
        "true": true_count,
        "error": count - true_count,
        **found._asdict(),
        "f1": round(found.f1, 4),
    }


def otsu(learn: list[nuclei.Picture], test: nuclei.Picture) -> Tensor:
    """The simplest baseline: Otsu's threshold of the pictures learned from, and connected pieces. -> (H, W)"""
    from skimage.filters import threshold_otsu

    from course_lib.train.objects import pieces

    level = threshold_otsu(torch.cat([brightness(each.image).flatten() for each in learn]).numpy())
    return pieces(brightness(test.image) > level, nuclei.SMALLEST)


def main() -> None:
    """Train every fold, print a row a corner, ship fold 0's net."""
    rows: dict[str, dict[str, dict[str, float]]] = {}
    facts: dict[str, Any] = {}
    first: UNet | None = None
    for number in range(4):
        parts, found = nuclei.fold(number), run(number)
        [test] = parts.test
        rounded(found.net)
        first = first or found.net
        facts = facts or found.facts()
        ways = {
            "U-Net with a rim class": instances(found.net, test),
            "the same, rim as nucleus": instances_as_one(found.net, test),
            "Otsu, connected pieces": otsu(parts.train, test),
        }
        rows[test.name] = {way: figures(predicted, test.instances) for way, predicted in ways.items()}
        for way, row in rows[test.name].items():
            print(f"{test.name:<13}{way:<26}{row}", flush=True)
    ideal = {c.name: count_objects(c.instances > 0, nuclei.SMALLEST) for c in nuclei.corners()}
    print("connected pieces of the true mask:", ideal)
    facts = {"command": "python -m training.nuclei", **facts}
    facts["data"] = {"archive": NUCLEI.file, "sha256": NUCLEI.sha256, "split": "nuclei.fold(0) for the weights"}
    assert first is not None
    print(ship("w04/nuclei", first, half=True, **facts, corners=rows, pieces_of_the_true_mask=ideal))


def instances_as_one(net: UNet, picture: nuclei.Picture) -> Tensor:
    """What the net would count without its rim class: connected pieces of everything that is no background."""
    from course_lib.train.objects import pieces

    return pieces(answer(net, brightness(picture.image)[None, None])[0] > 0, nuclei.SMALLEST)


if __name__ == "__main__":
    main()
