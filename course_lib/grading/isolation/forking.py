"""One job from the warm parent's side: fork it, watch it, end it when it must end, and report how it went."""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from course_lib.grading.isolation import walls
from course_lib.grading.isolation.channel import send
from course_lib.grading.isolation.limits import Ended, Limits, Why
from course_lib.grading.isolation.view import View

Entry = Callable[[socket.socket], None]
HUNG_UP = getattr(select, "POLLRDHUP", 0)  # POLLHUP and POLLERR are always told
FAILED, NO_WALLS = 70, 71  # exit codes: the entry raised; a wall did not stand, so the entry never ran


@dataclass(frozen=True)
class Loaded:
    """Everything a job starts from."""

    entries: dict[str, Entry]
    hide: list[str]  # paths that jobs must not see
    keep: View  # what they must still see below /tmp
    program: bytes  # the system-call filter; empty without walls
    clone: int  # the number of the system call that forks; 0 without walls


def run(loaded: Loaded, entry: str, limits: Limits, own: socket.socket, control: socket.socket) -> dict[str, Any]:
    """Fork one job and watch it to its end. -> what to report"""
    heard, told = os.pipe()
    begun = time.monotonic()
    with os.fdopen(heard, "rb") as trouble:
        try:
            pid = walls.fork_job(loaded.clone) if loaded.clone else os.fork()
            if pid == 0:
                _be_the_job(loaded, loaded.entries[entry], limits, own, told)
        except OSError as error:
            return {"error": str(error)}
        finally:
            os.close(told)
        send(control, {"started": True})
        why, status, used = _watch(pid, limits, own, control, group=not loaded.clone)
        code, cpu = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        if code == NO_WALLS and (words := trouble.read(2000)):
            return {"error": words.decode(errors="replace")}
    if not why:
        why = "done" if code == 0 else "failed" if code > 0 else "crashed"
        if code == -signal.SIGKILL and cpu > 0.75 * limits.cpu_seconds:  # the kernel counts in ticks, wait4 exactly
            why = "cpu time"
    return vars(
        Ended(
            why,
            exit=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            seconds=round(time.monotonic() - begun, 4),
            cpu_seconds=round(cpu, 4),
            peak_mb=round(used.ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20), 1),
        )
    )


def _watch(
    pid: int, limits: Limits, own: socket.socket, control: socket.socket, group: bool
) -> tuple[Why | None, int, Any]:
    """Wait until the job is over; end it when it must end. -> why it was ended from here, status, what it used"""
    poll = select.poll()
    end = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    if end is not None:
        poll.register(end, select.POLLIN)
    for channel in (own, control):
        poll.register(channel, HUNG_UP)
    until = time.monotonic() + limits.wall_seconds
    why: Why | None = None
    while True:
        left = 1000 * max(0.0, until - time.monotonic())
        left_alone = {number for number, _ in poll.poll(left if end is not None else min(5.0, left))} <= {end}
        over, status, used = os.wait4(pid, os.WNOHANG)
        if not over and not left_alone:
            why = "hung up"
        elif not over and time.monotonic() >= until:
            why = "wall time"
        if why:
            os.kill(pid, signal.SIGKILL)
            over, status, used = os.wait4(pid, 0)
        if over:
            break
    if end is not None:
        os.close(end)
    if group:  # without walls a job may leave processes behind
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    return why, status, used


def _be_the_job(loaded: Loaded, entry: Entry, limits: Limits, own: socket.socket, told: int) -> NoReturn:
    """What the child does: keep nothing but its socket, raise the walls, run the entry, leave."""
    code = NO_WALLS
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        keep = sorted((2, own.fileno(), told))
        for low, high in zip(keep, [*keep[1:], 1 << 16], strict=True):
            os.closerange(low + 1, high)
        if loaded.clone:
            walls.raise_walls(limits, loaded.hide, loaded.keep, loaded.program)
        else:
            os.setsid()
            walls.limit_use(limits, walls.mapped_bytes())
        os.close(told)
        code = FAILED
        entry(own)
        code = 0
    except SystemExit as left:
        code = FAILED if isinstance(left.code, str) else left.code or 0
    except BaseException as error:  # noqa: BLE001  (a wall did not stand, or the submission failed)
        if code == NO_WALLS:
            os.write(told, f"{type(error).__name__}: {error}".encode()[:2000])
    finally:
        os._exit(code & 255)
