"""`course lab`: bring the learner's folder up to date and open JupyterLab on it.

All settings are given to this one server, on its command line and in the folder's `.course/lab`; a person's own
JupyterLab settings, kernels and workspaces stay as they are.
"""

import errno
import os
import shlex
import socket
import sys
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.lab import settings as lab_settings
from course_lib.lab.work_folder import update
from course_lib.paths import course_home
from course_lib.system_errors import refused
from course_lib.terminal import become

USUAL_PORT = 8888
TRIES = 50
IDLE = 2 * 3600
"""Seconds after which a kernel is shut down that runs nothing and that no page shows any more. One with an open page
stays, however long its owner is at lunch, and so does one that computes, with or without a page."""


def lab(browser: bool = True, port: int = USUAL_PORT, ip: str = "localhost", more: list[str] | None = None) -> int:
    """Open the course; returns JupyterLab's exit code, or never where a process can turn into another one.

    port 0 picks any free port. Raises CourseError when no port is free or the folder cannot be brought up to date.
    """
    home = course_home().absolute()
    for line in told(update(home=home)):
        print(line)
    chosen = free_port(port, ip)
    if chosen != port and port:
        print(f"Port {port} is taken by another program, perhaps by a JupyterLab of yours; this one uses {chosen}.")
    print(f"Your course folder is {home}. Ctrl-C in this window ends JupyterLab; what you saved stays.")
    print(f"Commands such as `course progress`: in JupyterLab's File, New, Terminal; elsewhere {spelled()} progress.")
    print("In a moment follows the address to open." if not browser else "Your browser opens in a moment.", flush=True)
    return become(command(home, browser, chosen, ip, more or []), home, surroundings(home))


def told(lines: list[str]) -> list[str]:
    """What an update says, and which command says more where a new version was laid beside a person's own."""
    beside = any("lies beside it" in line for line in lines)
    return [*lines, *(["`course update` says what is new in it, and what to do."] if beside else [])]


def spelled() -> str:
    """How `course` is called where no environment is active."""
    found = Path(sys.executable).with_name("course.exe" if os.name == "nt" else "course")
    return str(found) if found.exists() else f"{sys.executable} -m course_lib.cli"


def terminal() -> list[str]:
    """The shell of JupyterLab's terminals where the server has none of its own, as on a hub.

    It must be a login shell there, to learn what the machine gives its users; such a shell forgets the way to `course`
    and is told it again.
    """
    place = shlex.quote(str(Path(sys.executable).parent))
    return ["/bin/sh", "-lc", f'PATH={place}:"$PATH"; export PATH; exec "${{SHELL:-/bin/sh}}"']


def command(home: Path, browser: bool, port: int, ip: str, more: list[str]) -> list[str]:
    """The command line of the server. What `more` says of an option holds, whatever the course says of it."""
    import zmq

    first = "/lab/tree/start_here.ipynb" if (home / "start_here.ipynb").exists() else "/lab"
    settings = home / lab_settings.FOLDER
    options: dict[str, object] = {
        "ServerApp.root_dir": home,
        "LabApp.default_url": first,
        "ServerApp.port": port,
        "ServerApp.ip": ip,
        "ServerApp.answer_yes": True,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        "LabApp.user_settings_dir": settings / "settings",
        "LabApp.workspaces_dir": settings / "workspaces",
        "KernelSpecManager.allowed_kernelspecs": "python3",  # any other kernel would not find the course
        "ContentsManager.checkpoints_class": "course_lib.lab.checkpoints.CheckpointsApart",
        "MappingKernelManager.cull_idle_timeout": IDLE,
        "MappingKernelManager.cull_interval": 300,
        "MappingKernelManager.cull_busy": False,
        "MappingKernelManager.cull_connected": False,
        "Application.log_level": "ERROR",
    }
    if os.name != "nt" and not sys.stdout.isatty():
        options["ServerApp.terminado_settings"] = {"shell_command": terminal()}
    if zmq.has("curve"):  # encrypt what server and kernel say to each other, or every kernel warns that it is not
        options["KernelManager.transport_encryption"] = "auto"
    said = {each.lstrip("-").partition("=")[0] for each in more}
    asked = [f"--{name}={value}" for name, value in options.items() if name not in said]
    if not browser:
        asked += ["--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        asked += ["--allow-root"]  # a container's only user; JupyterLab would refuse
    return [sys.executable, "-m", "jupyterlab", *asked, *more]


def surroundings(home: Path) -> dict[str, str]:
    """What the server finds in its environment: the course's settings first, and `course` for its terminals.

    Raises CourseError when the settings cannot be written.
    """
    try:
        found = lab_settings.prepare(home)
    except OSError as error:
        raise refused(error, "write the settings of the course's JupyterLab", home) from error
    found["PATH"] = str(Path(sys.executable).parent)
    before = {name: os.environ.get(name) for name in found}
    return {name: os.pathsep.join(filter(None, [ours, before[name]])) for name, ours in found.items()}


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
