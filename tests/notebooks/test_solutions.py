"""Every notebook with its answers runs to the end, finds what it found, and keeps its budget."""

from pathlib import Path

import pytest

from course_lib.authoring.places import Place
from tests.notebooks.nbval import all_of, run_under_nbval


@pytest.mark.notebook
@pytest.mark.parametrize("place", all_of("solutions"), ids=lambda place: place.name)
def test_it_runs_and_finds_the_same(place: Place, tmp_path: Path) -> None:
    run_under_nbval(place, tmp_path)
