"""Train the judge of week 14, which reads digits: python -m training.judge (half a CPU minute a seed)

Learns from the 4,000 training digits of `digits.split`, each moved by up to two pixels. No choice is made on the way,
so the error on the other 1,000 is a fair one. Three seeds for the spread; the first is shipped as
course_lib/assets/w14/judge.pt, in half precision. A run that was cut off goes on where it was.
"""

import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_lib.data import digits
from course_lib.data.catalogue import MNIST
from course_lib.models.digit_classifier import DigitClassifier
from course_lib.train.fit import fit
from course_lib.train.schedules import by_cosine
from course_lib.train.shipped import rounded, ship
from training.sequence_run import curve

STEPS, BATCH, RATE, MOVES, SEEDS = 900, 64, 2e-3, 2, 3


def main() -> None:
    """Train three, ship the first."""
    torch.set_num_threads(1)
    judge, facts = train(0)
    facts["test_error_after_rounding"] = error(rounded(judge), *report())
    ship("w14/judge", judge, half=True, **facts)
    errors = [facts["test_error"], *(train(seed)[1]["test_error"] for seed in range(1, SEEDS))]
    ship("w14/judge", judge, half=True, **facts, test_errors=errors)
    print(f"test error {statistics.mean(errors):.2f} +- {statistics.stdev(errors):.2f} % over {SEEDS} seeds: {errors}")


def train(seed: int) -> tuple[DigitClassifier, dict[str, Any]]:
    """One judge, and the facts of its training."""
    pictures = digits.load()
    learn = pictures[pictures.split().train]
    torch.manual_seed(seed)
    judge = DigitClassifier()
    optimiser = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=0.01)
    begun = time.process_time()
    history = fit(
        judge,
        lambda chance: draw(learn, chance),
        lambda model, given: F.cross_entropy(model(given[0]), given[1]),
        STEPS,
        optimiser,
        schedule=by_cosine(optimiser, STEPS // 10, STEPS),
        keep=Path(tempfile.gettempdir()) / "neural-architectures" / f"judge-{STEPS}-{seed}.run",
        seed=seed,
        title=f"judge {seed}",
    )
    facts = {
        "command": "python -m training.judge",
        "data": {"archive": MNIST.file, "sha256": MNIST.sha256, "pictures": len(learn), "split": "digits.split"},
        "seed": seed,
        "steps": STEPS,
        "rate": RATE,
        "batch": BATCH,
        "parameters": sum(p.numel() for p in judge.parameters()),
        "cpu_seconds": round(time.process_time() - begun),
        "machine": f"1 thread of {os.cpu_count()} {platform.machine()} cores, torch {torch.__version__}",
        "curve": curve(history, 40),
        "train_error": error(judge, learn.images, learn.labels),
        "test_error": error(judge, *report()),
    }
    return judge, facts


def draw(learn: digits.Digits, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """A batch, all its pictures moved by the same few pixels."""
    some = learn[torch.randint(len(learn), (BATCH,), generator=chance)]
    down, right = torch.randint(-MOVES, MOVES + 1, (2,), generator=chance).tolist()
    return some.images.roll((down, right), (-2, -1)), some.labels  # digits end 4 pixels before the rim


def report() -> tuple[Tensor, Tensor]:
    """The 1,000 pictures that the judge never saw."""
    pictures = digits.load()
    unseen = pictures[pictures.split().test]
    return unseen.images, unseen.labels


@torch.no_grad()
def error(judge: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The share of wrong answers, in percent."""
    return round(100 * float((judge(images).argmax(1) != labels).float().mean()), 3)


if __name__ == "__main__":
    main()
