"""Where things live: the learner's folder, the data cache, the source checkout."""

import os
import tempfile
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

APP = "neural-architectures"


def repo_root() -> Path | None:
    """The source checkout this package was installed from, or None for a plain wheel."""
    root = Path(__file__).resolve().parent.parent
    return root if (root / "pyproject.toml").is_file() and (root / "solutions").is_dir() else None


def course_home() -> Path:
    """The learner's own folder: notebooks and progress. Set COURSE_HOME to move it."""
    if chosen := os.environ.get("COURSE_HOME"):
        return Path(chosen).expanduser()
    root = repo_root()
    return root / "my_course" if root else user_data_path(APP)


def progress_file() -> Path:
    """The SQLite file that remembers what a learner has done."""
    return course_home() / ".course" / "progress.sqlite"


def data_cache() -> Path:
    """Where fetched archives are kept, shared by all checkouts of one user. Set COURSE_CACHE to move it."""
    if chosen := os.environ.get("COURSE_CACHE"):
        return Path(chosen).expanduser()
    return user_cache_path(APP) / "data"


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write beside the target, then rename: a reader sees the old file or the new one, never half of one.

    Raises OSError when the folder cannot be written; the old file is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
