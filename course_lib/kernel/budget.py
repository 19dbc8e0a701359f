"""What a notebook costs: seconds, processor seconds, peak memory, attempts to use the network.

`watch` starts counting in this process. When COURSE_USAGE_DIR names a folder and the process is a notebook's kernel,
the record is written there after every cell, so that whoever runs the notebook knows its cost even if the kernel dies.
"""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from course_lib.paths import write_atomically

_CONNECTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_started: float | None = None
_attempts: list[str] = []
_opened: set[str] = set()
_ROOT = str(Path(__file__).resolve().parents[1])
_ASSETS = str(Path(_ROOT, "assets"))


@dataclass(frozen=True)
class Usage:
    """Seconds since `watch`; processor seconds and peak memory of the process (None: unknown); network attempts."""

    seconds: float
    cpu_seconds: float
    peak_mb: float | None
    network: int
    targets: list[str] = field(default_factory=list)  # the first few, to find the culprit
    files: list[str] = field(default_factory=list)  # of course_lib: modules loaded and assets read, below its folder

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def watch() -> None:
    """Begin to count. Calling it again changes nothing: an audit hook cannot be taken back."""
    global _started
    if _started is None:
        _started = time.perf_counter()
        sys.addaudithook(_notice)
        _write_after_every_cell()


def report() -> Usage:
    """What the process has used until now; raises RuntimeError when `watch` was never called."""
    if _started is None:
        raise RuntimeError("nothing was counted: call course_lib.kernel.budget.watch() first")
    seconds = time.perf_counter() - _started
    cpu = round(_cpu_seconds(), 3)
    return Usage(round(seconds, 3), cpu, peak_memory_mb(), len(_attempts), _attempts[:5], own_files())


def own_files() -> list[str]:
    """The files of course_lib that this process stands on: modules it has loaded, assets it has opened."""
    loaded = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
    mine = {file for file in loaded | _opened if file.startswith(_ROOT + os.sep)}
    return sorted(Path(file).relative_to(_ROOT).as_posix() for file in mine)


def peak_memory_mb() -> float | None:
    """The most memory this process ever held, in MB, or None where the system does not tell (Windows).

    Linux is asked for VmHWM: getrusage's figure survives exec, so that a kernel would inherit its parent's peak.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 1024), 1)


def _cpu_seconds() -> float:
    """Processor seconds of this process, all its threads, and its finished children."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _notice(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: count what leaves this machine. It runs for every audited event, so it looks at the name first."""
    if event == "open":
        name = arguments[0]
        if name.__class__ is str and name.startswith(_ASSETS):
            _opened.add(name)
        elif isinstance(name, os.PathLike) and str(name).startswith(_ASSETS):
            _opened.add(str(name))
        return
    if not event.startswith("socket."):
        return
    if event in _CONNECTS:
        address = arguments[-1]
        if isinstance(address, tuple) and not _stays_here(address[0]):
            _attempts.append(f"{address[0]}:{address[1]}")
    elif event in _LOOK_UPS and not _stays_here(arguments[0]):
        _attempts.append(str(arguments[0]))


def _stays_here(host: Any) -> bool:
    """True for this machine's own addresses; a socket file (no tuple) and an unnamed host never leave it either."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return name is None or name in ("", "localhost", "::1", "0.0.0.0", "::") or str(name).startswith("127.")


def _write_after_every_cell() -> None:
    """In a kernel with COURSE_USAGE_DIR set, keep a record `<process>.json` there up to date."""
    folder = os.environ.get("COURSE_USAGE_DIR")
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if folder and ipython else None
    if folder is None or shell is None:
        return
    target = Path(folder) / f"{os.getpid()}.json"

    def write(*_: object) -> None:
        write_atomically(target, json.dumps(report().as_dict()))

    shell.events.register("post_run_cell", write)
