"""Our Denoiser's parameters beside those of diffusers' UNet2DModel, and that model built to the same sizes."""

from typing import Any

from torch import nn

from course_lib.models.denoiser import Denoiser, DenoiserConfig
from tests.layers.torch_weights import Pair, alike


def twin(sizes: DenoiserConfig) -> Any:
    """A UNet2DModel of the same sizes; patches are folded before it, as we do inside."""
    from diffusers import UNet2DModel

    levels = len(sizes.mults)
    pixels = sizes.channels * sizes.patch**2
    widths = [sizes.width * mult for mult in sizes.mults]
    return UNet2DModel(
        in_channels=pixels, out_channels=pixels * (1 + sizes.learns_variance), block_out_channels=widths,
        layers_per_block=sizes.blocks, norm_num_groups=8, attention_head_dim=widths[-1] // max(sizes.heads, 1),
        add_attention=sizes.heads > 0, num_class_embeds=sizes.labels + 1 if sizes.labels else None,
        down_block_types=("DownBlock2D",) * levels, up_block_types=("UpBlock2D",) * levels,
    )  # fmt: skip


def pairs(ours: Denoiser, theirs: Any) -> list[Pair]:
    """Every parameter of ours with its counterpart."""
    found = alike(ours.time[0], theirs.time_embedding.linear_1) + alike(ours.time[2], theirs.time_embedding.linear_2)
    if ours.label is not None:
        found.append((ours.label.weight, theirs.class_embedding.weight, None))
    found += alike(ours.enter, theirs.conv_in) + alike(ours.norm, theirs.conv_norm_out)
    found += alike(ours.leave, theirs.conv_out)
    for blocks, their_blocks in ((ours.down, theirs.down_blocks), (ours.up, theirs.up_blocks)):
        for level, its in zip(blocks, their_blocks, strict=True):
            for block, resnet in zip(level, its.resnets, strict=True):  # type: ignore[arg-type]
                found += _block(block, resnet)
    for conv, its in zip(ours.shrink, theirs.down_blocks, strict=False):  # the last level has none
        found += alike(conv, its.downsamplers[0].conv)
    for conv, its in zip(ours.grow, theirs.up_blocks, strict=False):
        found += alike(conv, its.upsamplers[0].conv)
    middle = theirs.mid_block
    found += _block(ours.middle_in, middle.resnets[0]) + _block(ours.middle_out, middle.resnets[1])
    if ours.sizes.heads:
        mine, its = ours.attend.attention, middle.attentions[0]
        found += alike(ours.attend.norm, its.group_norm) + alike(mine.to_out, its.to_out[0])
        found += [p for name in ("to_q", "to_k", "to_v") for p in alike(getattr(mine, name), getattr(its, name))]
    missing = sum(p.numel() for p in ours.parameters()) - sum(mine.numel() for mine, _, _ in found)
    spare = sum(p.numel() for p in theirs.parameters()) - sum(its.numel() for _, its, _ in found)
    assert (missing, spare) == (0, 0), f"{missing} of our numbers and {spare} of theirs have no partner"
    return found


def _block(ours: nn.Module, theirs: Any) -> list[Pair]:
    names = {
        "norm_in": "norm1",
        "conv_in": "conv1",
        "to_time": "time_emb_proj",
        "norm_out": "norm2",
        "conv_out": "conv2",
    }
    found = [p for mine, its in names.items() for p in alike(getattr(ours, mine), getattr(theirs, its))]
    return found + (alike(ours.shortcut, theirs.conv_shortcut) if isinstance(ours.shortcut, nn.Conv2d) else [])
