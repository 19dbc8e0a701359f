"""Runs a test's own function inside a job: its source goes in, what it returned or raised comes out."""

import inspect
import json
import signal
import socket
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_lib.grading.isolation.limits import Ended, Limits
from course_lib.grading.isolation.sandbox import Sandbox

ENTRY = "tests.grading.walled:obey"
LIGHT: tuple[str, ...] = ()  # no torch: a sandbox that opens in a fraction of a second
BWRAP_MISSING = "bubblewrap is not installed (apt install bubblewrap)"


class Raised(Exception):
    """What the function raised inside."""


class Died(Exception):
    """The job ended before it could answer."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(str(ended))
        self.ended = ended


def hears_ctrl_c() -> None:
    """For a process about to start: Ctrl-C ends it, also where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def obey(own: socket.socket) -> None:
    """Inside: define the function that comes down the socket, call it, send what came of it."""
    asked = b""
    while not asked.endswith(b"\n"):
        piece = own.recv(65536)
        if not piece:
            return
        asked += piece
    source, name, values = json.loads(asked)
    room: dict[str, Any] = {"own": own}
    exec(compile(source, "<submission>", "exec", dont_inherit=True), room)
    try:
        answer = {"value": room[name](*values)}
    except Exception as error:  # noqa: BLE001
        answer = {"raised": f"{type(error).__name__}: {error}"}
    own.sendall(json.dumps(answer).encode() + b"\n")


def ask(own: socket.socket, function: Callable[..., Any], *values: Any) -> None:
    """Outside: send a function into a job."""
    source = textwrap.dedent(inspect.getsource(function))
    own.sendall(json.dumps([source, function.__name__, values]).encode() + b"\n")


def inside(sandbox: Sandbox, function: Callable[..., Any], *values: Any, limits: Limits | None = None) -> Any:
    """What the function returns in a job of this sandbox. Raises Raised for what it raised, Died for no answer."""
    with sandbox.job(limits or Limits(wall_seconds=30)) as job:
        ask(job.socket, function, *values)
        answer = b""
        while piece := job.socket.recv(65536):
            answer += piece
        ended = job.ended
    if not answer.endswith(b"\n"):
        raise Died(ended)
    found = json.loads(answer)
    if "raised" in found:
        raise Raised(found["raised"])
    return found["value"]


def family(pid: int) -> set[int]:
    """This process and all that descend from it, as the system sees them now."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has just gone
                continue
    found = {pid} & parents.keys()
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def still_run(pids: set[int]) -> bool:
    """Is any of them alive? What has died and only waits for the system's first process to take note is not."""
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                return True
        except OSError:
            continue
    return False
