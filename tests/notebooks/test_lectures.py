"""Every notebook as a learner gets it, all answers blank, runs to the end without an error."""

from pathlib import Path

import nbformat
import pytest

from course_lib.authoring.places import Place
from tests.notebooks.nbval import all_of, run_under_nbval


@pytest.mark.notebook
@pytest.mark.parametrize("place", all_of("lectures"), ids=lambda place: place.name)
def test_blank_answers_run_to_the_end(place: Place, tmp_path: Path) -> None:
    run_under_nbval(place, tmp_path)


@pytest.mark.notebook
def test_a_finding_that_no_longer_holds_is_caught(tmp_path: Path) -> None:
    """The harness itself can fail: one changed number turns it red."""
    place = next(place for place in all_of("solutions") if place.kind == "guide")
    top = tmp_path / "solutions"
    top.mkdir()
    made = nbformat.read(place.path, as_version=4)
    wrong = nbformat.v4.new_output("stream", name="stdout", text="3\n")
    made.cells = [nbformat.v4.new_code_cell("# NBVAL_CHECK_OUTPUT\nprint(1 + 1)", outputs=[wrong], execution_count=1)]
    nbformat.write(made, top / place.name)
    with pytest.raises(AssertionError, match="Cell outputs differ"):
        run_under_nbval(Place(top, place.name), tmp_path / "run")
