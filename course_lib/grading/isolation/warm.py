"""The warm parent: imports torch once, then forks one job after the other into its own walls.

It runs inside the outer sandbox, on one thread, and speaks with the marker over one socket, a line of JSON each way:

    marker -> {"modules", "entries", "prepare", "hide", "keep", "walls"}   what to load
    warm   -> {"ready": true, "rss_mb"}  or  {"error": "..."}
    marker -> {"entry", "limits"} and the job's socket             one job
    warm   -> {"started": true}, or {"error": "..."}               it was forked
    warm   -> the fields of Ended, or {"error": "..."}             it is over; then the next

It ends when the marker hangs up. A job ends when its entry returns, when it breaks a limit, or when the marker closes
the other end of the job's socket.
"""

import gc
import importlib
import json
import socket
import sys
from pathlib import Path
from typing import Any

from course_lib.grading.isolation import dynamo, walls
from course_lib.grading.isolation.channel import receive, send
from course_lib.grading.isolation.forkable import gather_pages
from course_lib.grading.isolation.forking import Loaded, run
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.syscalls import compile_filter, number_of
from course_lib.grading.isolation.view import View


def main(number: int) -> None:
    """Serve jobs over the inherited socket `number` until the marker hangs up."""
    control = socket.socket(fileno=number)
    sys.argv = sys.orig_argv = [""]
    sys.path[:] = [each for each in sys.path if Path(each).exists()]  # the teacher's other folders have names, too
    try:
        loaded = load(json.loads(receive(control)[0]))
    except Exception as error:  # noqa: BLE001  (whatever it is, the marker must hear it)
        send(control, {"error": f"{type(error).__name__}: {error}"})
        return
    send(control, {"ready": True, "rss_mb": walls.resident_mb()})
    while True:
        line, handed = receive(control)
        if not line:
            return
        ask = json.loads(line)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, handed[0]) as own:
            answer = run(loaded, ask["entry"], Limits(**ask["limits"]), own, control)
        send(control, answer)


def load(asked: dict[str, Any]) -> Loaded:
    """Import what was asked for and give up every right that jobs must not have."""
    for module in asked["modules"]:
        importlib.import_module(module)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
        dynamo.postpone()
    entries = {}
    for name in asked["entries"]:
        module, _, function = name.partition(":")
        entries[name] = getattr(importlib.import_module(module), function)
        getattr(importlib.import_module(module), "rehearse", int)()  # what all jobs would set up, each for itself
    for name, values in asked["prepare"].items():
        module, _, function = name.partition(":")
        getattr(importlib.import_module(module), function)(values)
    program, clone = (compile_filter(), number_of("clone")) if asked["walls"] else (b"", 0)
    if asked["walls"]:
        walls.become_nobody()
        if (threads := len(list(Path("/proc/self/task").iterdir()))) != 1:
            raise RuntimeError(f"the modules started {threads - 1} threads; a process that forks jobs must have none")
    gc.collect()
    gc.freeze()  # the children do not copy what they never change
    if asked["walls"]:
        gather_pages()
    return Loaded(entries, asked["hide"], View(**asked["keep"]), program, clone)
