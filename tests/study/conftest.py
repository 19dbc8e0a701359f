"""A learner of our own: an empty progress file, the real handed-out notebooks, and a course folder to work in."""

from pathlib import Path

import pytest
import torch

from course_lib.authoring.places import checkout
from course_lib.exercises.tracking import store
from course_lib.lab.work_folder import update


@pytest.fixture(autouse=True)
def fresh_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(store, "_memory", None)
    monkeypatch.setattr(store, "_notes", [])
    monkeypatch.setattr(store, "_said", set())


@pytest.fixture
def lectures() -> Path:
    """What is handed out."""
    return checkout() / "lectures"


@pytest.fixture
def home(tmp_path: Path, lectures: Path) -> Path:
    """The learner's folder, as `course lab` leaves it."""
    update(lectures, tmp_path / "home")
    return tmp_path / "home"
