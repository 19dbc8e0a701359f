"""A progress file of its own for every test, and the toy exercises in their place."""

from pathlib import Path

import pytest
import torch

from course_lib.exercises.engine import registry
from course_lib.exercises.tracking import store
from tests.exercises.toys import TOYS

pytest.register_assert_rewrite("tests.exercises.caught")  # so that a failure shows both sides there too


@pytest.fixture(autouse=True)
def fresh_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    torch.set_num_threads(1)  # the tensors are tiny
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(store, "_memory", None)
    monkeypatch.setattr(store, "_notes", [])
    monkeypatch.setattr(store, "_said", set())
    for name, toy in TOYS.items():
        monkeypatch.setitem(registry._known, name, toy)
