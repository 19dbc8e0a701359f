"""Our encoder block beside torch's: the same weights, forward and backward in training mode."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_lib.layers.blocks import EncoderBlock
from tests.benchmarks.stopwatch import Case
from tests.layers.torch_weights import pairs

BATCH, WIDTH, HEADS, INNER = 8, 256, 8, 1024


def passes(module: Callable[[Tensor], Tensor], x: Tensor) -> Callable[[], None]:
    """Forward and backward once."""

    def once() -> None:
        module(x).sum().backward()

    return once


def cases() -> list[Case]:
    """Two lengths, pre-norm, no dropout; ours fused as it trains, and with the weights kept as it is looked at."""
    found = []
    for length in (128, 512):
        ours = EncoderBlock(WIDTH, HEADS, INNER)
        watched = EncoderBlock(WIDTH, HEADS, INNER)
        watched.load_state_dict(ours.state_dict())
        # what `record` does: ask the attention for its weights all the same
        watched.self_attention.register_forward_pre_hook(
            lambda _, args, named: (args, {**named, "weights": True}), with_kwargs=True
        )
        theirs = nn.TransformerEncoderLayer(WIDTH, HEADS, INNER, 0.0, batch_first=True, norm_first=True).train()
        with torch.no_grad():
            for mine, its, rows in pairs(ours, theirs):
                (its if rows is None else its[rows]).copy_(mine)
        x = torch.randn(BATCH, length, WIDTH, requires_grad=True)
        torch.testing.assert_close(ours(x), theirs(x), atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(ours(x), watched(x), atol=1e-5, rtol=1e-5)
        modules = {"nn.TransformerEncoderLayer": theirs, "ours": ours, "ours, weights kept": watched}
        ways = {name: passes(module, x) for name, module in modules.items()}
        found.append(Case(f"encoder block B{BATCH} T{length} D{WIDTH} H{HEADS}", ways))
    return found
