"""The folder of the site: files are written only where they differ, and those that no page needs any more go away."""

import json
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.paths import write_atomically
from course_lib.system_errors import refused

MANIFEST = ".course-site.json"


class Folder:
    """Where pages are written. It must be new, empty, or one that was written here before."""

    def __init__(self, root: Path) -> None:
        """Raises CourseError when the folder holds other things."""
        self.root, self.files = root, dict[str, bytes]()
        self.before = self._noted()
        strange = [each.name for each in root.iterdir() if each.name[0] != "."] if root.is_dir() else []
        if strange and not self.before:
            raise CourseError(
                f"{root} holds other things ({', '.join(sorted(strange)[:3])}), and pages are not mixed with them; "
                "give a new folder with --out"
            )

    def put(self, name: str, content: str | bytes) -> None:
        """One file, below the folder, with forward slashes."""
        self.files[name] = content.encode("utf-8") if isinstance(content, str) else content

    def write(self) -> list[str]:
        """Write what differs and remove what is no longer needed. -> the names of what changed

        Each file is whole at every moment; after a crash the next run goes on. Raises CourseError on a full disk.
        """
        changed = [name for name, data in self.files.items() if self._differs(name, data)]
        stale = sorted(self.before - self.files.keys())
        try:
            if changed or stale:
                self._note(self.before | self.files.keys())  # first, so that a crash leaves no file that nobody knows
            for name in changed:
                write_atomically(self.root / name, self.files[name])
            for name in stale:
                (self.root / name).unlink(missing_ok=True)
            for folder in sorted((each for each in self.root.rglob("*") if each.is_dir()), reverse=True):
                if not any(folder.iterdir()):
                    folder.rmdir()
            if changed or stale:
                self._note(set(self.files))
        except OSError as error:
            raise refused(error, "write the pages", self.root) from error
        return changed + stale

    def _differs(self, name: str, data: bytes) -> bool:
        path = self.root / name
        return not path.is_file() or path.stat().st_size != len(data) or path.read_bytes() != data

    def _noted(self) -> set[str]:
        try:
            names = json.loads((self.root / MANIFEST).read_text(encoding="utf-8"))["files"]
            return {name for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts}
        except (OSError, ValueError, KeyError, TypeError):  # there is none, or it is no list of ours
            return set()

    def _note(self, names: set[str]) -> None:
        write_atomically(self.root / MANIFEST, json.dumps({"files": sorted(names)}, indent=0) + "\n")
