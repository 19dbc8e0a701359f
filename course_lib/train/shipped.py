"""Trained weights that come with the course, each with the facts of its training.

`course_lib/assets/w08/speller.pt` is read by `shipped("w08/speller")`; beside it stands `speller.json`.
"""

import io
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.errors import CourseError
from course_lib.paths import write_atomically

ASSETS = Path(__file__).parent.parent / "assets"


class CheckpointMissing(CourseError):
    """Trained weights are not there; the message says which and how to make them."""


def ship(name: str, model: nn.Module, *, half: bool = False, folder: Path = ASSETS, **facts: Any) -> Path:
    """Write a model's weights to `folder/name.pt`, and what is known of its training to `folder/name.json`.

    half    store 2 bytes a number: measure the score again on the rounded weights (`rounded`) before you say so
    facts   plain data: the command that makes it, seed, sizes, seconds, the training curve, the scores
    -> the file of the weights
    """
    file = folder / f"{name}.pt"
    file.parent.mkdir(parents=True, exist_ok=True)
    state = {key: value.half() if half and value.is_floating_point() else value for key, value in _state(model).items()}
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_atomically(file, buffer.getvalue())
    write_atomically(file.with_suffix(".json"), json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    return file


def shipped(name: str, folder: Path = ASSETS) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Load the weights for `load_state_dict`, as float32, and the facts.

    Only plain data is read (`weights_only`). Raises CheckpointMissing with the names there are.
    """
    file = folder / f"{name}.pt"
    if not file.is_file() or not file.with_suffix(".json").is_file():
        there = sorted(each.relative_to(folder).with_suffix("").as_posix() for each in folder.glob("*/*.pt"))
        made = "; `python -m training.NAME` in a source checkout trains it"
        raise CheckpointMissing(f"no trained weights called {name!r}; there are {', '.join(there) or 'none'}{made}")
    facts = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    state = torch.load(file, weights_only=True, map_location="cpu")
    return {key: value.float() if value.is_floating_point() else value for key, value in state.items()}, facts


def rounded(model: nn.Module) -> nn.Module:
    """Round a model's weights in place to what half precision can hold.   -> the same model, for measuring again."""
    with torch.no_grad():
        for value in _state(model).values():
            if value.is_floating_point():
                value.copy_(value.half().float())
    return model


def _state(model: nn.Module) -> dict[str, Tensor]:
    return dict(model.state_dict())
