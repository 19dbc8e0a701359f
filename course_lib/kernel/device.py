"""Which processor the course computes on."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def pick_device() -> "torch.device":
    """The CPU, unless COURSE_DEVICE names another one that is present (`cuda`, `mps`).

    The small models of a lecture run faster on a CPU than their transfer to an accelerator would take.
    Raises ValueError when the named device is not there.
    """
    import torch

    name = os.environ.get("COURSE_DEVICE", "cpu")
    here = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not here.get(name.split(":")[0], False):
        there = ", ".join(kind for kind, present in here.items() if present)
        raise ValueError(f"COURSE_DEVICE={name!r} is not available here; this machine has: {there}")
    return torch.device(name)
