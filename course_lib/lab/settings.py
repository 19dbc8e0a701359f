"""How JupyterLab looks when `course lab` opens it: given to this one server, in the learner's `.course/lab` folder.

The course's wishes are laid below a person's own settings, as new defaults. Those settings are copied once, at the
first start, so that a chosen theme, letter size, language or set of keys holds here too. What is changed in the
course's JupyterLab afterwards is kept in that copy; the settings of the person's other JupyterLabs are never written.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from course_lib.lab.menu import course_menu, start_button
from course_lib.paths import write_atomically

FOLDER = Path(".course") / "lab"
DEFAULTS: dict[str, dict[str, Any]] = {
    # names in full instead of dates; start_here before the texts, weeks in order above it
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False, "sortNotebooksFirst": True},
    # nothing asks the network
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    # who presses Shift + Enter before Python has started is told so
    "@jupyterlab/notebook-extension:tracker": {"enableKernelInitNotification": True},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": True, "autosaveInterval": 60},
}
KERNEL = "Course (Python 3)"


def prepare(home: Path, theirs: Path | None = None) -> dict[str, str]:
    """Write the course's settings for this start. -> the search paths at whose head a server should find them

    theirs   the person's own settings, copied at the first start; found where JupyterLab keeps them by default
    Raises OSError when the folder cannot be written.
    """
    folder = home / FOLDER
    if not (folder / "settings").exists():
        copy_settings(theirs or own_settings(), folder / "settings")
    wishes = DEFAULTS | {
        "@jupyterlab/mainmenu-extension:plugin": {"menus": [course_menu(home)]},
        "@jupyterlab/filebrowser-extension:widget": {"toolbar": start_button(home)},
    }
    text = json.dumps(wishes, indent=1, ensure_ascii=False)
    write_atomically(folder / "config" / "labconfig" / "default_setting_overrides.json", text + "\n")
    write_kernel(folder / "data" / "kernels" / "python3")
    return {"JUPYTER_CONFIG_PATH": str(folder / "config"), "JUPYTER_PATH": str(folder / "data")}


def write_kernel(folder: Path) -> None:
    """The kernel that all notebooks name, python3, under the course's name and on the course's own Python."""
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict

    write_atomically(folder / "kernel.json", json.dumps({**get_kernel_dict(), "display_name": KERNEL}, indent=1) + "\n")
    for logo in Path(RESOURCES).glob("logo-*"):
        write_atomically(folder / logo.name, logo.read_bytes())


def own_settings() -> Path:
    """Where this person's other JupyterLabs keep their settings."""
    from jupyter_core.paths import jupyter_config_dir

    chosen = os.environ.get("JUPYTERLAB_SETTINGS_DIR")
    return Path(chosen) if chosen else Path(jupyter_config_dir()) / "lab" / "user-settings"


def copy_settings(theirs: Path, ours: Path) -> None:
    """Copy the files of settings, all or none: a start that is broken off leaves no half of them."""
    ours.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ours.parent) as half:
        made = Path(half) / "settings"
        made.mkdir()
        for file in sorted(theirs.rglob("*.jupyterlab-settings")):
            if file.is_file():
                (made / file.relative_to(theirs)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, made / file.relative_to(theirs))
        if not ours.exists():  # another start may have been faster
            made.rename(ours)
