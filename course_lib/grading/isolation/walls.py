"""The inner walls: what a job raises around itself before it runs a line of a submission.

`fork_job` makes the process with its own user, process, mount, network, IPC and host-name worlds; `raise_walls` runs in
it and covers what it need not see, limits what it may use, and gives up every right, the last of them by the filter.
Whatever fails here raises, and the job does not run.
"""

import ctypes
import os
import resource
import signal
import stat
from collections.abc import Sequence
from pathlib import Path

from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.syscalls import load_filter
from course_lib.grading.isolation.view import View

NOBODY = 65534
_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
"""The flags of clone(2) for new mounts, host name, IPC, user, process and network namespaces, in this order."""
_READ_ONLY, _BIND, _RECURSIVE, _PRIVATE = 1, 4096, 16384, 1 << 18
_PLAIN = 2 | 4 | 8  # no set-user-id, no devices, no programs
_PARENT_DEATH_SIGNAL, _DUMPABLE, _DROP_BOUND, _NO_NEW_PRIVILEGES = 1, 4, 24, 38

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
_libc_holding_the_lock = ctypes.PyDLL(None, use_errno=True)
_libc_holding_the_lock.syscall.argtypes = [ctypes.c_long] * 6
_libc_holding_the_lock.syscall.restype = ctypes.c_long


def fork_job(clone: int) -> int:
    """Fork into new namespaces, as os.fork() would: 0 in the child, its process number in the parent.

    `clone` is the number of the system call. The child is process 1 of its own world and has no user number yet.
    Python must be told before and after, as os.fork() does; only a process with one thread may do this.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _libc_holding_the_lock.syscall(clone, _NAMESPACES | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(number, f"the kernel gave no namespaces for the job: {os.strerror(number)}")
    return int(pid)


def raise_walls(limits: Limits, hide: Sequence[str], keep: View, program: bytes) -> None:
    """Shut this process in, for good.

    hide      folders and files to cover
    keep      what stays visible although it lives below /tmp, where the job gets an empty folder
    program   the system-call filter
    """
    _prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    Path("/proc/self/setgroups").write_text("deny")
    for which in ("uid_map", "gid_map"):  # the warm parent is nobody too, see become_nobody
        Path("/proc/self", which).write_text(f"{NOBODY} {NOBODY} 1")
    size = mapped_bytes()
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    kept = {path: os.open(path, os.O_PATH) for path in keep.folders}
    for folder in ("/tmp", "/dev/shm"):
        _mount("none", folder, "tmpfs", _PLAIN, f"size={limits.disk_mb << 20},nr_inodes=4096,mode=1777")
    for path, number in kept.items():
        place = Path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir() if stat.S_ISDIR(os.fstat(number).st_mode) else place.touch()
        _mount(f"/proc/self/fd/{number}", path, None, _BIND | _RECURSIVE)
        os.close(number)
    for link, target in keep.links.items():
        Path(link).parent.mkdir(parents=True, exist_ok=True)
        Path(link).symlink_to(target)
    for path in (*hide, "/proc"):
        if Path(path).is_dir():
            _mount("none", path, "tmpfs", _READ_ONLY | _PLAIN, "size=4k,nr_inodes=2,mode=555")
        elif Path(path).exists():
            _mount("/dev/null", path, None, _BIND)
    os.chdir("/tmp")
    limit_use(limits, size)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    _drop_capabilities()
    _prctl(_NO_NEW_PRIVILEGES, 1)
    load_filter(program)


def limit_use(limits: Limits, size: int) -> None:
    """The limits that the kernel keeps for a process, never to be raised again; `size` are the bytes it has mapped."""
    for what, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, size + (limits.memory_mb << 20)),
        (resource.RLIMIT_FSIZE, limits.disk_mb << 20),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def mapped_bytes() -> int:
    """The address space this process has; 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0


def resident_mb() -> float:
    """The memory this process holds; 0.0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return round(int(statm.read_text().split()[1]) * resource.getpagesize() / 2**20, 1) if statm.exists() else 0.0


def become_nobody() -> None:
    """Root gives its rights up; others keep what they are. Either may still write its own files in /proc."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    _prctl(_DUMPABLE, 1)


def _drop_capabilities() -> None:
    for number in range(64):
        if _libc.prctl(_DROP_BOUND, number, 0, 0, 0):
            break  # this kernel counts no further
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _libc.capset(header, nothing):
        raise OSError(ctypes.get_errno(), "the job could not give up its capabilities")


def _prctl(what: int, value: int) -> None:
    if _libc.prctl(what, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl({what}, {value}) failed")


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind, options)]
    if _libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]):
        number = ctypes.get_errno()
        raise OSError(number, f"mounting {kind or 'over'} {target}: {os.strerror(number)}")
