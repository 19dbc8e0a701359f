"""Time, memory and disk: a greedy job is stopped, soon, and the reason is told."""

# What is attacked with is written as an attacker would, without pathlib:
# ruff: noqa: PTH102, PTH123

import time

import pytest

from course_lib.errors import CourseError
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.sandbox import Sandbox
from tests.grading.walled import Died, inside


def spin():
    while True:
        pass


def spin_in_c():
    import torch

    torch.set_num_threads(1)
    a = torch.ones(3000, 3000)
    while True:
        for _ in range(1000):
            a = a @ a


def sleep():
    import signal
    import time

    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    while True:
        time.sleep(100)


@pytest.mark.timed
@pytest.mark.parametrize("loop", [spin, spin_in_c, sleep])
def test_an_endless_loop_ends_by_the_clock(sandbox: Sandbox, loop) -> None:
    begun = time.monotonic()
    with pytest.raises(Died) as died:
        inside(sandbox, loop, limits=Limits(wall_seconds=0.5))
    assert time.monotonic() - begun < 1.5
    assert died.value.ended.why == "wall time" and 0.5 <= died.value.ended.seconds < 1.5


@pytest.mark.timed
@pytest.mark.parametrize("loop", [spin, spin_in_c])
def test_processor_time_is_counted_apart(sandbox: Sandbox, loop) -> None:
    with pytest.raises(Died) as died:
        inside(sandbox, loop, limits=Limits(wall_seconds=60, cpu_seconds=1))
    assert died.value.ended.why == "cpu time" and 0.75 < died.value.ended.cpu_seconds < 2


def test_100_gb_are_refused(sandbox: Sandbox) -> None:
    def take():
        import mmap

        import numpy as np
        import torch

        refused = []
        for name, attempt in {
            "bytes": lambda: bytearray(100 * 2**30),
            "numpy": lambda: np.ones(100 * 2**27),
            "torch": lambda: torch.ones(100 * 2**28),
            "shared": lambda: mmap.mmap(-1, 100 * 2**30),
        }.items():
            try:
                attempt()
            except (MemoryError, RuntimeError, OSError):
                refused.append(name)
        return refused

    assert inside(sandbox, take) == ["bytes", "numpy", "torch", "shared"]


def test_memory_taken_in_small_bites_is_counted_too(sandbox: Sandbox) -> None:
    def take():
        import mmap

        held = []
        try:
            while len(held) < 400:  # or a wall that is missing fills this machine
                held.append(mmap.mmap(-1, 2**20))
                held[-1][::4096] = b"x" * 256
        except (MemoryError, OSError):
            pass
        return len(held)

    assert 100 <= inside(sandbox, take, limits=Limits(memory_mb=200)) <= 200


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_the_disk_is_small(sandbox: Sandbox, folder: str) -> None:
    def fill(folder):
        written = files = 0
        try:
            while files < 100:
                with open(f"{folder}/{files}", "wb") as file:
                    file.write(b"x" * 2**20)
                written, files = written + 1, files + 1
        except OSError as error:
            return [written, error.strerror]
        return [written, "no end"]

    written, why = inside(sandbox, fill, folder, limits=Limits(disk_mb=8))
    assert 6 <= written <= 8 and why == "No space left on device"


def test_a_single_file_is_small_too_and_there_are_few(sandbox: Sandbox) -> None:
    def fill():
        import os
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        number, why = 0, []
        try:
            while number < 10_000:
                os.mkdir(f"/tmp/{number}")
                number += 1
        except OSError as error:
            why.append(error.strerror)
        held = []
        try:
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error:
            why.append(error.strerror)
        return [number, len(held), why]

    number, held, why = inside(sandbox, fill)
    assert number < 4096 and held < 64 and why == ["No space left on device", "Too many open files"]


def test_limits_cannot_be_raised_again(sandbox: Sandbox) -> None:
    def lift():
        import resource

        lifted = []
        for name in ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_CORE"):
            try:
                resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                lifted.append(name)
            except (OSError, ValueError):
                pass
        return [lifted, resource.getrlimit(resource.RLIMIT_NPROC), resource.getrlimit(resource.RLIMIT_CORE)]

    assert inside(sandbox, lift) == [[], [0, 0], [0, 0]]


def test_what_was_used_is_reported(sandbox: Sandbox) -> None:
    def work():
        import time

        import torch

        held = torch.ones(100 * 2**18)  # 100 MB
        begun = time.process_time()
        while time.process_time() - begun < 0.2:
            pass
        return float(held[0])

    with sandbox.job() as job:
        from tests.grading.walled import ask

        ask(job.socket, work)
        job.socket.recv(100)
        ended = job.ended
    assert (ended.why, ended.exit, ended.signal) == ("done", 0, None)
    assert 0.2 <= ended.cpu_seconds < 2 and ended.seconds >= 0.2 and ended.peak_mb > 100


@pytest.mark.parametrize(
    "wrong", [{"wall_seconds": 0}, {"memory_mb": -1}, {"cpu_seconds": 1.5}, {"files": True}, {"disk_mb": float("nan")}]
)
def test_limits_must_make_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(CourseError, match=next(iter(wrong))):
        Limits(**wrong)  # type: ignore[arg-type]
