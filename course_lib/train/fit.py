"""The one training loop of the course: draw a batch, measure the loss, step downhill, look up now and then."""

import copy
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from course_lib.former_names import former_keywords
from course_lib.train.checkpoint import load, save
from course_lib.train.progress_bar import ProgressBar


@dataclass
class History:
    """What happened: the loss of every step, the validation scores as (step, score), and why it ended."""

    losses: list[float] = field(default_factory=list)
    scores: list[tuple[int, float]] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = ""

    @property
    def best(self) -> tuple[int, float] | None:
        """Give the step and value of the lowest validation score, if any was taken."""
        return min(self.scores, key=lambda entry: entry[1], default=None)


@former_keywords(
    draw="sample_batch",
    loss_of="loss_fn",
    score_of="val_metric",
    look_every="eval_every",
    keep="checkpoint",
    keep_every="checkpoint_every",
)
def fit(
    model: nn.Module,
    sample_batch: Callable[[torch.Generator], Any],
    loss_fn: Callable[[nn.Module, Any], Tensor],
    steps: int,
    optimiser: Optimizer,
    *,
    schedule: LRScheduler | None = None,
    clip: float | None = None,
    val_metric: Callable[[nn.Module], float] | None = None,
    eval_every: int = 100,
    patience: int | None = None,
    checkpoint: Path | None = None,
    checkpoint_every: int = 100,
    seed: int = 0,
    title: str = "training",
) -> History:
    """Train in place, and return what happened.

    sample_batch(generator) -> a batch, using only the generator for chance; loss_fn(model, batch) -> a scalar.
    val_metric(model) -> a number to make small, taken every `eval_every` steps. With it the best weights are put back
    at the end, and `patience` looks without a better score end the run early.
    checkpoint: a file that holds the whole run every `checkpoint_every` steps. If it is there, the run goes on from it,
    step for step as if it had never stopped; delete it to start afresh. Gradients longer than `clip` are cut to it.
    Raises ValueError for a loss that is no longer a number, with the step at which that happened.
    """
    if steps < 1 or eval_every < 1 or checkpoint_every < 1:
        counts = f"steps {steps}, eval_every {eval_every} and checkpoint_every {checkpoint_every}"
        raise ValueError(f"{counts} must each be at least 1")
    chance, history, start = torch.Generator().manual_seed(seed), History(), 0
    best = copy.deepcopy(model.state_dict()) if val_metric else None
    parts: dict[str, Any] = {"model": model, "optimiser": optimiser, **({"schedule": schedule} if schedule else {})}
    if checkpoint is not None and checkpoint.exists():
        state = load(checkpoint)
        for name, part in parts.items():
            part.load_state_dict(state[name])
        chance.set_state(state["order"])
        best, start = state["best"], state["step"]
        history = History(**state["history"])
        history.scores = [(step, score) for step, score in history.scores]
    begun = time.perf_counter() - history.seconds

    with ProgressBar(steps, title, already=start) as bar:
        for step in range(start, steps):
            if history.stopped:
                break  # the kept run had already ended
            model.train()
            loss = loss_fn(model, sample_batch(chance))
            if not torch.isfinite(loss):
                raise ValueError(f"the loss became {loss.item()} at step {step}; try a smaller learning rate")
            optimiser.zero_grad()
            loss.backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimiser.step()
            if schedule is not None:
                schedule.step()
            history.losses.append(loss.item())
            last = step + 1 == steps
            if val_metric is not None and ((step + 1) % eval_every == 0 or last):
                best = _look(model, val_metric, history, step + 1, best)
                if patience is not None and _looks_since_best(history) >= patience:
                    history.stopped = f"no better score in {patience} looks"
            if last and not history.stopped:
                history.stopped = "all steps done"
            history.seconds = time.perf_counter() - begun
            if checkpoint is not None and ((step + 1) % checkpoint_every == 0 or history.stopped):
                states = {name: part.state_dict() for name, part in parts.items()}
                run = {"order": chance.get_state(), "best": best, "step": step + 1, "history": _as_plain(history)}
                save(checkpoint, {**states, **run})
            bar.advance(f"loss {loss.item():.3f}")
    if best is not None:
        model.load_state_dict(best)
    model.eval()
    return history


def _look(model: nn.Module, val_metric: Callable[[nn.Module], float], history: History, step: int, best: Any) -> Any:
    """Take the validation score, and return the weights that are best so far."""
    model.eval()
    with torch.no_grad():
        score = float(val_metric(model))
    better = history.best is None or score < history.best[1]
    history.scores.append((step, score))
    return copy.deepcopy(model.state_dict()) if better else best


def _looks_since_best(history: History) -> int:
    best = history.best
    return 0 if best is None else sum(step > best[0] for step, _ in history.scores)


def _as_plain(history: History) -> dict[str, Any]:
    plain = asdict(history)
    plain["scores"] = [list(entry) for entry in history.scores]
    return plain
