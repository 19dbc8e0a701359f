"""How good are the digits, and how few steps do? python -m tests.benchmarks.diffusion_scores (80 CPU minutes)

Every row holds 500 samples, 50 of each digit, against the 1,000 test digits that neither denoiser nor judge has seen:
Fréchet distance, precision and recall (k = 3) in the 64 features of the judge; the share that the judge reads as the
digit that was asked for; and the distance to the nearest of the training pictures. Floors: real training pictures in
place of samples, 500 as well, three draws; and pure noise. A row is written as soon as it is done, so a run that was
cut off goes on where it was: course_lib/assets/w14/scores.json. `--show` prints what is there.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from course_lib.data import digits
from course_lib.layers.noise_schedule import cosine
from course_lib.models.denoiser import Denoiser, Sizes
from course_lib.models.diffusion import Diffusion
from course_lib.models.digit_classifier import DigitClassifier
from course_lib.train.frechet import frechet, nearest, precision_recall
from course_lib.train.shipped import ASSETS, shipped
from training.sequence_run import log

SAMPLES, AT_ONCE, WATCHED = 500, 125, 400


@dataclass(frozen=True)
class Way:
    """How a row's pictures come about; the seed draws the noise, or the real pictures."""

    method: str  # "ddpm", "ddim", "real" or "noise"
    steps: int = 0
    guidance: float = 1.0
    seed: int = 0


def ways() -> Iterator[Way]:
    """All rows, those first that say most for their time."""
    yield Way("noise")
    yield from (Way("real", seed=seed) for seed in range(3))
    for steps in (20, 100):
        yield from (Way(method, steps) for method in ("ddim", "ddpm"))
    yield from (Way("ddim", 100, guidance) for guidance in (2.0, 4.0))
    yield from (Way(method, 1000) for method in ("ddpm", "ddim"))
    for steps in (20, 100):
        yield from (Way(method, steps, seed=seed) for seed in (1, 2) for method in ("ddim", "ddpm"))
    yield from (Way("ddim", 100, guidance, seed) for seed in (1, 2) for guidance in (2.0, 4.0))
    yield from (Way(method, 1000, seed=seed) for seed in (1, 2) for method in ("ddpm", "ddim"))


