"""The denoisers' own promises; that the U-Net equals diffusers' stands in tests/peers/test_diffusers.py."""

import pytest
import torch
from torch import Tensor

from course_lib.models.denoiser import Denoiser, DenoiserConfig
from course_lib.models.point_denoiser import PointDenoiser, PointDenoiserConfig

WITH_LABELS = DenoiserConfig(channels=2, width=16, mults=(1, 2), labels=5, patch=2)


def answer(model: Denoiser, picture: Tensor, t: list[int], label: list[int] | None = None) -> Tensor:
    with torch.no_grad():
        found: Tensor = model(picture, torch.tensor(t), None if label is None else torch.tensor(label))
    return found


@pytest.mark.parametrize(
    ("sizes", "shape", "wanted"),
    [
        (DenoiserConfig(channels=3, width=8), (3, 3, 10, 14), (3, 3, 10, 14)),
        (DenoiserConfig(channels=1, width=8, mults=(1, 1, 2), patch=2), (3, 1, 24, 16), (3, 1, 24, 16)),
        (DenoiserConfig(channels=3, width=8, learns_variance=True), (3, 3, 6, 10), (3, 6, 6, 10)),
        (DenoiserConfig(channels=1, width=8, patch=2, learns_variance=True), (3, 1, 8, 12), (3, 2, 8, 12)),
    ],
)
def test_the_answer_has_the_pictures_shape(
    sizes: DenoiserConfig, shape: tuple[int, ...], wanted: tuple[int, ...]
) -> None:
    assert answer(Denoiser(sizes), torch.randn(shape), [1, 40, 999]).shape == wanted


def test_time_and_label_change_the_answer_of_their_own_sample() -> None:
    model, picture = Denoiser(WITH_LABELS), torch.randn(3, 2, 8, 12)
    before = answer(model, picture, [4, 50, 900], [0, 5, 3])
    later = answer(model, picture, [4, 60, 900], [0, 5, 3])
    other = answer(model, picture, [4, 50, 900], [0, 5, 2])
    for after, moved in [(later, 1), (other, 2)]:
        size = (after - before).abs().amax((1, 2, 3))
        assert size[moved] > 1e-4
        assert size[[i for i in range(3) if i != moved]].max() < 1e-6


def test_a_patch_answers_for_its_own_pixels() -> None:
    """The leaving fold undoes the entering one: a network that passes channels through gives the picture back."""
    sizes = DenoiserConfig(channels=2, width=8, mults=(1,), heads=0, patch=2)
    model, picture = Denoiser(sizes), torch.randn(3, 2, 6, 10)
    seen: list[Tensor] = []
    model.enter.register_forward_pre_hook(lambda part, given: seen.append(given[0]))
    model.leave.register_forward_hook(lambda part, given, out: seen[0])
    assert torch.equal(answer(model, picture, [1, 2, 3]), picture)
    assert seen[0].shape == (3, 8, 3, 5)


def test_every_parameter_is_used() -> None:
    model = Denoiser(WITH_LABELS)
    model(torch.randn(3, 2, 8, 12), torch.tensor([1, 30, 900]), torch.arange(3)).square().mean().backward()
    idle = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert idle in ([], ["attend.attention.to_k.bias"]), "a bias of all keys moves no weight: softmax ignores it"


def test_a_far_corner_is_heard() -> None:
    """Attention at the coarsest level lets one corner hear the opposite one; convolutions alone do not reach."""
    corner = {}
    for heads in (2, 0):
        model, picture = (
            Denoiser(DenoiserConfig(channels=1, width=8, mults=(1, 2), heads=heads)),
            torch.randn(1, 1, 64, 64),
        )
        picture.requires_grad_()
        norms = [part for part in model.modules() if isinstance(part, torch.nn.GroupNorm)]
        for norm in norms:  # group norms average over the whole picture, so they would hear it, too
            norm.forward = lambda x: x  # type: ignore[method-assign, assignment]
        model(picture, torch.tensor([5]))[0, 0, 0, 0].backward()
        assert picture.grad is not None
        corner[heads] = float(picture.grad[0, 0, -8:, -8:].abs().max())
    assert corner[2] > 0 and corner[0] == 0


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(ValueError, match="width 12 must be a multiple of 8"):
        DenoiserConfig(width=12)
    model = Denoiser(WITH_LABELS)
    with pytest.raises(ValueError, match=r"\(8, 10\) pixels: both sides must divide by 4"):
        answer(model, torch.randn(1, 2, 8, 10), [1], [0])
    with pytest.raises(ValueError, match="made for 5 labels, and label is None; label 5 means none"):
        answer(model, torch.randn(1, 2, 8, 12), [1])
    with pytest.raises(ValueError, match="takes no label"):
        answer(Denoiser(DenoiserConfig(width=8)), torch.randn(1, 1, 8, 12), [1], [0])


def test_points() -> None:
    model, points = PointDenoiser(PointDenoiserConfig(width=22, labels=3)), torch.randn(5, 2)
    t, label = torch.tensor([1, 2, 30, 400, 999]), torch.tensor([0, 1, 2, 3, 0])
    out = model(points, t, label)
    assert out.shape == (5, 2)
    out.square().mean().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in model.parameters())
    assert (model(points, t + 1, label) - out).abs().amax(1).min() > 1e-5
    assert ((model(points, t, (label + 1) % 4) - out).abs().amax(1) > 1e-5).all()
    with pytest.raises(ValueError, match="made for 3 labels, and label is None"):
        model(points, t)
    with pytest.raises(ValueError, match="made for 0 labels"):
        PointDenoiser(PointDenoiserConfig(width=22))(points, t, label)
