"""`course lab`: bring the learner's folder up to date and open JupyterLab on it.

All settings are given to this one server on its command line; a person's own JupyterLab settings stay as they are.
"""

import errno
import os
import socket
import sys
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.paths import course_home
from course_lib.terminal import become
from course_lib.workfolder import update

USUAL_PORT = 8888
TRIES = 50


def lab(browser: bool = True, port: int = USUAL_PORT, ip: str = "localhost", more: list[str] | None = None) -> int:
    """Open the course; returns JupyterLab's exit code, or never where a process can turn into another one.

    port 0 picks any free port. Raises CourseError when no port is free or the folder cannot be brought up to date.
    """
    home = course_home().absolute()
    for line in update(home=home):
        print(line)
    chosen = free_port(port, ip)
    if chosen != port and port:
        print(f"Port {port} is taken by another program, perhaps by a JupyterLab of yours; this one uses {chosen}.")
    print(f"Your course folder is {home}. Ctrl-C in this window ends JupyterLab; what you saved stays.", flush=True)
    return become(command(home, browser, chosen, ip, more or []), home)


def command(home: Path, browser: bool, port: int, ip: str, more: list[str]) -> list[str]:
    """The command line of the server."""
    first = "/lab/tree/start_here.ipynb" if (home / "start_here.ipynb").exists() else "/lab"
    asked = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={home}", f"--LabApp.default_url={first}"]
    asked += [f"--ServerApp.port={port}", f"--ServerApp.ip={ip}", "--ServerApp.answer_yes=True"]
    asked += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    asked += ["--Application.log_level=ERROR"]
    if not browser:
        asked += ["--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        asked += ["--allow-root"]  # a container's only user; JupyterLab would refuse
    return asked + more


def free_port(wanted: int, ip: str = "localhost") -> int:
    """The wanted port, or the next free one after it; 0 gives any. Raises CourseError when none of 50 is free."""
    if not 0 <= wanted <= 65535:
        raise CourseError(f"port {wanted} does not exist; choose one from 1024 to 65535, or 0 for any free one")
    for port in range(wanted, min(wanted + TRIES, 65536)):
        if (found := listen(port, ip)) is not None:
            return found
    raise CourseError(f"no port from {wanted} to {wanted + TRIES - 1} is free on {ip}; try `course lab --port 0`")


def listen(port: int, ip: str = "localhost") -> int | None:
    """Try to take a port for a moment; its number, or None when it is taken or not allowed."""
    try:
        address = ("" if ip == "*" else ip, port)
        with socket.create_server(address, family=socket.AF_INET6 if ":" in ip else socket.AF_INET) as taken:
            return int(taken.getsockname()[1])
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):  # taken, or a number below 1024
            return None
        raise CourseError(f"{ip!r} is no address that this machine can listen on: {error.strerror}") from error
