"""The marker's side of the sandbox: `with Sandbox(entries) as sandbox: with sandbox.job() as job: ...`.

A Sandbox is one warm parent behind bubblewrap; its jobs run one at a time, each behind walls of its own. It serves one
thread. Run several side by side for several workers, and start each after the worker has been forked. When it opens
(and when it had to be started again) its first job tries what is forbidden; if anything succeeds it refuses to work.
"""

import json
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import course_lib
from course_lib.errors import CourseError
from course_lib.grading.isolation import outside, probe
from course_lib.grading.isolation.job import GRACE, Job
from course_lib.grading.isolation.keeper import Keeper, explain
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.view import View, look_around

MODULES = ("numpy", "torch", "matplotlib.pyplot")
COURSE = Path(course_lib.__file__).parent


class Sandbox:
    """Starts jobs behind both walls.

    entries   what a job may run, as "module:function"; each takes the job's socket. The first is the usual one.
    modules   what the warm parent imports beforehand
    hide      folders and files that jobs must not see although the warm parent did: the course itself
    show      more folders to show, read-only
    prepare   what the warm parent calls once before any job: "module:function" -> the list of texts it is called with
    say       told, in a sentence, when the warm parent died and was started again
    """

    walls = True

    def __init__(
        self,
        entries: Iterable[str],
        modules: Iterable[str] = MODULES,
        hide: Iterable[Path] = (COURSE,),
        show: Iterable[Path] = (),
        say: Callable[[str], None] = lambda sentence: print(sentence, file=sys.stderr),
        prepare: Mapping[str, list[str]] = MappingProxyType({}),
    ) -> None:
        self.prepare = dict(prepare)
        self.entries, self.modules, self.say = tuple(entries), tuple(modules), say
        self.hide, self.show = tuple(hide), tuple(show)
        self.restarts = 0
        self.boot_seconds = self.rss_mb = 0.0
        self._keeper: Keeper | None = None
        self._job: Job | None = None

    @staticmethod
    def kind() -> str:
        """What the walls are, as it is written into every mark."""
        return "bubblewrap + namespaces + seccomp"

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the job that runs, if one does, and the warm parent."""
        if self._keeper is not None:
            self._keeper.close()
        self._keeper = self._job = None

    @property
    def pid(self) -> int:
        """The process number of the outermost process, which all others die with."""
        return self._running().pid

    def job(self, limits: Limits | None = None, entry: str = "") -> Job:
        """Start a job, and end the one before if it still runs.

        Raises CourseError for an entry that was not declared, and when the sandbox cannot be started again.
        """
        entry = entry or self.entries[0]
        if entry not in (*self.entries, probe.ENTRY):
            raise CourseError(f"the sandbox may run {', '.join(self.entries)}; not {entry!r}")
        if self._job is not None and self._running().alive:
            self._job.kill()
        try:
            if not self._running().alive:
                raise BrokenPipeError
            self._job = self._send(limits or Limits(), entry)
        except OSError:
            self._restart()
            self._job = self._send(limits or Limits(), entry)
        return self._job

    def _send(self, limits: Limits, entry: str) -> Job:
        keeper = self._running()
        ours, theirs = socket.socketpair()
        try:
            header = json.dumps({"entry": entry, "limits": asdict(limits)}).encode() + b"\n"
            socket.send_fds(keeper.control, [header], [theirs.fileno()])
            answer = keeper.hear(GRACE)
            if answer is None:
                raise BrokenPipeError("the warm parent died before it could fork the job")
            if "error" in answer:
                raise CourseError(explain(answer["error"]))
        except (OSError, CourseError):
            ours.close()
            raise
        finally:
            theirs.close()
        return Job(ours, keeper, limits)

    def _running(self) -> Keeper:
        if self._keeper is None:
            raise CourseError("the sandbox is not open; use it as `with Sandbox(...) as sandbox:`")
        return self._keeper

    def _restart(self) -> None:
        self.restarts += 1
        self.say("The sandbox ended by itself; it is started again.")
        self.close()
        self._start()

    def _start(self) -> None:
        begun = time.monotonic()
        view = look_around([*self.modules, *self.entries], self.show)
        self._keeper = Keeper(lambda channel: self._command(channel, view), self._environment())
        asked = {
            "modules": self.modules,
            "entries": [*self.entries, probe.ENTRY],
            "prepare": self.prepare,
            "hide": [str(each.resolve()) for each in self.hide],
            "keep": asdict(view.below("/tmp")),
            "walls": self.walls,
        }
        try:
            answer = self._keeper.ask(asked)
            self.boot_seconds, self.rss_mb = round(time.monotonic() - begun, 3), float(answer["rss_mb"])
            self._try_the_walls()
        except BaseException:
            self.close()
            raise

    def _command(self, channel: int, view: View) -> list[str]:
        return outside.bubblewrap(channel, view)

    def _environment(self) -> dict[str, str]:
        return {}

    def _try_the_walls(self) -> None:
        with tempfile.NamedTemporaryFile() as canary, self.job(Limits(wall_seconds=10), probe.ENTRY) as job:
            canary.write(b"canary")
            canary.flush()
            Path(canary.name).chmod(0o644)  # it is the wall that must hide it, not the file's own rights
            got = probe.what_gets_through(job.socket, [canary.name, __file__])
            ended = job.kill()
        if got is None:
            raise CourseError(f"the sandbox's self-test gave no answer ({ended.why}); nothing is marked.")
        if got:
            raise CourseError(f"the sandbox does not hold: a test job could {', '.join(got)}. Nothing is marked.")