class Gallery:
    """The real pictures, the judge, and the denoiser."""

    def __init__(self) -> None:
        pictures = digits.load()
        learn, report = pictures.split()
        order = torch.randperm(len(learn), generator=torch.Generator().manual_seed(0))  # as in train_digits
        self.train, self.test = pictures[learn[order[WATCHED:]]], pictures[report]
        self.judge = DigitClassifier()
        self.judge.load_state_dict(shipped("w14/judge")[0])
        self.judge.eval()
        state, self.facts = shipped("w14/digits")
        sizes = self.facts["sizes"]
        model = Denoiser(Sizes(**{**sizes, "mults": tuple(sizes["mults"])}))
        model.load_state_dict(state)
        self.diffusion = Diffusion(cosine(self.facts["schedule"]["steps"]), model.eval(), 10)
        self.real = self.features(self.test.images)
        self.fresh = nearest(self.test.images, self.train.images)[0]  # how near unseen pictures lie to known ones

    @torch.no_grad()
    def features(self, images: Tensor) -> Tensor:
        """What the judge sees.   (N, 1, 28, 28) -> (N, 64)."""
        return self.judge.features(images)

    def make(self, way: Way) -> tuple[Tensor, Tensor]:
        """The pictures of a row, and the digits that were asked for."""
        chance = torch.Generator().manual_seed(way.seed)
        if way.method == "real":
            each = [(self.train.labels == digit).nonzero()[:, 0] for digit in range(10)]
            some = torch.cat([rows[torch.randperm(len(rows), generator=chance)[: SAMPLES // 10]] for rows in each])
            return self.train.images[some], self.train.labels[some]
        labels = torch.arange(10).repeat(SAMPLES // 10)
        start = torch.randn(SAMPLES, 1, digits.SIDE, digits.SIDE, generator=chance)
        if way.method == "noise":
            return start, labels
        made = [
            self.diffusion.sample(
                some, few=way.steps, method=way.method, label=label, guidance=way.guidance, generator=chance
            ).samples  # type: ignore[arg-type]
            for some, label in zip(start.split(AT_ONCE), labels.split(AT_ONCE), strict=True)
        ]
        return torch.cat(made), labels

    def row(self, way: Way) -> dict[str, Any]:
        """Make the pictures and measure them."""
        begun = time.process_time()
        images, labels = self.make(way)
        spent = time.process_time() - begun
        features = self.features(images)
        precision, recall = precision_recall(self.real, features)
        far = None if way.method == "real" else nearest(images, self.train.images)[0]  # they would find themselves
        with torch.no_grad():
            read = self.judge.decide(features).argmax(1)
        return {
            **asdict(way),
            "samples": len(images),
            "frechet": round(frechet(self.real, features), 3),
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "read_as_asked": round(float((read == labels).float().mean()), 3),
            "nearest_median": None if far is None else round(float(far.median()), 3),
            "nearer_than_1_in_100_unseen": None
            if far is None
            else round(float((far < self.fresh.quantile(0.01)).double().mean()), 4),
            "cpu_seconds": round(spent, 1),
        }


def main() -> None:
    """Make what is missing, and print the table."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--show", action="store_true")
    ask.add_argument("--rows", type=int, default=None, help="how many new rows to make at most")
    given = ask.parse_args()
    torch.set_num_threads(1)
    file = ASSETS / "w14/scores.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"rows": []}
    if not given.show:
        gallery, made = Gallery(), {tuple(row[name] for name in asdict(Way(""))) for row in known["rows"]}
        missing = [way for way in ways() if tuple(asdict(way).values()) not in made][: given.rows]
        for way in missing:
            known["rows"].append(gallery.row(way))
            print(known["rows"][-1], flush=True)
            log("w14/scores", {**about(gallery), "rows": known["rows"]})
    show(known["rows"])


def about(gallery: Gallery) -> dict[str, Any]:
    """What the rows were made with."""
    return {
        "command": "python -m tests.benchmarks.diffusion_scores",
        "denoiser": gallery.facts["command"],
        "machine": f"1 thread of {os.cpu_count()} {platform.machine()} cores, torch {torch.__version__}",
        "unseen": {
            "nearest_median": round(float(gallery.fresh.median()), 3),
            "nearest_1_in_100": round(float(gallery.fresh.quantile(0.01)), 3),
        },
    }


def show(rows: list[dict[str, Any]]) -> None:
    """One line a way: means over its seeds, and the spread where there is one."""
    names = ("frechet", "precision", "recall", "read_as_asked", "nearest_median", "nearer_than_1_in_100_unseen")
    print(f"{'way':<8}{'steps':>6}{'guidance':>9}{'seeds':>6}" + "".join(f"{name[:16]:>18}" for name in names))
    groups = {(row["method"], row["steps"], row["guidance"]): 0 for row in rows}
    for method, steps, guidance in groups:
        mine = [row for row in rows if (row["method"], row["steps"], row["guidance"]) == (method, steps, guidance)]
        cells = [spread([row[name] for row in mine if row[name] is not None]) for name in names]
        print(f"{method:<8}{steps:>6}{guidance:>9.0f}{len(mine):>6}" + "".join(f"{cell:>18}" for cell in cells))


def spread(values: list[float]) -> str:
    """Mean and standard deviation, as far as there are any."""
    if len(values) < 2:
        return f"{values[0]:.3f}" if values else "-"
    return f"{statistics.mean(values):.3f} +- {statistics.stdev(values):.3f}"


if __name__ == "__main__":
    main()
