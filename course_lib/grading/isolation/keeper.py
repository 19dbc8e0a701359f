"""Starts the warm parent, talks to it, and says in plain words why it would not start."""

import json
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from typing import Any

from course_lib.errors import CourseError
from course_lib.grading.isolation.outside import WITHOUT

PATIENCE = 120.0  # seconds for loading torch on a slow machine

_REASONS = (
    (
        ("uid map", "RTM_NEWADDR", "gave no namespaces", "mounting", "uid_map", "setgroups"),
        "This system keeps programs from using the user namespaces they make, as Ubuntu does since 24.04 by AppArmor. "
        "Allow it: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 (or an AppArmor profile for bwrap).",
    ),
    (
        ("new namespace", "unshare", "clone"),
        "This system gives ordinary users no user namespaces. Debian: sudo sysctl kernel.unprivileged_userns_clone=1; "
        "others: sudo sysctl user.max_user_namespaces=15000; inside a container: see containers/grader.",
    ),
    (
        ("mount proc", "pivot_root"),
        "Inside a container bubblewrap needs more rights than usual: see the options in containers/grader.",
    ),
    (
        ("libseccomp",),
        "libseccomp is missing. Debian, Ubuntu: sudo apt install libseccomp2; Fedora: sudo dnf install libseccomp.",
    ),
    (("system-call filter",), "This kernel was built without seccomp filters (CONFIG_SECCOMP_FILTER)."),
)


def explain(said: str) -> str:
    """What the sandbox's last words mean and what to do about them."""
    for words, advice in _REASONS:
        if any(each in said for each in words):
            return f"The sandbox cannot start: {said}. {advice} {WITHOUT}"
    return f"The sandbox cannot start: {said or 'it ended without a word'}. {WITHOUT}"


class Keeper:
    """The outermost process of a sandbox and the socket to the warm parent in it.

    A thread of its own starts the process and waits for it: bubblewrap dies with the *thread* that started it, and the
    caller's may be a short-lived one.
    """

    def __init__(self, command: Callable[[int], list[str]], environment: dict[str, str]) -> None:
        self.control, theirs = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (closed by close)
        self._started, self._trouble = threading.Event(), ""
        self.pid, self.last_words = 0, ""  # the last line it wrote on its error stream, once it is closed
        self._buffer = b""
        self._process: subprocess.Popen[bytes] | None = None
        with theirs:
            argv = command(theirs.fileno())
            threading.Thread(target=self._keep, args=(argv, theirs.fileno(), environment), daemon=True).start()
            self._started.wait()
        if self._process is None:
            raise CourseError(explain(self._trouble))

    def _keep(self, argv: list[str], channel: int, environment: dict[str, str]) -> None:
        try:
            self._process = subprocess.Popen(
                argv,
                pass_fds=[channel],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                cwd="/",
                env=environment,
                start_new_session=True,  # Ctrl-C is the marker's business
            )
            self.pid = self._process.pid
        except OSError as error:
            self._trouble = str(error)
            return
        finally:
            self._started.set()
        self._process.wait()

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send the first message and return the answer. Raises CourseError with the reason when there is none."""
        try:
            self.control.sendall(json.dumps(message).encode() + b"\n")
            answer = self.hear(PATIENCE)
        except OSError:
            answer = None
        if answer is None:
            self.close()
            raise CourseError(explain(self.last_words))
        if "error" in answer:
            raise CourseError(explain(answer["error"]))
        return answer

    def hear(self, patience: float) -> dict[str, Any] | None:
        """The next message; None when the warm parent has died or stays silent for `patience` seconds."""
        self.control.settimeout(patience)
        try:
            while b"\n" not in self._buffer:
                data = self.control.recv(65536)
                if not data:
                    return None
                self._buffer += data
        except OSError:  # a timeout is one too
            return None
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    @property
    def alive(self) -> bool:
        """Does the process still run, and does somebody listen?"""
        return self.control.fileno() >= 0 and self._process is not None and self._process.poll() is None

    def close(self) -> int:
        """Hang up; the warm parent and its job die of it. -> the exit code"""
        self.control.close()
        assert self._process is not None
        try:
            code = self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if not self._said.closed:
            self._said.seek(0)
            self.last_words = self._said.read()[-4000:].decode(errors="replace").strip().rpartition("\n")[2]
            self._said.close()
        return code
