"""Everything a training run is, in one file: stop it anywhere and go on as if nothing had happened."""

import io
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch

from course_lib.paths import write_atomically

FORMAT = 1


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a run's state and the state of every source of chance. A kill in the middle leaves the old file whole."""
    chance = {"torch": torch.get_rng_state(), "python": random.getstate(), "numpy": np.random.get_state(legacy=True)}
    buffer = io.BytesIO()
    torch.save({"format": FORMAT, "chance": _plain(chance), **state}, buffer)
    write_atomically(path, buffer.getvalue())


def load(path: Path) -> dict[str, Any]:
    """Read a run's state and put every source of chance back where it was.

    Only plain data is read (`weights_only`), so a file from a stranger cannot run code.
    Raises ValueError when the file is not one of ours.
    """
    try:
        state = torch.load(path, weights_only=True)
    except Exception as error:
        raise ValueError(f"{path.name} is not a readable checkpoint ({error}); delete it to start afresh") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError(f"{path.name} is not a checkpoint of this course (format {FORMAT}); delete it to start afresh")
    chance = state.pop("chance")
    torch.set_rng_state(chance["torch"])
    version, internal, gauss = chance["python"]
    random.setstate((version, tuple(internal), gauss))
    name, keys, position, has_gauss, cached = chance["numpy"]
    np.random.set_state((name, np.array(keys, dtype=np.uint32), position, has_gauss, cached))
    return state


def _plain(value: Any) -> Any:
    """Tuples and arrays as lists, which load without trusting the file."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
