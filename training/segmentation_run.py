"""What the segmentation runs of week 4 share: a recipe, one training run, scores by class.

Sizes   B batch   K classes   N pictures   H, W what an image measures
"""

import os
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_lib.models.unet import Sizes, UNet
from course_lib.train.fit import History, fit
from course_lib.train.overlap import soft_dice
from course_lib.train.schedules import by_cosine
from course_lib.train.skip_drop import drop_skips

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Recipe:
    """How a net is made and trained. `skip_drop` is the share of skips dropped while training."""

    sizes: Sizes
    steps: int
    rate: float = 4e-3
    skip_drop: float = 0.0
    look_every: int = 50


@dataclass
class Run:
    """A trained net and the facts of its training."""

    net: UNet
    recipe: Recipe
    seed: int
    history: History = field(default_factory=History)
    cpu_seconds: float = 0.0
    resumed: bool = False

    def facts(self) -> dict[str, Any]:
        """What a notebook needs to use the weights, and what is known of their training."""
        losses, size = self.history.losses, max(1, len(self.history.losses) // 60)
        return {
            "seed": self.seed,
            **asdict(self.recipe),
            "parameters": sum(p.numel() for p in self.net.parameters()),
            "cpu_seconds": round(self.cpu_seconds),
            "resumed": self.resumed,  # then cpu_seconds counts the last part alone
            "seconds": round(self.history.seconds),
            "machine": f"1 thread of {os.cpu_count()} {platform.machine()} cores, torch {torch.__version__}",
            "curve": [[i, round(sum(losses[i : i + size]) / size, 4)] for i in range(0, len(losses) - size + 1, size)],
            "valid": [[step, round(1 - score, 4)] for step, score in self.history.scores],
        }


def train(
    recipe: Recipe,
    draw: Callable[[torch.Generator], Batch],
    score_of: Callable[[UNet], float],
    seed: int,
    title: str,
    weights: Tensor | None = None,
) -> Run:
    """Cross-entropy plus soft Dice, AdamW, warm-up and cosine; the weights best by `score_of` (small is good) stay.

    draw -> image (B, C, H, W), mask (B, H, W)   weights (K,) of the cross-entropy
    Products in bfloat16 with channels last: 1.8 times as fast on our machine. A run that was cut off goes on where it
    was, and one that is done is not done again.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    name = blake2b(f"{title} {recipe} {seed}".encode(), digest_size=6).hexdigest()
    keep = Path(tempfile.gettempdir()) / "neural-architectures" / f"segmentation-{name}.run"
    net = UNet(recipe.sizes).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    run = Run(net, recipe, seed, resumed=keep.exists())
    optimiser = torch.optim.AdamW(run.net.parameters(), lr=recipe.rate, weight_decay=1e-2)
    schedule = by_cosine(optimiser, max(1, recipe.steps // 10), recipe.steps)
    drops = torch.Generator().manual_seed(1000 + seed)

    def loss_of(net: nn.Module, batch: Batch) -> Tensor:
        assert isinstance(net, UNet)
        with torch.autocast("cpu", torch.bfloat16):
            features = net.encode(batch[0].contiguous(memory_format=torch.channels_last))
            if recipe.skip_drop:
                features = drop_skips(features, recipe.skip_drop, drops)
            scores = net.decode(features)
        scores = scores.float()
        return F.cross_entropy(scores, batch[1], weights) + soft_dice(scores.softmax(1), batch[1])

    def score(net: nn.Module) -> float:
        assert isinstance(net, UNet)
        return score_of(net)

    begun = time.process_time()
    run.history = fit(
        run.net, draw, loss_of, recipe.steps, optimiser, schedule=schedule, clip=1.0, score_of=score,
        look_every=recipe.look_every, keep=keep, keep_every=max(1, recipe.steps // 4), seed=seed, title=title,
    )  # fmt: skip
    run.cpu_seconds = time.process_time() - begun
    return run


@torch.no_grad()
def answer(net: UNet, images: Tensor, use: tuple[bool, ...] | None = None, at_once: int = 8) -> Tensor:
    """The likeliest class of every pixel.   images (N, C, H, W) -> (N, H, W)."""
    net.eval()
    return torch.cat([net.decode(net.encode(part), use).argmax(1) for part in images.split(at_once)])
