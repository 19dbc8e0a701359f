"""The explorers of an executed notebook, taken apart: what each shows, as a script that a page loads when it is needed.

A page that is opened from a file may not fetch anything, but it may load scripts. So the bytes travel inside one, as
base64, and the ES module of each kind of explorer travels once, as text.
"""

import importlib
import json
from dataclasses import dataclass
from typing import Any, cast

from nbformat import NotebookNode

from course_lib.authoring.outputs import WIDGET

STATE = "application/vnd.jupyter.widget-state+json"
OURS = "course_lib.widgets."
NOT_SHOWN = ("layout", "tabbable", "tooltip")


@dataclass(frozen=True)
class Shown:
    """One explorer as it stood at the end of the run."""

    kind: str  # `attention`: the module in course_lib/widgets
    state: dict[str, Any]  # what its page reads; bytes as {"$bytes": base64}


def explorers(made: NotebookNode) -> dict[str, Shown]:
    """The explorers that a notebook's cells show, in their order, by model id. Widgets of other kinds are left out."""
    models = made.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    found = {}
    for id in (output.get("data", {}).get(WIDGET, {}).get("model_id", "") for output in outputs):
        model = models.get(id, {"state": {}})
        name = model["state"].get("_anywidget_id", "")
        if name.startswith(OURS):
            state = {key: value for key, value in model["state"].items() if key[0] != "_" and key not in NOT_SHOWN}
            for buffer in model.get("buffers", []):
                _put(state, buffer["path"], {"$bytes": buffer["data"]})
            found[id] = Shown(name.removeprefix(OURS).split(".")[0], state)
    return found


def script_of_state(id: str, shown: Shown) -> str:
    """The script that hands a page the state of one explorer."""
    return f"course.state({json.dumps(id)}, {_inside_script(shown.state)});\n"


def script_of_kind(kind: str) -> str:
    """The script that hands a page the ES module and the style sheet of a kind of explorer, as they are now."""
    module = importlib.import_module(OURS + kind)
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]
    (cls,) = [cast(Any, value) for value in own if hasattr(value, "_esm")]
    return f"course.kind({json.dumps(kind)}, {_inside_script(str(cls._esm))}, {_inside_script(str(cls._css))});\n"


def _put(state: Any, path: list[Any], value: Any) -> None:
    """Set what stands at the end of a path of names and numbers, where the notebook left a gap."""
    for step in path[:-1]:
        state = state[step]
    if isinstance(state, list) and path[-1] == len(state):
        state.append(value)
    else:
        state[path[-1]] = value


def _inside_script(value: Any) -> str:
    """JSON that no HTML parser takes for the end of a script."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
