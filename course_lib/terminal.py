"""Running other commands on this terminal. Needs nothing but Python itself."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def run(command: Sequence[str], folder: Path) -> int:
    """Run a command in a folder on this terminal; its exit code."""
    return subprocess.run(command, cwd=folder, check=False).returncode


def become(command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None) -> int:
    """Hand this terminal over to a command, signals and all. Returns only on Windows, with the exit code.

    more: what the command finds in its environment beside what is there already.
    """
    sys.stdout.flush()
    environment = {**os.environ, **(more or {})}
    if os.name != "nt":
        os.chdir(folder)
        os.execve(command[0], list(command), environment)
    with subprocess.Popen(command, cwd=folder, env=environment) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # the child has got it too, and ends in its own way
                continue
