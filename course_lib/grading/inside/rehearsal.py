"""What every submission does, done once before any is there.

torch and Python set much up at first use, and a forked process that does so writes to memory it would otherwise share.
The warm parent goes through it all once; then a submission costs half the processor time.
"""

import socket
import sys
from typing import Any

import numpy as np
import torch

from course_lib.grading.inside.given import Through
from course_lib.grading.protocol.connection import Line

CELL = """
import math
import torch
import torch.nn.functional as F
from torch import nn

class Rehearsed(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.LayerNorm(3))

    def forward(self, x):
        return self.inner(x)

def answer(x, mask, size=3):
    steps = torch.arange(size)[:, None] - torch.arange(size)
    scores = x @ x.transpose(-2, -1) / math.sqrt(size) + steps.clamp(-1, 1)
    weights = scores.masked_fill(~mask & (steps >= 0), float("-inf")).softmax(dim=-1).nan_to_num()
    found = torch.einsum("ij,jk->ik", weights, x).clone()
    found[:, 0] = 0
    tiny = torch.finfo(x.dtype).tiny
    return found, -(weights * weights.clamp(min=tiny).log2()).sum(dim=-1), Rehearsed()(x.detach()), F.relu(x).mean()
"""


def rehearse(make: Any) -> None:
    """Serve a submission of our own. `make(line)` is what will serve the others."""
    ours, theirs = socket.socketpair()
    before, chance = sys.modules["__main__"], torch.get_rng_state()
    with ours, theirs:
        near, far = Line(ours), make(Line(theirs, trusts=True))
        x, mask = torch.eye(3), torch.ones(3, 3, dtype=torch.bool)
        time = {"seconds": 60.0, "wall": 60.0}
        call = {"do": "call", "options": {"mask": mask, "size": 3}, "seed": 0, "output": 1000, **time}
        for asked in (
            {"do": "run", "cells": [[CELL, True], ["import random", False]], "without": [], **time},
            {"do": "look", "name": "answer", "forbidden": []},
            {**call, "args": [x]},
            {**call, "args": [np.eye(3)]},  # this one fails
        ):
            near.say({**asked, "nonce": ""})
            far.answer(far.line.hear(far.given))
            near.hear()
    leaf = torch.ones(3, requires_grad=True)
    [given] = Through.apply(lambda slopes: [2 * slopes[0]], [leaf.detach()], leaf)
    torch.autograd.grad(torch.tanh(given).sum(), [leaf], allow_unused=True)
    sys.modules["__main__"] = before
    torch.set_rng_state(chance)
