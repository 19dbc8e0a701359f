"""The first job of every sandbox: it tries what no submission may do, and tells what it got away with."""

import ctypes
import json
import mmap
import os
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

ENTRY = "course_lib.grading.isolation.probe:try_the_walls"


def try_the_walls(own: socket.socket) -> None:
    """Read a list of paths that must not be readable, try everything, answer with what succeeded (a JSON list)."""
    asked = b""
    while not asked.endswith(b"\n"):
        asked += own.recv(65536)
    secrets: list[str] = json.loads(asked)
    attempts: dict[str, Callable[[], object]] = {
        "start a process": _fork,
        "start a program": lambda: os.execv(sys.executable, ["python", "-c", ""]),  # then nobody answers at all
        "start a thread": threading.Thread(target=int).start,
        "open a network socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "make a user namespace": lambda: _must(ctypes.CDLL(None).unshare(0x10000000)),
        "mount": lambda: _must(ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None)),
        "trace a process": lambda: _must(ctypes.CDLL(None).ptrace(0, 0, 0, 0)),
        "signal other processes": lambda: os.kill(-1, 0),
        "see other processes": lambda: _must(-(os.getpid() == 1 and not any(Path("/proc").iterdir()))),
        "take 100 GB of memory": lambda: mmap.mmap(-1, 100 << 30),
        **{f"write into {each}": partial(Path(each, "probe").write_bytes, b"") for each in _outside()},
        **{f"read {each}": Path(each).read_bytes for each in secrets},
    }
    got = [name for name, attempt in attempts.items() if succeeds(attempt)]
    own.sendall(json.dumps(got).encode() + b"\n")


def succeeds(attempt: Callable[[], object]) -> bool:
    """Did it work?"""
    try:
        attempt()
    except (OSError, RuntimeError, MemoryError, ValueError):
        return False
    return True


def what_gets_through(own: socket.socket, secrets: list[str]) -> list[str] | None:
    """The marker's end: ask for the attempts. -> those that succeeded; None when the job died before it could tell"""
    own.settimeout(10)
    answer = b""
    try:
        own.sendall(json.dumps(secrets).encode() + b"\n")
        while not answer.endswith(b"\n"):
            if not (data := own.recv(65536)):
                return None
            answer += data
    except OSError:
        return None
    return [str(each) for each in json.loads(answer)]


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _must(result: int) -> None:
    if result < 0:
        raise OSError("refused")


def _outside() -> list[str]:
    return ["/", "/usr/lib", "/dev", "/proc", str(Path(os.__file__).parent)]
