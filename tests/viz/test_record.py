"""What is recorded is what was computed, and nothing stays behind."""

import pytest
import torch
from torch import nn

from course_lib.models.attention import AttentionSpeller, AttentionSpellerConfig
from course_lib.viz.record import record

SIZES = AttentionSpellerConfig(source_tokens=9, target_tokens=11, width=12, heads=3, layers=2)


def run() -> tuple[AttentionSpeller, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return AttentionSpeller(SIZES), torch.tensor([[3, 4, 5, 2, 0]]), torch.tensor([[1, 5, 6]])


def test_the_weights_are_those_of_the_pass() -> None:
    model, source, so_far = run()
    with record(model) as seen:
        model(source, so_far)
    assert [name for name, _ in seen.weights()] == [
        *("encoder.0", "encoder.1", "self_attention.0", "cross_attention.0", "self_attention.1", "cross_attention.1")
    ]
    assert seen.stack("cross_attention").shape == (2, 3, 3, 5)
    assert (seen.stack("cross_attention")[..., 4] == 0).all(), "padding was listened to"
    letters = model.embed_source(source) + model.positions[:5]
    _, weights = model.encoder[0](letters, letters, (source != 0)[:, None])
    assert torch.equal(seen["encoder.0"].weights, weights.detach())


def test_hooks_are_gone_even_after_an_error() -> None:
    model, source, so_far = run()
    with pytest.raises(RuntimeError), record(model) as seen:
        raise RuntimeError
    model(source, so_far)
    assert seen.calls == []
    assert not any(module._forward_hooks for module in model.modules())


def test_misuse_is_explained() -> None:
    model, source, so_far = run()
    with record(model) as seen:
        model(source, so_far)
    with pytest.raises(KeyError, match="no call of 'reed' was recorded"):
        seen["reed"]
    with pytest.raises(ValueError, match=r"recorded were: encoder\.0"):
        seen.stack("")
    with record(nn.Linear(2, 2)) as seen:
        pass
    with pytest.raises(ValueError, match="recorded were: none"):
        seen.stack("cross_attention")


def test_later_changes_do_not_reach_the_recording() -> None:
    model, source, so_far = run()
    with record(model) as seen:
        out = model(source, so_far)
    kept = seen["to_scores"].output.clone()
    out.data.zero_()
    assert torch.equal(seen["to_scores"].output, kept)
