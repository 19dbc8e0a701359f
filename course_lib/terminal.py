"""Running other commands on this terminal. Needs nothing but Python itself."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def run(command: Sequence[str], folder: Path) -> int:
    """Run a command in a folder on this terminal; its exit code."""
    return subprocess.run(command, cwd=folder, check=False).returncode


def become(command: Sequence[str], folder: Path) -> int:
    """Hand this terminal over to a command, signals and all. Returns only on Windows, with the exit code."""
    sys.stdout.flush()
    if os.name != "nt":
        os.chdir(folder)
        os.execv(command[0], list(command))
    with subprocess.Popen(command, cwd=folder) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # the child has got it too, and ends in its own way
                continue
