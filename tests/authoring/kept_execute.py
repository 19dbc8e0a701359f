"""nbgrader's step that runs a notebook, which takes a kept run where one began with exactly these cells."""

from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import Execute
from traitlets import List, Unicode

from tests.notebooks.kept_runs import outputs_for


class KeptExecute(Execute):
    """Fills in the outputs of a run that nbval made; a notebook that none of them fits is run."""

    runs = List(Unicode(), help="files of kept runs").tag(config=True)
    taken = Unicode(help="the file that gets a line for each kept run that was used").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any = None, km: Any = None) -> tuple[NotebookNode, Any]:
        """Give `nb` its outputs, as running it would."""
        for run in map(Path, self.runs):
            if (outputs := outputs_for(nb, run)) is None:
                continue
            cells = [cell for cell in nb.cells if cell.cell_type == "code"]
            for number, (cell, given) in enumerate(zip(cells, outputs, strict=True), start=1):
                cell.outputs, cell.execution_count = from_dict(given), number
            with Path(self.taken).open("a") as told:
                told.write(f"{run}\n")
            return nb, resources
        found: tuple[NotebookNode, Any] = super().preprocess(nb, resources, km)
        return found


def instead_of_execute() -> list[type]:
    """The steps of `nbgrader autograde`, this one in the place of its own."""
    steps = Autograde.autograde_preprocessors.default() or []
    return [KeptExecute if step is Execute else step for step in steps]
