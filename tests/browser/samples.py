"""Real attention to look at: torch's own MultiheadAttention with fixed seeds, one sample a kind."""

import math
from typing import Any

import numpy as np
import torch
from torch import nn

from course_lib.widgets.attention import Attention

SENTENCE = ["the", "cat", "that", "the", "dog", "chased", "sat", "on"]
SENTENCE += ["the", "warm", "mat", "because", "it", "was", "tired"]
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
ALIGNED = [
    "MKVLAAGIVG-LPELKKA",
    "MKVLSAGIVGALPEIKKA",
    "MRILAAGLVG-MPELRKA",
    "MKALTSGIIGSLPDLKQA",
    "-KVLAGGVVG-LPELKNS",
    "MKTLAAGIAGTLPEIRKA",
]


def passes(
    layers: int,
    heads: int,
    target: int,
    source: int | None = None,
    mask: Any = None,
    seed: int = 0,
    sharp: float = 2.4,
) -> torch.Tensor:
    """Weights (L, H, T, S) of random attention layers on random inputs with positions; mask True = may look."""
    torch.manual_seed(seed)
    width = 8 * heads
    wave = torch.arange(max(target, source or 0))[:, None] / torch.logspace(0, 2, width // 2)
    places = torch.cat([wave.sin(), wave.cos()], -1)
    x = (torch.randn(target, width) * 0.6 + places[:target])[None]
    y = x if source is None else (torch.randn(source, width) * 0.6 + places[:source])[None]
    found = []
    for _ in range(layers):
        layer = nn.MultiheadAttention(width, heads, batch_first=True)
        with torch.no_grad():
            layer.in_proj_weight.mul_(sharp)
        forbidden = None if mask is None else ~torch.as_tensor(mask)
        out, weights = layer(x, y, y, need_weights=True, average_attn_weights=False, attn_mask=forbidden)
        found.append(weights[0])
        if source is None:
            x = y = (x + out).detach()
    return torch.stack(found).detach()


def text(layers: int = 2, heads: int = 4) -> Attention:
    """A sentence read left to right, two padded places at its end."""
    words = [*SENTENCE, "pad", "pad"]
    size = len(words)
    causal = torch.ones(size, size, dtype=torch.bool).tril()
    padding = (torch.arange(size) < len(SENTENCE)).expand(size, size)
    return Attention(
        passes(layers, heads, size, mask=causal & padding),
        words,
        unmasked=passes(layers, heads, size),
        masks={"causal": causal, "padding": padding},
        title="Who listens to whom in a sentence",
    )


def letters(word: str = "attention") -> Attention:
    """A word letter by letter."""
    size = len(word)
    causal = torch.ones(size, size, dtype=torch.bool).tril()
    weights, free = passes(2, 3, size, mask=causal), passes(2, 3, size)
    return Attention(weights, list(word), unmasked=free, masks={"causal": causal}, title=f"The letters of “{word}”")


def smiles(string: str = ASPIRIN) -> Attention:
    """A molecule, character by character."""
    return Attention(
        passes(2, 4, len(string), seed=3),
        list(string),
        kind="smiles",
        context=string,
        title="Aspirin, letter by letter",
    )


def alignment() -> Attention:
    """The columns of an alignment."""
    width = len(ALIGNED[0])
    weights = passes(3, 4, width, seed=2)
    return Attention(weights, list(ALIGNED[0]), kind="alignment", context=ALIGNED, title="Columns of an alignment")


def image() -> Attention:
    """Patches of a small picture: a bright disc and a bar on a slope of grey, cut 8 x 8."""
    y, x = np.mgrid[0:64, 0:64] / 63
    disc = ((x - 0.35) ** 2 + (y - 0.4) ** 2 < 0.06) * 0.6
    bar = (abs(x - 0.78) < 0.07) * (y > 0.25) * 0.5
    colours = np.stack([0.2 + 0.2 * y + disc, 0.2 + 0.25 * x + bar, 0.3 + 0.2 * (1 - y) + 0.5 * disc], -1).clip(0, 1)
    labels = [f"{row},{column}" for row in range(8) for column in range(8)]
    return Attention(
        passes(2, 4, 64, seed=5, sharp=3), labels, kind="image", context=colours, title="Patches of a picture"
    )


def large() -> Attention:
    """The size of the payload bar: 4 layers, 12 heads, 32 tokens, with and without its mask."""
    words = [f"w{i}" for i in range(32)]
    causal = torch.ones(32, 32, dtype=torch.bool).tril()
    return Attention(passes(4, 12, 32, mask=causal), words, unmasked=passes(4, 12, 32), masks={"causal": causal})


def even(size: int) -> Attention:
    """Every answer weighs the same: entropy log2(size)."""
    weights = np.full((1, 1, size, size), 1 / size)
    assert math.isclose(weights[0, 0, 0].sum(), 1)
    return Attention(weights, [f"t{i}" for i in range(size)])


KINDS = {"text": text, "smiles": smiles, "alignment": alignment, "image": image}
