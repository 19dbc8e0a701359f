"""The judge: the shapes it promises, and that the shipped one reads as well as its file says."""

import pytest
import torch
from torch import nn

from course_lib.data import digits
from course_lib.data.catalogue import MNIST
from course_lib.models.digit_classifier import DigitClassifier
from course_lib.train.shipped import ASSETS, shipped


def test_scores_come_from_the_features_alone() -> None:
    judge, images = DigitClassifier(width=8, features=11), torch.rand(5, 1, 28, 28) * 2 - 1
    features = judge.features(images)
    assert features.shape == (5, 11) and features.min() == 0 < features.max()
    assert judge(images).shape == (5, 10)
    torch.testing.assert_close(judge(images), nn.functional.linear(features, judge.decide.weight, judge.decide.bias))


def test_every_parameter_is_used() -> None:
    judge = DigitClassifier(width=8)
    judge(torch.randn(5, 1, 28, 28)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in judge.parameters())


def test_the_shipped_judge_reads_as_well_as_its_file_says() -> None:
    state, facts = shipped("w14/judge")
    judge = DigitClassifier()
    judge.load_state_dict(state)
    pictures = digits.load()
    unseen = pictures[pictures.split().test]
    with torch.no_grad():
        wrong = judge.eval()(unseen.images).argmax(1) != unseen.labels
    assert 100 * float(wrong.double().mean()) == pytest.approx(facts["test_error_after_rounding"], abs=0.11)
    assert facts["test_error_after_rounding"] < 3
    assert facts["data"]["sha256"] == MNIST.sha256
    assert (ASSETS / "w14/judge.pt").stat().st_size < 150_000
