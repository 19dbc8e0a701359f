"""The outer wall: the bubblewrap command around the warm parent.

Visible are the system's shared libraries and what the view names, read-only, each at its own path; nothing else.
Network, processes, IPC and host name are its own; /tmp and /dev/shm are empty.
"""

import os
import shutil
import sys
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.grading.isolation.view import SYSTEM, View, search_path

SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")
LINKS = ("/lib", "/lib32", "/lib64", "/libx32")
DEVICES = ("null", "zero", "full", "random", "urandom")
ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "LOGNAME": "student",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",  # sets of words keep their order: the same submission, the same mark
    "TZ": "UTC",
}
WITHOUT = (
    "On macOS and Windows, or where this cannot be allowed, run the grader in its container (containers/grader). "
    "`--trust-submissions` marks without any walls: only for code you would run yourself."
)
START = """import sys; sys.path += [each for each in sys.argv[2:] if each not in sys.path]
from course_lib.grading.isolation.warm import main; main(int(sys.argv[1]))
import os; os._exit(0)"""


def bubblewrap(channel: int, view: View) -> list[str]:
    """The command that starts a warm parent behind the outer wall, speaking over the inherited socket `channel`.

    Raises CourseError when this is not Linux, and when bubblewrap is missing.
    """
    if sys.platform != "linux":
        raise CourseError(f"The sandbox needs Linux, and this is {sys.platform}. {WITHOUT}")
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise CourseError(
            "bubblewrap is not installed (no `bwrap` on the PATH). Debian, Ubuntu: sudo apt install bubblewrap; "
            f"Fedora: sudo dnf install bubblewrap. {WITHOUT}"
        )
    command = [bwrap, "--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if may_administer():  # real root keeps no user namespace: the warm parent becomes nobody, also for the kernel
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    for name in LINKS:  # into /usr on most systems
        command += (
            ["--symlink", str(Path(name).readlink()), name]
            if Path(name).is_symlink()
            else ["--ro-bind-try", name, name]
        )
    for path in (*SYSTEM, *SYSTEM_FILES):
        command += ["--ro-bind-try", path, path]
    command += ["--tmpfs", "/tmp", "--proc", "/proc", "--tmpfs", "/dev"]
    for device in DEVICES:
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    command += ["--tmpfs", "/dev/shm"]
    for folder in view.folders:  # after /tmp: they may live below it
        command += [*_parents(folder), "--ro-bind", folder, folder]
    for link, target in view.links.items():
        command += [*_parents(link), "--symlink", target, link]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--", *python(channel)]


def python(channel: int) -> list[str]:
    """The warm parent itself, without walls around it."""
    return [sys.executable, "-s", "-P", "-B", "-c", START, str(channel), *search_path()]


def may_administer() -> bool:
    """Is this root with the right to mount, so that no user namespace is needed outside?"""
    if os.geteuid() != 0:
        return False
    status = Path("/proc/self/status").read_text()
    held = int(status.partition("CapEff:")[2].split()[0], 16)
    return bool(held >> 21 & 1)


def _parents(path: str) -> list[str]:
    return [
        word for parent in reversed(Path(path).parents[:-1]) for word in ("--dir", str(parent))
    ]  # else for root alone
