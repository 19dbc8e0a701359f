"""What a refusal of the operating system or of pip means, in words, and what to do about it."""

import errno
from pathlib import Path

from course_lib.errors import CourseError

NO_SPACE = "the disk is full: free some space, then run the same command again"
NO_NETWORK = "the package index cannot be reached: check the network (or the proxy), then run the same command again"

# what pip prints -> what it means; the first that fits is told
_PIP_SAYS = [
    (("No space left on device", "Errno 28", "not enough space on the disk"), NO_SPACE),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SSLError"),
        "the connection is not trusted: a proxy or a wrong clock is in between. Check the date of this machine, "
        "or ask who runs the network for the certificate (`pip config set global.cert FILE`)",
    ),
    (
        (
            "NewConnectionError",
            "NameResolutionError",
            "Temporary failure in name resolution",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "ProxyError",
            "ConnectionResetError",
            "Network is unreachable",
            "IncompleteRead",
            "Connection broken",
        ),
        NO_NETWORK,
    ),
    (("Permission denied", "Errno 13", "Access is denied", "WinError 5"), "a folder may not be written by you"),
    (("No module named pip",), "this Python has no pip: run `python -m ensurepip --upgrade` with it"),
    (("no such option",), "this pip is too old: run `python -m pip install --upgrade pip`"),
    (
        ("No matching distribution found", "Could not find a version"),
        "the package index offers no such version for this Python and this system (or no index could be asked)",
    ),
]


def explain_pip(output: str) -> str:
    """The cause of a failed pip run in one sentence, or its own last lines where the cause is not known."""
    for marks, meaning in _PIP_SAYS:
        if any(mark in output for mark in marks):
            return meaning
    last = [line.strip() for line in output.splitlines() if line.strip()][-4:]
    return "pip said: " + " / ".join(last or ["nothing"])


def refused(error: OSError, doing: str, where: Path) -> CourseError:
    """A kind error for a file operation that the system refused: `raise refused(error, "copy the lectures", path)`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why = NO_SPACE
    elif error.errno in (errno.EACCES, errno.EPERM):
        why = f"{where} may not be written by you: change its permissions, or its owner"
    elif error.errno == errno.EROFS:
        why = f"{where} is on a disk that can only be read: choose another place"
    else:
        why = f"{where}: {error.strerror or error}"
    return CourseError(f"Could not {doing}: {why}.")
