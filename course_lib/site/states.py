"""The explorers of an executed notebook, taken apart: what each shows, as a script that a page loads when it is needed.

A page that is opened from a file may not fetch anything, but it may load scripts. So bytes travel inside one, deflated,
as base64. The ES module of each kind travels once, as text.
"""

import base64
import copy
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course_lib import widgets
from course_lib.authoring.outputs import WIDGET
from course_lib.widgets.kit import assets

STATE = "application/vnd.jupyter.widget-state+json"
OURS = "course_lib.widgets."
NOT_SHOWN = ("layout", "tabbable", "tooltip")


@dataclass(frozen=True)
class Shown:
    """One explorer as it stood at the end of the run."""

    kind: str  # `attention`: the folder in course_lib/widgets
    state: dict[str, Any]  # what its page reads


def explorers(made: NotebookNode) -> dict[str, Shown]:
    """The explorers that a notebook's cells show, in their order, by model id. Widgets of other kinds are left out."""
    models = made.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    found = {}
    for id in (output.get("data", {}).get(WIDGET, {}).get("model_id", "") for output in outputs):
        model = models.get(id, {"state": {}})
        name = model["state"].get("_anywidget_id", "")
        if name.startswith(OURS):
            kept = {key: value for key, value in model["state"].items() if key[0] != "_" and key not in NOT_SHOWN}
            state = copy.deepcopy(kept)  # the notebook stays as it is
            for buffer in model.get("buffers", []):
                _put(state, buffer["path"], base64.b64decode(buffer["data"]))
            found[id] = Shown(name.removeprefix(OURS).split(".")[0], state)
    return found


def script_of_state(id: str, shown: Shown) -> str:
    """The script that hands a page the state of one explorer: its JSON, a zero, the bytes it points to; deflated."""
    parts: list[bytes] = []
    told = json.dumps(_pointed(shown.state, parts)).encode()
    packed = zlib.compress(b"\0".join((told, b"".join(parts))), 9)
    return f'course.state({json.dumps(id)}, "{base64.b64encode(packed).decode()}");\n'


def script_of_kind(kind: str) -> str:
    """The script that hands a page the ES module and the style sheet of a kind of explorer, as they are now."""
    folder = Path(widgets.__file__).parent / kind
    module, style = assets.module(folder), assets.sheet(folder)
    return f"course.kind({json.dumps(kind)}, {_inside_script(module)}, {_inside_script(style)});\n"


def _pointed(value: Any, parts: list[bytes]) -> Any:
    """The same with {"$bytes": [begin, end]} in the place of bytes, which come to the end of `parts`."""
    if isinstance(value, dict):
        return {key: _pointed(inner, parts) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_pointed(inner, parts) for inner in value]
    if not isinstance(value, bytes):
        return value
    begin = sum(map(len, parts))
    parts.append(value)
    return {"$bytes": [begin, begin + len(value)]}


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
