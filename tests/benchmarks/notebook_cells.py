"""Ask a notebook something: run its cells in a fresh kernel, a word of them changed, and one cell more at the end.

So a figure that a lecture quotes beside its cells can be had from those very cells.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import nbformat

from course_lib.authoring.build import read
from course_lib.authoring.places import Place, checkout
from course_lib.authoring.run import execute

PREFACE = """
import json, sys
sys.path.insert(0, {root!r})

def tell(value):
    print("TOLD" + json.dumps(value))
"""


def ask(notebook: str, last: str, question: str, change: tuple[str, str] | None = None) -> Any:
    """What `question` tells, asked behind the cell called `last` of solutions/`notebook`.

    question   code that calls `tell(value)` once, with plain data
    change     (as it is written, as it shall be), in every cell
    Raises ValueError when no cell has what is to be changed, RuntimeError with the first error of a cell.
    """
    root = checkout()
    made = read(Place(root / "solutions", notebook))
    ids = [cell.id for cell in made.cells]
    made.cells = [cell for cell in made.cells[: ids.index(last) + 1] if cell.cell_type == "code"]
    if change:
        if not any(change[0] in cell.source for cell in made.cells):
            raise ValueError(f"no cell of {notebook} as far as {last} says {change[0]!r}")
        for cell in made.cells:
            cell.source = cell.source.replace(*change)
    made.cells.append(nbformat.v4.new_code_cell(PREFACE.format(root=str(root)) + question, id="question"))
    with tempfile.TemporaryDirectory() as folder:
        error, _ = execute(made, Path(folder))
    if error:
        raise RuntimeError(f"{notebook}: {error}")
    said = "".join(output.text for output in made.cells[-1].outputs if output.output_type == "stream")
    [line] = [line for line in said.splitlines() if line.startswith("TOLD")]
    return json.loads(line.removeprefix("TOLD"))
