"""The Transformer: an encoder reads a sequence and a decoder writes another, by attention, feed-forward, sums, norms.

Sizes   B batch   S tokens read   T tokens written   D width   H heads   I inner width   L layers   V tokens there are
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from course_lib.former_names import former, former_attributes
from course_lib.layers.blocks import DecoderBlock, EncoderBlock, KVCache
from course_lib.layers.masks import causal_mask, padding_mask
from course_lib.layers.positions import sinusoids


@dataclass(frozen=True)
class TransformerConfig:
    """What the model is made of. Token 0 is padding on both sides; `layers` blocks read and as many write."""

    source_tokens: int
    target_tokens: int
    width: int = 64
    heads: int = 4
    inner: int = 256
    layers: int = 2
    order: str = "pre"
    dropout: float = 0.0
    longest: int = 64


class DecoderCache(NamedTuple):
    """All that `step` needs to write one token more: what was read, and what each block keeps."""

    memory: Tensor
    real: Tensor
    kept: tuple[KVCache, ...]
    written: int

    def rows(self, rows: Tensor) -> "DecoderCache":
        """Do the same for some of the sequences, in any order, each as often as wanted.   rows (B'), long."""
        kept = tuple(KVCache(*(part[rows] for part in each)) for each in self.kept)
        return DecoderCache(self.memory[rows], self.real[rows], kept, self.written)


def shift_right(target: Tensor, start: int) -> Tensor:
    """Give what the decoder has heard before it says each token: start first, all one step later, the last dropped.

    target (B, T) -> (B, T)
    Source: Vaswani et al. 2017 (arXiv:1706.03762), "outputs (shifted right)" in figure 1.
    """
    return torch.cat([torch.full_like(target[:, :1], start), target[:, :-1]], dim=1)


@former_attributes(read="encoder", write="decoder", read_norm="encoder_norm", write_norm="decoder_norm")
class Transformer(nn.Module):
    """Reads one sequence of tokens and writes another, one token at a time.

    source (B, S) and so_far (B, T), token ids with 0 for padding -> scores for the next token (B, T, target_tokens)
    wire_encoder, wire_decoder   your own functions with the arguments of `layers.blocks.pre_norm_encoder` and
                                 `pre_norm_decoder`, in place of those that `sizes.order` names
    Embeddings start with spread 1, which is what the paper's factor sqrt(D) is for. Pre-norm needs one more norm at
    the end, because nothing else ever brings the running sum back to spread 1.
    Raises ValueError for a sequence longer than `sizes.longest`.
    Source: Vaswani et al. 2017 (arXiv:1706.03762), figure 1.
    """

    def __init__(
        self,
        sizes: TransformerConfig,
        wire_encoder: Callable[..., Tensor] | None = None,
        wire_decoder: Callable[..., Tensor] | None = None,
    ) -> None:
        super().__init__()
        self.sizes, each = sizes, range(sizes.layers)
        width, made_of = sizes.width, (sizes.width, sizes.heads, sizes.inner)
        self.embed_source = nn.Embedding(sizes.source_tokens, width)
        self.embed_target = nn.Embedding(sizes.target_tokens, width)
        self.encoder = nn.ModuleList(EncoderBlock(*made_of, wire_encoder or sizes.order, sizes.dropout) for _ in each)
        blocks = [DecoderBlock(*made_of, wire_decoder or sizes.order, sizes.dropout) for _ in each]
        self.decoder = cast(Sequence[DecoderBlock], nn.ModuleList(blocks))
        self.encoder_norm = nn.LayerNorm(width) if sizes.order == "pre" else nn.Identity()
        self.decoder_norm = nn.LayerNorm(width) if sizes.order == "pre" else nn.Identity()
        self.to_scores = nn.Linear(width, sizes.target_tokens)
        self.drop = nn.Dropout(sizes.dropout)
        self.positions: Tensor
        self.register_buffer("positions", sinusoids(sizes.longest, width), persistent=False)

    def encode(self, source: Tensor) -> Tensor:
        """Let the tokens read each other.   source (B, S) -> memory (B, S, D)."""
        real = padding_mask((source != 0).sum(dim=1), source.shape[1])
        x = self._place(self.embed_source(source))
        for block in self.encoder:
            x = block(x, real)
        return self.encoder_norm(x)

    def decode(self, memory: Tensor, source: Tensor, so_far: Tensor) -> Tensor:
        """Score what comes after each position of `so_far`.   memory (B, S, D) -> (B, T, target_tokens)."""
        real = padding_mask((source != 0).sum(dim=1), source.shape[1])
        past = causal_mask(so_far.shape[1])[None]
        x = self._place(self.embed_target(so_far))
        for block in self.decoder:
            x = block(x, memory, past, real)
        return self.to_scores(self.decoder_norm(x))

    def forward(self, source: Tensor, so_far: Tensor) -> Tensor:
        return self.decode(self.encode(source), source, so_far)

    def start(self, source: Tensor) -> DecoderCache:
        """Read, and keep what every step will need.   source (B, S)."""
        memory = self.encode(source)
        real = padding_mask((source != 0).sum(dim=1), source.shape[1])
        return DecoderCache(memory, real, tuple(block.start_cache(memory) for block in self.decoder), 0)

    def step(self, cache: DecoderCache, token: Tensor) -> tuple[Tensor, DecoderCache]:
        """Say one token more, and hear what may follow; equal to the last row of `decode`.

        token (B), first the start token -> scores of the next token (B, target_tokens), and the longer cache
        """
        x, grown = self._place(self.embed_target(token[:, None]), cache.written), []
        for block, kept in zip(self.decoder, cache.kept, strict=True):
            x, longer = block.step(x, cache.memory, cache.real, kept)
            grown.append(longer)
        scores = self.to_scores(self.decoder_norm(x))[:, 0]
        return scores, DecoderCache(cache.memory, cache.real, tuple(grown), cache.written + 1)

    def _place(self, x: Tensor, first: int = 0) -> Tensor:
        last = first + x.shape[1]
        if last > self.sizes.longest:
            raise ValueError(f"a sequence of {last} tokens is longer than longest={self.sizes.longest}")
        return self.drop(x + self.positions[first:last])


@torch.no_grad()
def greedy_decode(model: Transformer, source: Tensor, start: int = 1, end: int = 2, longest: int = 32) -> Tensor:
    """Write greedily with the cache: always the likeliest next token, until every sequence has said `end`.

    source (B, S) -> (B, T), without the start token; everything from the end token on is 0
    """
    cache, token = model.start(source), torch.full((len(source),), start, dtype=torch.long)
    done, said = torch.zeros(len(source), dtype=torch.bool), []
    for _ in range(longest):
        scores, cache = model.step(cache, token)
        token = scores.argmax(dim=-1)
        done = done | (token == end)
        said.append(token.masked_fill(done, 0))
        if bool(done.all()):
            break
    return torch.stack(said, dim=1)


__getattr__ = former(__name__, {"Sizes": "TransformerConfig", "write": "greedy_decode", "Cache": "DecoderCache"})
