"""The denoiser's block: torch's own operators in the same order, and that the time is heard."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.layers.time_block import TimeBlock


def block_of(channels_in: int, channels_out: int) -> TimeBlock:
    """A block whose weights are all drawn: no gain is 1, no bias 0."""
    block = TimeBlock(channels_in, channels_out, 11)
    for parameter in block.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return block


@pytest.mark.parametrize(("channels_in", "channels_out"), [(16, 24), (24, 24)])
def test_it_is_norm_silu_conv_twice_with_the_time_between(channels_in: int, channels_out: int) -> None:
    block, x, time = block_of(channels_in, channels_out), torch.randn(3, channels_in, 5, 7), torch.randn(3, 11)
    weights = dict(block.named_parameters())

    def part(name: str, h: Tensor) -> Tensor:
        normed = F.group_norm(h, 8, weights[f"norm_{name}.weight"], weights[f"norm_{name}.bias"])
        active = normed * torch.sigmoid(normed)
        return F.conv2d(active, weights[f"conv_{name}.weight"], weights[f"conv_{name}.bias"], padding=1)

    spoken = (time * torch.sigmoid(time)) @ weights["to_time.weight"].T + weights["to_time.bias"]
    added = part("out", part("in", x) + spoken[:, :, None, None])
    short = x
    if channels_in != channels_out:
        short = torch.einsum("bchw,mc->bmhw", x, weights["shortcut.weight"][:, :, 0, 0])
        short = short + weights["shortcut.bias"][:, None, None]
    torch.testing.assert_close(block(x, time), short + added, atol=1e-5, rtol=1e-5)


def test_another_time_is_another_answer_for_that_sample_alone() -> None:
    block, x, time = block_of(16, 24), torch.randn(3, 16, 5, 7), torch.randn(3, 11)
    later = time.clone()
    later[1] += 1
    moved = (block(x, later) - block(x, time)).abs().amax((1, 2, 3))
    assert moved[1] > 0.01
    assert moved[[0, 2]].max() == 0


@pytest.mark.parametrize(("channels", "groups"), [(12, 4), (5, 1), (40, 8)])
def test_the_groups_divide_the_channels(channels: int, groups: int) -> None:
    block = block_of(channels, 8)
    assert block.norm_in.num_groups == groups
    assert block(torch.randn(1, channels, 3, 5), torch.randn(1, 11)).shape == (1, 8, 3, 5)
