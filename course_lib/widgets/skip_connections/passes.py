"""Run a U-Net for every state of its skips, and keep what an explorer shows.

Sizes   B images   C channels   K classes   S states a skip has   D depth: how many skips
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_lib.viz.record import record
from course_lib.widgets.skip_connections.bundle import MOST_DEPTH, OFF, SWAPPED, WORDS, BadSkips, Maps, Skips

MOST_SEEN, MOST_GROWN = 128, 64  # pixels a side of the maps shown, encoder and decoder: of larger ones every second
ENCODER_CHANNELS = (4, 4, 6, 6, 6)  # how many are shown, finest level first
DECODER_CHANNELS = (2, 3, 5, 6)  # fewer where every state of the skips has maps of its own


def skips_of(
    model: Any,
    images: Tensor,
    truths: Any = None,
    names: Sequence[str] = (),
    *,
    titles: Sequence[str] | None = None,
    others: Sequence[int] | None = None,
    watch: Sequence[nn.Module] | None = None,
) -> list[Skips]:
    """A bundle for each image of a batch, from a model with `encode(x)` and `decode(features, use)`.

    images (B, C, H, W)   truths (B, H, W) or None   names: one a class   titles: one an image
    others: for each image the one whose features swapped skips carry; None: the next one, and the first after the last
    watch: the module of each decoder level, finest first; None: `model.up`, which grows from the coarsest
    """
    several = images.shape[0] if images.ndim == 4 else 0
    if others is None:
        others = [(image + 1) % several for image in range(several)] if several > 1 else []
    if watch is None:
        watch = list(reversed(list(getattr(model, "up", []))))
    trained = getattr(model, "training", False)
    if trained:
        model.eval()  # batch norm and dropout as in use, whatever was being trained
    try:
        return run(model.encode, model.decode, images, truths, names, titles=titles, others=others, watch=watch)
    finally:
        if trained:
            model.train()


def skips_of_one(
    encode: Callable[..., Any],
    decode: Callable[..., Any],
    image: Tensor,
    *,
    truth: Any = None,
    names: Sequence[str] = (),
    other: Tensor | None = None,
    name: str = "",
    other_name: str = "another picture",
    watch: Sequence[nn.Module] = (),
) -> Skips:
    """The bundle of one image (C, H, W), from a model's two functions.

    encode: (1, C, H, W) -> features, finest first   decode: features, use -> scores (1, K, H, W)
    other (C, H, W), of the same size, lends its features to swapped skips   watch: decoder's modules, finest first
    """
    batch = torch.stack([image] if other is None else [image, other])
    truths = None if truth is None else [truth] * len(batch)
    others = [] if other is None else [1, 0]
    titles = [name, other_name][: len(batch)]
    return run(encode, decode, batch, truths, names, titles=titles, others=others, watch=watch)[0]


@torch.no_grad()
def run(
    encode: Callable[..., Any],
    decode: Callable[..., Any],
    images: Tensor,
    truths: Any,
    names: Sequence[str],
    *,
    titles: Sequence[str] | None,
    others: Sequence[int],
    watch: Sequence[nn.Module],
) -> list[Skips]:
    """All states of all images. Raises BadSkips when the pieces do not fit."""
    if images.ndim != 4:
        raise BadSkips(f"images have shape {tuple(images.shape)}; (B, C, H, W) would fit")
    for what, each in {"truths": truths, "titles": titles, "others": others or None}.items():
        if each is not None and len(each) != len(images):
            raise BadSkips(f"{len(each)} {what} for {len(images)} images")
    features = list(encode(images))
    depth = len(features) - 1
    if not 1 <= depth <= MOST_DEPTH:
        raise BadSkips(f"encode gave {len(features)} features; 2 to {MOST_DEPTH + 1} would be 1 to {MOST_DEPTH} skips")
    if watch and len(watch) != depth:
        raise BadSkips(f"{len(watch)} modules to watch for {depth} decoder levels")
    kinds = len(WORDS) if others else SWAPPED
    lent = [feature[list(others)] for feature in features] if others else features
    masks: list[Tensor] = []
    grown: list[dict[tuple[int, ...], Tensor]] = [{} for _ in watch]  # level l depends on the skips from l on
    for state in product(range(kinds), repeat=depth):
        mixed = [lent[i] if kind == SWAPPED else features[i] for i, kind in enumerate(state)]
        with record(nn.ModuleList(watch)) as seen:
            scores = decode([*mixed, features[-1]], tuple(kind != OFF for kind in state))
        if len(names) != scores.shape[1]:
            raise BadSkips(f"{len(names)} class names for scores of {scores.shape[1]} classes")
        masks.append(scores.argmax(1).byte())
        for level, states in enumerate(grown):
            if state[level:] not in states:
                states[state[level:]] = seen[str(level)].output
    called = list(titles or [f"image {b}" for b in range(len(images))])
    front = (kinds,) * depth
    return [
        Skips(
            picture=picture_of(images[b]),
            masks=torch.stack(masks)[:, b].unflatten(0, front).numpy(),
            names=names,
            encoder=[varied(level[b], ENCODER_CHANNELS[min(i, 3)], MOST_SEEN) for i, level in enumerate(features)],
            decoder=[
                varied(stacked([maps[b] for maps in states.values()], front[i:]), DECODER_CHANNELS[i], MOST_GROWN)
                for i, states in enumerate(grown)
            ],
            truth=None if truths is None else truths[b],
            other=picture_of(images[others[b]]) if others else None,
            other_name=called[others[b]] if others else "",
            name=called[b],
        )
        for b in range(len(images))
    ]


def picture_of(image: Tensor) -> np.ndarray:
    """An image (C, H, W) as a picture: three channels are colours, of any other number the first is shown in grey."""
    values = image.detach().cpu().float().numpy()
    shown = np.moveaxis(values, 0, -1) if len(values) == 3 else values[0]
    low, high = float(shown.min()), float(shown.max())
    if low >= 0 and high <= 1:
        return shown
    return (shown - low) / ((high - low) or 1)


def stacked(each: list[Tensor], front: tuple[int, ...]) -> Tensor:
    """The maps of all states, with an axis for each skip in front."""
    return torch.stack(each).unflatten(0, front)


def varied(maps: Tensor, most: int, side: int) -> Maps:
    """The channels of (..., C, h, w) that vary most, in order; of larger maps every second pixel, or third."""
    values = maps.detach().cpu().float()
    stride = -(-max(values.shape[-2:]) // side)
    spread = values.movedim(-3, 0).flatten(1).std(1, correction=0)
    channels = spread.argsort(descending=True, stable=True)[:most].sort().values
    shown = values[..., channels, ::stride, ::stride]
    return Maps(shown.numpy(), tuple(channels.tolist()), (values.shape[-3], values.shape[-2], values.shape[-1]))
