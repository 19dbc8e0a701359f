"""Week 7's model: letters in, sounds out, and nothing but attention between them.

Sizes   B batch   S letters   T sounds   D width   H heads
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_lib.former_names import former, former_attributes
from course_lib.layers.attention import MultiHeadAttention
from course_lib.layers.masks import causal_mask, padding_mask
from course_lib.layers.positions import sinusoids


@dataclass(frozen=True)
class AttentionSpellerConfig:
    """What the model is made of. Token 0 is padding on both sides."""

    source_tokens: int
    target_tokens: int
    width: int = 64
    heads: int = 4
    layers: int = 2
    longest: int = 32


@former_attributes(read="encoder", remember="self_attention", listen="cross_attention")
class AttentionSpeller(nn.Module):
    """Reads one sequence of symbols and writes another, one at a time, by attention alone.

    Every layer adds what it heard to what was there, so a letter never forgets itself. The sequence so far is read
    through a causal mask; each of its positions then asks the letters.
    source (B, S) and so_far (B, T), token ids with 0 for padding -> scores for the next token (B, T, target_tokens)
    layer(width, heads) makes each attention layer, so that a learner's own can be put in;
    positions (longest, D) is added to every sequence, sinusoids unless given.
    Source: the encoder and decoder of Vaswani et al. 2017 (arXiv:1706.03762), figure 1, without the feed-forward
    parts and without layer norm.
    """

    def __init__(
        self,
        sizes: AttentionSpellerConfig,
        layer: Callable[[int, int], nn.Module] = MultiHeadAttention,
        positions: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.sizes = sizes
        self.embed_source = nn.Embedding(sizes.source_tokens, sizes.width)
        self.embed_target = nn.Embedding(sizes.target_tokens, sizes.width)
        self.encoder = nn.ModuleList(layer(sizes.width, sizes.heads) for _ in range(sizes.layers))
        self.self_attention = nn.ModuleList(layer(sizes.width, sizes.heads) for _ in range(sizes.layers))
        self.cross_attention = nn.ModuleList(layer(sizes.width, sizes.heads) for _ in range(sizes.layers))
        self.to_scores = nn.Linear(sizes.width, sizes.target_tokens)
        self.positions: Tensor
        table = sinusoids(sizes.longest, sizes.width) if positions is None else positions
        self.register_buffer("positions", table, persistent=False)

    def encode(self, source: Tensor) -> Tensor:
        """Let the letters look at each other.   source (B, S) -> (B, S, D)."""
        real = padding_mask((source != 0).sum(dim=1), source.shape[1])
        x = self.embed_source(source) + self.positions[: source.shape[1]]
        for layer in self.encoder:
            heard, _ = layer(x, x, real)
            x = x + heard
        return x

    def decode(self, letters: Tensor, source: Tensor, so_far: Tensor) -> Tensor:
        """Score what comes after each position of `so_far`.   letters (B, S, D) -> (B, T, target_tokens)."""
        real = padding_mask((source != 0).sum(dim=1), source.shape[1])
        past = causal_mask(so_far.shape[1])[None]
        x = self.embed_target(so_far) + self.positions[: so_far.shape[1]]
        for self_attention, cross_attention in zip(self.self_attention, self.cross_attention, strict=True):
            heard, _ = self_attention(x, x, past)
            x = x + heard
            heard, _ = cross_attention(x, letters, real)
            x = x + heard
        return self.to_scores(x)

    def forward(self, source: Tensor, so_far: Tensor) -> Tensor:
        return self.decode(self.encode(source), source, so_far)


@torch.no_grad()
def greedy_decode(model: AttentionSpeller, source: Tensor, start: int, end: int, longest: int = 20) -> Tensor:
    """Write greedily: always the likeliest next token, until every sequence has said `end`.

    source (B, S) -> (B, T), without the start token; everything from the end token on is 0
    """
    letters = model.encode(source)
    so_far = torch.full((len(source), 1), start, dtype=torch.long)
    done = torch.zeros(len(source), dtype=torch.bool)
    for _ in range(longest):
        following = model.decode(letters, source, so_far)[:, -1].argmax(dim=-1)
        done = done | (following == end)
        so_far = torch.cat([so_far, following.masked_fill(done, 0)[:, None]], dim=1)
        if bool(done.all()):
            break
    return so_far[:, 1:]


__getattr__ = former(__name__, {"Sizes": "AttentionSpellerConfig", "write": "greedy_decode"})
