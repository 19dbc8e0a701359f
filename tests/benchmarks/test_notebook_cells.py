"""A notebook's own cells answer, with what was changed in them; what cannot be changed or does not run is said."""

from pathlib import Path

import nbformat
import pytest

from tests.benchmarks import notebook_cells, segmentation_seeds
from tests.benchmarks.notebook_cells import ask


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """solutions/week/lecture.ipynb: two cells that count, one that would fail."""
    made = nbformat.v4.new_notebook()
    made.cells = [
        nbformat.v4.new_code_cell("seed = 0\n", id="first"),
        nbformat.v4.new_markdown_cell("words", id="words"),
        nbformat.v4.new_code_cell("seed + 100", id="second"),
        nbformat.v4.new_code_cell("1 / 0", id="third"),
    ]
    (tmp_path / "solutions/week").mkdir(parents=True)
    nbformat.write(made, tmp_path / "solutions/week/lecture.ipynb")
    monkeypatch.setattr(notebook_cells, "checkout", lambda: tmp_path)
    return "week/lecture.ipynb"


def test_the_cells_run_as_far_as_asked_with_the_change(notebook: str) -> None:
    shown = "tell([seed, list(Out.values())[-1]])"
    assert ask(notebook, "second", shown, ("seed = 0", "seed = 7")) == [7, 107]


def test_what_is_not_there_cannot_be_changed(notebook: str) -> None:
    with pytest.raises(ValueError, match=r"no cell of week/lecture.ipynb as far as second says 'seed = 3'"):
        ask(notebook, "second", "tell(seed)", ("seed = 3", "seed = 7"))


def test_an_error_is_told_with_its_cell(notebook: str) -> None:
    with pytest.raises(RuntimeError, match=r"week/lecture.ipynb: cell third: ZeroDivisionError"):
        ask(notebook, "third", "tell(seed)")


@pytest.mark.parametrize("kind", segmentation_seeds.PLANS)
def test_the_notebooks_of_week_4_still_say_their_seed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without running them: the last cell is there, and every training names its seed as the benchmark expects."""
    ran = []
    monkeypatch.setattr(notebook_cells, "execute", lambda made, folder: ran.append(made) or ("stopped", {}))
    with pytest.raises(RuntimeError, match="stopped"):
        segmentation_seeds.run(kind, 5)
    [made] = ran
    last, written, _, _ = segmentation_seeds.PLANS[kind]
    assert made.cells[-2].id == last
    changed = sum(cell.source.count(written.format(5)) for cell in made.cells[:-1])
    assert changed == {"lecture": 3, "homework": 1}[kind]
