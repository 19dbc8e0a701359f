"""The whole machine equals torch's, cannot cheat, and writes the same with a cache as without."""

import pytest
import torch
from torch import nn

from course_lib.layers.blocks import pre_norm_decoder, pre_norm_encoder
from course_lib.layers.masks import causal_mask
from course_lib.models.transformer import Transformer, TransformerConfig, greedy_decode, shift_right
from course_lib.viz.record import record
from tests.layers.torch_weights import assert_same_gradients, copy, pairs

SIZES = TransformerConfig(source_tokens=9, target_tokens=13, width=18, heads=3, inner=7, layers=2)
SOURCE, SO_FAR = torch.tensor([[3, 4, 5, 2], [6, 2, 0, 0]]), torch.tensor([[1, 5, 6, 7, 8], [1, 3, 3, 4, 12]])
ORDERS = pytest.mark.parametrize("order", ["pre", "post"])


def model(order: str = "pre") -> Transformer:
    return Transformer(TransformerConfig(**{**vars(SIZES), "order": order})).eval()


@ORDERS
def test_it_equals_torchs_transformer(order: str) -> None:
    ours, pre = model(order), order == "pre"
    theirs = nn.Transformer(18, 3, 2, 2, 7, 0.0, batch_first=True, norm_first=pre)
    found = [p for a, b in zip(ours.encoder, theirs.encoder.layers, strict=True) for p in pairs(a, b)]
    found += [p for a, b in zip(ours.decoder, theirs.decoder.layers, strict=True) for p in pairs(a, b)]
    if pre:
        found += [(ours.encoder_norm.weight, theirs.encoder.norm.weight, None)]
        found += [(ours.decoder_norm.weight, theirs.decoder.norm.weight, None)]
    else:  # torch ends with a norm in both orders; the paper's post-norm has none there
        theirs.encoder.norm = theirs.decoder.norm = None
    copy(found)
    pad = SOURCE == 0
    x, y = ours.embed_source(SOURCE) + ours.positions[:4], ours.embed_target(SO_FAR) + ours.positions[:5]
    masks = {"tgt_mask": ~causal_mask(5), "src_key_padding_mask": pad, "memory_key_padding_mask": pad}
    wanted = ours.to_scores(theirs(x.detach(), y.detach(), **masks))
    scores = ours(SOURCE, SO_FAR)
    torch.testing.assert_close(scores, wanted, atol=1e-5, rtol=1e-5)
    scores.square().mean().backward()
    wanted.square().mean().backward()
    assert_same_gradients(found)


@ORDERS
def test_one_token_at_a_time_equals_all_at_once(order: str) -> None:
    speller = model(order)
    with torch.no_grad():
        wanted, cache = speller(SOURCE, SO_FAR), speller.start(SOURCE)
        for t in range(5):
            scores, cache = speller.step(cache, SO_FAR[:, t])
            torch.testing.assert_close(scores, wanted[:, t], atol=1e-5, rtol=1e-5)


def test_a_cache_can_be_reordered_as_a_beam_needs_it() -> None:
    speller, rows = model(), torch.tensor([1, 0, 1])
    with torch.no_grad():
        _, cache = speller.step(speller.start(SOURCE), SO_FAR[:, 0])
        scores, _ = speller.step(cache.rows(rows), SO_FAR[rows, 1])
        torch.testing.assert_close(scores, speller(SOURCE, SO_FAR[:, :2])[rows, 1], atol=1e-5, rtol=1e-5)


@ORDERS
def test_what_is_yet_to_be_written_changes_nothing(order: str) -> None:
    speller, changed = model(order), SO_FAR.clone()
    changed[:, 3:] = 9
    a, b = speller(SOURCE, SO_FAR), speller(SOURCE, changed)
    assert torch.equal(a[:, :3], b[:, :3])
    assert not torch.allclose(a[:, 3:], b[:, 3:])


def test_padding_changes_nothing() -> None:
    speller = model()
    torch.testing.assert_close(speller(SOURCE[1:, :2], SO_FAR[1:]), speller(SOURCE, SO_FAR)[1:])


def test_shift_right() -> None:
    target = torch.tensor([[5, 6, 2], [7, 2, 0]])
    assert shift_right(target, 1).tolist() == [[1, 5, 6], [1, 7, 2]]


def test_writing_follows_the_likeliest_token() -> None:
    speller = model()
    nn.init.normal_(speller.to_scores.bias, std=2.0)
    written = greedy_decode(speller, SOURCE, longest=6)
    with torch.no_grad():
        for row, source in zip(written, SOURCE, strict=True):
            likeliest = speller(source[None], torch.cat([torch.tensor([1]), row])[None])[0].argmax(-1)[: len(row)]
            stop = (likeliest == 2).nonzero()[:1].flatten().tolist() or [len(row)]
            assert torch.equal(likeliest[: stop[0]], row[: stop[0]])
            assert (row[stop[0] :] == 0).all()


def test_writing_ends_when_every_sequence_has_ended() -> None:
    speller = model()
    with torch.no_grad():
        speller.to_scores.bias[2] = 50.0
    assert greedy_decode(speller, SOURCE, longest=6).tolist() == [[0], [0]]


def test_a_recording_sees_the_true_weights_of_the_fast_way() -> None:
    speller = model()
    with torch.no_grad(), record(speller) as seen:
        scores = speller(SOURCE, SO_FAR)
    torch.testing.assert_close(scores, speller(SOURCE, SO_FAR))
    assert seen.stack("encoder", item=1).shape == (2, 3, 4, 4)
    weights = seen.stack("cross_attention", item=1)
    assert weights.shape == (2, 3, 5, 4)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, 5))
    assert (weights[..., 2:] == 0).all(), "padding was attended to"
    past = [seen.stack(f"decoder.{block}.self_attention") for block in range(2)]
    assert [each.shape for each in past] == [(1, 3, 5, 5)] * 2
    assert all((each.triu(1) == 0).all() for each in past), "the future was attended to"


def test_a_learners_own_wiring_runs_in_the_model_also_with_the_cache() -> None:
    calls = []

    def mine(*parts: object) -> torch.Tensor:
        calls.append(len(parts))
        return pre_norm_encoder(*parts)  # type: ignore[arg-type]

    def my_decoder(*parts: object) -> torch.Tensor:
        calls.append(len(parts))
        return pre_norm_decoder(*parts)  # type: ignore[arg-type]

    plain, own = model(), Transformer(SIZES, mine, my_decoder).eval()
    own.load_state_dict(plain.state_dict())
    assert torch.equal(own(SOURCE, SO_FAR), plain(SOURCE, SO_FAR))
    assert calls == [5, 5, 6, 6]
    assert torch.equal(greedy_decode(own, SOURCE, longest=3), greedy_decode(plain, SOURCE, longest=3))


def test_a_sequence_that_is_too_long_is_named() -> None:
    with pytest.raises(ValueError, match="a sequence of 65 tokens is longer than longest=64"):
        model()(SOURCE, torch.ones(2, 65, dtype=torch.long))
