"""The menu `Course` and the button above the list of files: settings of JupyterLab, made from what the folder holds."""

from pathlib import Path
from typing import Any

from course_lib.curriculum.weeks import WEEKS, Week

START = "start_here.ipynb"
NAMES = {"lecture.ipynb": "Lecture", "homework.ipynb": "Homework"}
PRESENT = ("application:toggle-presentation-mode", "application:toggle-mode", "application:toggle-fullscreen-mode")
FOLD = ("notebook:hide-all-cell-code", "notebook:show-all-cell-code")
Item = dict[str, Any]


def course_menu(home: Path) -> Item:
    """The menu `Course`: every notebook of the folder one click or a few keys away, and what a classroom needs."""
    weeks = [week for week in WEEKS.values() if (home / week.folder).is_dir()]
    items = [
        *([open_file(START, "Start Here")] if (home / START).exists() else []),
        *(open_file(path.name, path.stem.replace("_", " ").capitalize()) for path in others(home)),
        {"type": "separator"},
        *(week_menu(home, week.folder, title_of(week)) for week in weeks),
        {"type": "separator"},
        submenu("present", "Present", [{"command": name} for name in PRESENT + FOLD]),
    ]
    return {"id": "jp-mainmenu-course", "label": "Course", "rank": 0, "items": rank(items)}


def others(home: Path) -> list[Path]:
    """The notebooks beside start_here, such as a board of progress or one of the learner's own."""
    return sorted(path for path in home.glob("*.ipynb") if path.name != START and not path.name.startswith("."))


def title_of(week: Week) -> str:
    """`7 Attention: who listens to whom`"""
    return f"{int(week.id[1:])} {week.spoken}: {week.title[0].lower()}{week.title[1:]}"


def week_menu(home: Path, folder: str, title: str) -> Item:
    """A week's notebooks: lecture, homework, then whatever else lies there."""
    names = sorted(path.name for path in (home / folder).glob("*.ipynb") if not path.name.startswith("."))
    ordered = [name for name in NAMES if name in names] + [name for name in names if name not in NAMES]
    items = [open_file(f"{folder}/{name}", NAMES.get(name) or name.removesuffix(".ipynb")) for name in ordered]
    return submenu(folder, title, items)


def submenu(name: str, label: str, items: list[Item]) -> Item:
    """An entry that opens a menu of its own."""
    made = {"id": f"jp-mainmenu-course-{name.replace('_', '-')}", "label": label, "items": rank(items)}
    return {"type": "submenu", "submenu": made}


def open_file(path: str, label: str) -> Item:
    """An entry that opens a file of the work folder."""
    return {"command": "docmanager:open", "args": {"path": path, "label": label}}


def rank(items: list[Item]) -> list[Item]:
    """The same entries, told to stay in this order."""
    return [{**item, "rank": number} for number, item in enumerate(items)]


def start_button(home: Path) -> list[Item]:
    """The way back to start_here, above the list of files."""
    if not (home / START).exists():
        return []
    button = {"name": "course-start", "command": "docmanager:open", "icon": "ui-components:home", "label": ""}
    button["caption"] = f"Open {START}"
    filter_button = {"name": "toggle-file-filter", "disabled": True}  # or the row of buttons would not fit in one line
    return [{**button, "args": {"path": START}, "rank": 0}, filter_button]
