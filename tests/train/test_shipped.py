"""What is shipped comes back, with its facts, and rounding is what half precision really does."""

from pathlib import Path

import pytest
import torch
from torch import nn

from course_lib.train.shipped import CheckpointMissing, rounded, ship, shipped


def make() -> nn.Module:
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5))
    model[1].num_batches_tracked += 70_001  # an integer, more than half precision can hold
    return model


@pytest.mark.parametrize("half", [False, True])
def test_weights_and_facts_come_back(tmp_path: Path, half: bool) -> None:
    model, twin = make(), make()
    file = ship("w99/toy", model, half=half, folder=tmp_path, seed=3, curve=[[10, 0.5]])
    state, facts = shipped("w99/toy", tmp_path)
    assert file == tmp_path / "w99" / "toy.pt"
    assert facts == {"seed": 3, "curve": [[10, 0.5]]}
    twin.load_state_dict(state)
    if half:
        assert not torch.equal(twin[0].weight, model[0].weight)
        rounded(model)
    assert all(torch.equal(a, b) for a, b in zip(twin.state_dict().values(), model.state_dict().values(), strict=True))
    assert twin[0].weight.dtype == torch.float32


def test_half_precision_takes_half_the_room(tmp_path: Path) -> None:
    large = nn.Linear(300, 300)
    sizes = [ship(f"w99/{half}", large, half=half, folder=tmp_path).stat().st_size for half in (False, True)]
    assert 1.8 < sizes[0] / sizes[1] < 2.1


def test_what_is_missing_is_named_with_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(CheckpointMissing, match="no trained weights called 'w99/toy'; there are none"):
        shipped("w99/toy", tmp_path)
    ship("w98/other", make(), folder=tmp_path)
    with pytest.raises(CheckpointMissing, match="there are w98/other"):
        shipped("w99/toy", tmp_path)
