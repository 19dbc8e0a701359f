"""What a sandbox lets its warm parent see besides the system's libraries: this Python, its packages, the course.

Every folder stands there once, under its real name; other names that lead to it (a venv's lib64, a folder behind a
link) are links there too. So whoever covers the folder has covered it under all its names.
"""

import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CourseError

SYSTEM = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/nix/store", "/gnu/store", "/etc/alternatives")


@dataclass(frozen=True)
class View:
    """Folders and files by their real names, and links to them: path -> where it leads."""

    folders: list[str]
    links: dict[str, str]

    def below(self, folder: str) -> "View":
        """The part of it that lives below this folder."""
        return View(
            [each for each in self.folders if Path(each).is_relative_to(folder)],
            {link: target for link, target in self.links.items() if Path(link).is_relative_to(folder)},
        )


def look_around(names: Iterable[str], show: Iterable[Path] = ()) -> View:
    """The view for these modules and entries ("module:function"), and for more folders to show.

    Raises CourseError for a module that does not exist.
    """
    wanted = {*python_folders(), *packages(names), *(each.absolute() for each in show)}
    folders: list[Path] = []
    for real in sorted({each.resolve() for each in wanted}):
        if not _below(real, folders):
            folders.append(real)
    links = {str(each): str(each.resolve()) for each in sorted(wanted) if not _below(each, folders)}
    return View([str(each) for each in folders], links)


def python_folders() -> Iterator[Path]:
    """Where this Python keeps its programs and packages: never the whole prefix, which may be somebody's home."""
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}:
        for name in ("bin", "lib", "lib64", "pyvenv.cfg"):
            path = Path(prefix, name)
            if path.exists() and not _below_system(path):
                yield path
    link = Path(sys.executable)
    while link.is_symlink():  # a venv's python points to another one, by way of a third
        link = link.parent / link.readlink()
        if not _below_system(link):
            yield Path(os.path.normpath(link.parent))
    for each in map(Path, search_path()):
        if each.name in ("site-packages", "dist-packages") and not _below_system(each):
            yield each


def packages(names: Iterable[str]) -> Iterator[Path]:
    """The folder or file of every package among `names` that stands outside of site-packages: an editable install."""
    for top in sorted({re.split("[.:]", name)[0] for name in names} | {"course_lib"}):
        found = importlib.util.find_spec(top)
        if found is None:
            raise CourseError(f"there is no module {top!r} to load into the sandbox")
        for place in found.submodule_search_locations or [found.origin or ""]:
            path = Path(place)
            if path.exists() and not _below_system(path):
                yield path


def search_path() -> list[str]:
    """Where Python looks for modules here and must look inside: in this order, without what it adds by itself."""
    return [each for each in sys.path if each and Path(each).is_dir()]


def _below_system(path: Path) -> bool:
    return _below(path, map(Path, SYSTEM))


def _below(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(each) for each in folders)
