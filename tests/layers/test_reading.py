"""Numbers read off attention maps, at points where the answer is known."""

import pytest
import torch

from course_lib.layers.attention import MultiHeadAttention
from course_lib.layers.positions import sinusoids
from course_lib.layers.reading import (
    entropy,
    equivariance_error,
    mean_squared_difference,
    silence_head,
)


def test_entropy_at_its_ends() -> None:
    weights = torch.stack([torch.tensor([0.0, 1, 0, 0, 0, 0, 0, 0]), torch.full((8,), 1 / 8)])
    torch.testing.assert_close(entropy(weights), torch.tensor([0.0, 3.0]))


def test_silence_takes_one_head_and_no_other() -> None:
    x = torch.randn(2, 3, 5, 4)
    kept = x.clone()
    quiet = silence_head(x, 1)
    assert torch.equal(quiet[:, 1], torch.zeros(2, 5, 4))
    assert torch.equal(quiet[:, [0, 2]], x[:, [0, 2]])
    assert torch.equal(x, kept)
    with pytest.raises(IndexError, match="head 3 is not there; this layer has heads 0 to 2"):
        silence_head(x, 3)


def test_attention_does_not_know_order_until_it_is_told() -> None:
    layer, order = MultiHeadAttention(12, 3), torch.tensor([3, 1, 4, 0, 2])
    x = torch.randn(5, 12)

    def plain(x: torch.Tensor) -> torch.Tensor:
        return layer(x[None], x[None])[0][0]

    assert equivariance_error(plain, x, order) < 1e-6
    assert equivariance_error(lambda x: plain(x + sinusoids(5, 12)), x, order) > 1e-2


def test_difference_equals_torchs() -> None:
    a, b = torch.randn(3, 5), torch.randn(3, 5)
    torch.testing.assert_close(mean_squared_difference(a, b), torch.nn.functional.mse_loss(a, b))
