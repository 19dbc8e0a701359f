"""A tiny package file that real pip fetches from a folder, so that fetching is tested whole and without a network."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.data.archive import Archive

STORY = b"once upon a time\n" * 1000


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data cache of this test's own."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder pip looks into instead of an index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def package(shelf: Path) -> Callable[..., Archive]:
    """Make a package with a story in it, and the archive that describes it."""

    def make(name: str = "storybook", version: str = "1.0", **changes: object) -> Archive:
        file = shelf / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(file, "w") as wheel:
            wheel.writestr(f"{name}/story.txt", STORY)
            wheel.writestr(f"{name}/unread.txt", b"nobody asks for this")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        known: dict[str, object] = {
            "name": name,
            "version": version,
            "file": file.name,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "size": file.stat().st_size,
            "members": (f"{name}/story.txt",),
            "what": "a story",
            "licence": "free",
            "citation": "Anon.",
            "needed_by": ("core",),
        }
        return Archive(**{**known, **changes})  # type: ignore[arg-type]

    return make
