"""Is the U-Net worth it, and its skips? python -m tests.benchmarks.segmentation_scores (12 CPU minutes)

Dice by class on the 10 test slices of the MNI152 brain, over all their pixels, as mean and standard deviation over 3
seeds, for slices as scanned (noise .06, shading .4) and as they are:

nearest slice   the mask of the nearest slice learned from: what the gap between the slabs still gives away
thresholds      three brightnesses that maximise the mean Dice of the training slices, fitted to each of the two
                conditions by itself, which the nets are not
forest          60 trees on 40,000 training pixels: brightness, blurred at 1, 2 and 4 pixels, slope, place in the
                volume; scanned as for the nets
nets            see train_brain.py; all three kinds with equal settings

The nets' settings were set once and not searched; the validation slabs choose the step at which each run is kept.
1,500 steps are about 50 CPU seconds a run; longer ones were not tried. `train_nuclei` has the nuclei.
"""

import statistics
from itertools import combinations

import numpy as np
import torch
from torch import Tensor

from course_lib.data import brain
from course_lib.train.shipped import rounded
from training.brain import CLASSES, RECIPES, by_class, mean, parts, run, scanned, scores

SEEDS = range(3)
Table = dict[str, list[list[float]]]


def main() -> None:
    """Measure, and print a table for each condition."""
    data = parts()
    tables: dict[str, Table] = {"as scanned": {}, "clean": {}}
    seen = {
        "as scanned": (scanned(data["train"].image, 2), scanned(data["test"].image, 1)),
        "clean": (data["train"].image, data["test"].image),
    }
    for how, (learn, test) in seen.items():
        tables[how]["nearest slice"] = [by_class(nearest(), data["test"].mask)]
        levels = thresholds(learn, data["train"].mask)
        tables[how]["thresholds"] = [by_class(torch.bucketize(test, torch.tensor(levels)), data["test"].mask)]
    for seed in SEEDS:
        grown = Forest(data["train"], seed)
        for how, (_, test) in seen.items():
            tables[how].setdefault("forest", []).append(by_class(grown.answer(test, TEST_ROWS), data["test"].mask))
        for kind in RECIPES:
            found = run(kind, seed)
            rounded(found.net)
            for how, values in scores(found.net).items():
                tables[how].setdefault(kind, []).append(values)
            if kind == "brain-drop":
                tables["as scanned"].setdefault("brain-drop, all off", []).append(
                    scores(found.net, use=(False,) * 3)["as scanned"]
                )
            elif kind == "brain":
                tables["as scanned"].setdefault("brain, all off", []).append(
                    scores(found.net, use=(False,) * 3)["as scanned"]
                )
            means = {how: round(mean(table[kind][-1]), 4) for how, table in tables.items()}
            print(seed, kind, means, f"fluid as scanned {tables['as scanned'][kind][-1][1]:.2f}", flush=True)
    for how, table in tables.items():
        show(how, table)


def show(how: str, table: Table) -> None:
    """One row a method: mean over the classes with its spread, then every class."""
    print(f"\n{how:<20}{'mean':>8}{'':>9}" + "".join(f"{name:>17}" for name in brain.CLASSES))
    for name, runs in table.items():
        means = [mean(values) for values in runs]
        spread = f" ± {statistics.stdev(means):.4f}" if len(means) > 1 else " " * 9
        classes = "".join(f"{statistics.mean(column):>17.4f}" for column in zip(*runs, strict=True))
        print(f"{name:<20}{statistics.mean(means):>8.4f}{spread}{classes}", flush=True)


TRAIN_ROWS, _, TEST_ROWS = (list(rows) for rows in brain.load().split())


def nearest() -> Tensor:
    """For each test slice the mask of the nearest training slice, the lower one of two."""
    whole = brain.load()
    return whole.mask[[min(TRAIN_ROWS, key=lambda row: abs(row - test)) for test in TEST_ROWS]]


def thresholds(image: Tensor, mask: Tensor, bins: int = 60) -> list[float]:
    """The three brightnesses between the four classes that give the best mean Dice; every choice of `bins` is tried."""
    edges = torch.linspace(0, float(image.max()), bins + 1)
    place = torch.bucketize(image, edges[1:-1])
    counts = torch.stack([torch.bincount(place[mask == c].flatten(), minlength=bins) for c in range(CLASSES)])
    below = torch.cat([torch.zeros(CLASSES, 1), counts.cumsum(1).double()], dim=1).numpy()  # (K, bins + 1)
    cuts = np.array(list(combinations(range(1, bins), 3)))
    ends = np.concatenate([np.zeros((len(cuts), 1), int), cuts, np.full((len(cuts), 1), bins)], axis=1)
    dice = np.zeros(len(cuts))
    for c in range(CLASSES):
        inside = below[:, ends[:, c + 1]] - below[:, ends[:, c]]
        dice += 2 * inside[c] / (inside.sum(0) + below[c, -1])
    return [float(edges[cut]) for cut in cuts[dice.argmax()]]


class Forest:
    """A random forest on features of single pixels."""

    def __init__(self, learn: brain.Slices, seed: int, pixels: int = 40_000) -> None:
        from sklearn.ensemble import RandomForestClassifier

        chance = torch.Generator().manual_seed(seed)
        inputs, truth = [], []
        for _ in range(4):  # as many scans as the forest may see
            noise, shading = torch.rand(2, generator=chance).tolist()
            seen = brain.as_scanned(learn.image, chance, 0.09 * noise, 0.4 * shading)
            rows = torch.randperm(seen.numel(), generator=chance)[: pixels // 4].numpy()
            inputs.append(features(seen, TRAIN_ROWS)[rows])
            truth.append(learn.mask.flatten().numpy()[rows])
        grower = RandomForestClassifier(60, min_samples_leaf=3, random_state=seed, n_jobs=1)
        self.trees = grower.fit(np.concatenate(inputs), np.concatenate(truth))

    def answer(self, image: Tensor, rows: list[int]) -> Tensor:
        """The likeliest class of every pixel.   image (N, H, W), slices `rows` -> (N, H, W)."""
        return torch.from_numpy(self.trees.predict(features(image, rows))).view(image.shape)


def features(image: Tensor, rows: list[int]) -> np.ndarray:
    """What a tree may ask of a pixel.   image (N, H, W), slices `rows` of the volume -> (N H W, 8)"""
    from scipy import ndimage

    pixels = image.numpy()
    blurred = [ndimage.gaussian_filter(pixels, (0, s, s)) for s in (1, 2, 4)]
    slope = np.hypot(*(ndimage.gaussian_filter(pixels, (0, 1, 1), order=o) for o in ((0, 1, 0), (0, 0, 1))))
    place = np.meshgrid(np.array(rows), *(np.arange(n) for n in pixels.shape[1:]), indexing="ij")
    return np.stack([pixels, *blurred, slope, *place], axis=-1).reshape(pixels.size, -1).astype(np.float32)


if __name__ == "__main__":
    main()
