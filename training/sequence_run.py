"""What the two big Transformer runs of week 8 share: batches without padding, a bfloat16 loss, beams, and the log."""

import json
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

from course_lib.data.alphabet import END, START
from course_lib.models.transformer import Sizes, Transformer, shift_right, write
from course_lib.paths import write_atomically
from course_lib.train.fit import History, fit
from course_lib.train.losses import smoothed_cross_entropy
from course_lib.train.schedules import by_cosine
from course_lib.train.search import beam_search
from course_lib.train.shipped import ASSETS

Draw = Callable[[torch.Generator], tuple[Tensor, Tensor]]


def draw_by_length(source: Tensor, target: Tensor, tokens: int) -> Draw:
    """Batches of one source length each, about `tokens` source tokens large, so that little is padding.

    A length is drawn as often as keeps every pair equally likely; the pairs of a batch are drawn with replacement.
    """
    lengths, written = (source != 0).sum(1), (target != 0).sum(1)
    groups = [(lengths == n).nonzero()[:, 0] for n in lengths.unique().tolist()]
    sizes = [max(1, tokens // int(lengths[rows[0]])) for rows in groups]
    chances = torch.tensor([len(rows) / size for rows, size in zip(groups, sizes, strict=True)])

    def draw(chance: torch.Generator) -> tuple[Tensor, Tensor]:
        which = int(torch.multinomial(chances, 1, generator=chance))
        rows = groups[which][torch.randint(len(groups[which]), (sizes[which],), generator=chance)]
        return source[rows, : int(lengths[rows[0]])], target[rows, : int(written[rows].max())]

    return draw


def smoothed(amount: float) -> Callable[[nn.Module, tuple[Tensor, Tensor]], Tensor]:
    """The loss with teacher forcing and label smoothing; matrix products in bfloat16, a third faster on our machine."""

    def loss_of(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            scores = model(batch[0], shift_right(batch[1], START))
        return smoothed_cross_entropy(scores.float(), batch[1], amount)

    return loss_of


def train(
    sizes: Sizes, draw: Draw, score_of: Callable[[nn.Module], float], steps: int, rate: float, seed: int, name: str
) -> tuple[Transformer, dict[str, Any]]:
    """Train once, resuming a run that was cut off, and return the model and the facts of its training."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model = Transformer(sizes)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate, betas=(0.9, 0.98), eps=1e-9)
    schedule = by_cosine(optimiser, steps // 10, steps)
    keep = Path(tempfile.gettempdir()) / "neural-architectures" / f"{name}-{steps}-{seed}.run"
    begun, resumed = time.process_time(), keep.exists()
    history = fit(
        model, draw, smoothed(0.1), steps, optimiser, schedule=schedule, clip=1.0, score_of=score_of,
        look_every=max(1, steps // 12), keep=keep, keep_every=max(1, steps // 24), seed=seed, title=f"{name} {seed}",
    )  # fmt: skip
    facts = {
        "seed": seed, "steps": steps, "rate": rate, "smoothing": 0.1, "sizes": asdict(sizes),
        "parameters": sum(p.numel() for p in model.parameters()),
        "cpu_seconds": round(time.process_time() - begun), "seconds": round(history.seconds),
        "resumed": resumed,  # then cpu_seconds counts the last part alone
        "machine": f"1 thread of {os.cpu_count()} {platform.machine()} cores, torch {torch.__version__}",
        "curve": curve(history), "valid": [[step, round(score, 3)] for step, score in history.scores],
        "best_step": history.best[0] if history.best else steps,
    }  # fmt: skip
    return model, facts


def curve(history: History, points: int = 60) -> list[list[float]]:
    """The training loss as (last step, mean) of equal stretches: enough to draw it."""
    size = max(1, len(history.losses) // points)
    pieces = [(i, history.losses[i : i + size]) for i in range(0, len(history.losses), size)]
    return [[i + len(piece), round(sum(piece) / len(piece), 4)] for i, piece in pieces]


def say(model: Transformer, source: Tensor, longest: int, at_once: int = 256) -> list[Tensor]:
    """Greedy answers for every row, sorted by length inside so that padding costs little.   source (B, S)."""
    lengths = (source != 0).sum(1)
    said: dict[int, Tensor] = {}
    for rows in lengths.argsort().split(at_once):
        part = source[rows, : int(lengths[rows].max())]
        said.update(zip(rows.tolist(), write(model, part, START, END, longest), strict=True))
    return [said[row] for row in range(len(source))]


@torch.no_grad()
def say_by_beam(model: Transformer, source: Tensor, beams: int, longest: int) -> list[list[int]]:
    """The best hypothesis of a beam search for every row.   source (B, S)."""
    said = []
    for row in source:
        letters = row[row != 0][None]
        memory = model.encode(letters)

        def next_scores(so_far: Tensor, memory: Tensor = memory, letters: Tensor = letters) -> Tensor:
            rows = len(so_far)
            return model.decode(memory.expand(rows, -1, -1), letters.expand(rows, -1), so_far)[:, -1]

        best, *_ = beam_search(next_scores, START, END, beams, longest)
        said.append(list(best.tokens))
    return said


def log(name: str, facts: dict[str, Any]) -> None:
    """Write facts to course_lib/assets/<name>.json, whole or not at all."""
    write_atomically(ASSETS / f"{name}.json", json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
