"""What the notebooks put out when nbval ran them, for the other tests of the same run of pytest; gone with it.

A notebook is run once a mode, blank and solved. No run outlives the session in which it was made, so none can be stale.
"""

import json
import os
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course_lib.authoring.places import Place


def kept_file(place: Place) -> Path:
    """Where the run of this notebook is kept once nbval has passed it."""
    name = f"{place.top.name}-{place.name}".replace("/", "-").removesuffix(".ipynb")
    return Path(os.environ["COURSE_TEST_FOLDER"]) / "runs" / f"{name}.json"


def outputs_for(made: NotebookNode, file: Path) -> list[list[dict[str, Any]]] | None:
    """The outputs of each code cell of `made`, when the kept run began with exactly these cells; else None."""
    if not file.is_file():
        return None
    kept = json.loads(file.read_text(encoding="utf-8"))
    sources = [cell.source for cell in made.cells if cell.cell_type == "code"]
    same = sources == [cell["source"] for cell in kept[: len(sources)]]
    return [cell["outputs"] for cell in kept[: len(sources)]] if same else None
