"""A progress file of its own for every test, and the toy exercises in their place."""

from pathlib import Path

import pytest
import torch

from course_lib.exercises import ledger, registry
from tests.exercises.toys import TOYS

pytest.register_assert_rewrite("tests.exercises.caught")  # so that a failure shows both sides there too


@pytest.fixture(autouse=True)
def fresh_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    torch.set_num_threads(1)  # the tensors are tiny
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(ledger, "_memory", None)
    monkeypatch.setattr(ledger, "_notes", [])
    monkeypatch.setattr(ledger, "_said", set())
    for name, toy in TOYS.items():
        monkeypatch.setitem(registry._known, name, toy)
