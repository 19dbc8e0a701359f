"""The moving average of a network's weights, which predicts and samples better than the weights of any one step."""

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from course_lib.errors import CourseError
from course_lib.former_names import former, former_attributes

Network = TypeVar("Network", bound=nn.Module)


@former_attributes(follow="update", keep="decay")
class EMA(nn.Module, Generic[Network]):
    """A network that trains and, beside it, the slow average of its weights; saved and resumed together.

    decay  the share of the average that stays at each step, 0 <= decay < 1; 0.999 forgets half of its past in 700 steps
    early  keep only (1 + n) / (10 + n) at step n while that is less, so that the start is forgotten sooner

    Buffers, such as the statistics of a batch norm, are not averaged: the average has the network's own.
    Train `network`, call `update` once a step, keep `average`. Raises CourseError for a decay that is no such share.
    Source: Polyak and Juditsky 1992, Acceleration of stochastic approximation by averaging; with weights that fall off
    as Ho et al. 2020 use it (arXiv:2006.11239, appendix B).
    """

    def __init__(self, network: Network, decay: float = 0.999, *, early: bool = False) -> None:
        super().__init__()
        if not 0 <= decay < 1:
            raise CourseError(f"decay={decay} is no share that stays; it should be 0 (no average) or more, and below 1")
        self.network = network
        self.average = copy.deepcopy(network).requires_grad_(False)
        self.decay = decay
        self.early = early
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.steps: Tensor

    @torch.no_grad()
    def update(self) -> None:
        """Let the average follow the network by one step; the first call takes the weights as they are."""
        done = int(self.steps)
        decay = min(self.decay, (1 + done) / (10 + done)) if self.early else self.decay
        for slow, fast in zip(self.average.parameters(), self.network.parameters(), strict=True):
            slow.lerp_(fast, 1 - decay if done else 1)
        for kept, current in zip(self.average.buffers(), self.network.buffers(), strict=True):
            kept.copy_(current)
        self.steps += 1


__getattr__ = former(__name__, {"Averaged": "EMA"})
