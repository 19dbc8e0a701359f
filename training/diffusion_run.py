"""What the training runs of week 14's pictures share: the loss, what is kept, and the facts."""

import os
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.layers.noise_schedule import Schedule
from course_lib.models.denoiser import Denoiser, Sizes
from course_lib.models.diffusion import Diffusion
from course_lib.train.average import Averaged
from course_lib.train.fit import fit
from course_lib.train.schedules import by_cosine
from training.sequence_run import curve

AVERAGE = 0.999  # a weight's average forgets half of its past in 700 steps


def train(
    sizes: Sizes, schedule: Schedule, images: Tensor, labels: Tensor | None, held_out: Tensor,
    held_labels: Tensor | None, *, steps: int, rate: float, batch: int, seed: int, name: str,
    alter: Callable[[Tensor, torch.Generator], Tensor] | None = None, kind: type[Diffusion] = Diffusion,
    average: float = AVERAGE,
) -> tuple[Denoiser, dict[str, Any]]:  # fmt: skip
    """Train once, resuming a run that was cut off, and return the averaged model and the facts of its training.

    images (N, C, H, W) between -1 and 1; held_out is scored with the same noise each time; alter(batch, generator)
    turns or flips what was drawn; kind says what is predicted. Convolutions run in bfloat16.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    both = Averaged(Denoiser(sizes), average)
    optimiser = torch.optim.AdamW(both.network.parameters(), lr=rate, weight_decay=1e-4)
    no_label = sizes.labels or None

    def draw(chance: torch.Generator) -> tuple[Tensor, Tensor | None, torch.Generator]:
        rows = torch.randint(len(images), (batch,), generator=chance)
        picked = images[rows] if alter is None else alter(images[rows], chance)
        return picked, None if labels is None else labels[rows], chance

    def loss(model: nn.Module, clean: Tensor, label: Tensor | None, chance: torch.Generator) -> Tensor:
        return kind(schedule, model, no_label).loss(clean, chance, label)

    def loss_of(model: nn.Module, drawn: tuple[Tensor, Tensor | None, torch.Generator]) -> Tensor:
        assert isinstance(model, Averaged)
        model.follow()
        clean, label, chance = drawn
        with torch.autocast("cpu", torch.bfloat16):
            return loss(model.network, clean, label, chance)

    def score_of(model: nn.Module) -> float:
        assert isinstance(model, Averaged)
        return float(loss(model.average, held_out, held_labels, torch.Generator().manual_seed(1)))

    keep = Path(tempfile.gettempdir()) / "neural-architectures" / f"{name}-{steps}-{seed}.run"
    begun, resumed = time.process_time(), keep.exists()
    history = fit(
        both, draw, loss_of, steps, optimiser, schedule=by_cosine(optimiser, steps // 20, steps), clip=1.0,
        score_of=score_of, look_every=max(1, steps // 20), keep=keep, keep_every=max(1, steps // 40), seed=seed,
        title=f"{name} {seed}",
    )  # fmt: skip
    model = both.average
    return model, {
        "seed": seed, "steps": steps, "rate": rate, "batch": batch, "average": average, "sizes": asdict(sizes),
        "parameters": sum(p.numel() for p in model.parameters()),
        "cpu_seconds": round(time.process_time() - begun), "seconds": round(history.seconds),
        "resumed": resumed,  # then cpu_seconds counts the last part alone
        "machine": f"1 thread of {os.cpu_count()} {platform.machine()} cores, torch {torch.__version__}",
        "curve": curve(history), "valid": [[step, round(score, 5)] for step, score in history.scores],
        "best_step": history.best[0] if history.best else steps,
    }  # fmt: skip
