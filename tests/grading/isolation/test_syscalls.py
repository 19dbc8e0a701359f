"""The system-call filter, attacked from inside a job; ordinary work with torch, numpy and matplotlib must still run."""

import platform
import signal
import struct

import pytest

from course_lib.grading.isolation import syscalls
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.sandbox import Sandbox
from tests.grading.walled import Died, inside

EPERM, ENOSYS = 1, 38


def call(number, *values):
    """Make a system call without any library in between. -> 0, or the error's number"""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(each) for each in values))
    return 0 if result >= 0 else ctypes.get_errno()


@pytest.mark.parametrize("name", syscalls.REFUSED.split())
def test_what_is_refused_is_refused(light_room: Sandbox, name: str) -> None:
    """Each by its number, with harmless arguments."""
    number = syscalls.number_of(name)
    if number < 0:
        pytest.skip(f"{platform.machine()} has no {name}")
    assert inside(light_room, call, number) == EPERM


@pytest.mark.parametrize("name", ["clone3", "add_key", "io_uring_setup", "landlock_create_ruleset", "kexec_file_load"])
def test_what_nobody_named_is_unknown_or_refused(light_room: Sandbox, name: str) -> None:
    assert inside(light_room, call, syscalls.number_of(name)) in (EPERM, ENOSYS)


def test_a_call_that_does_not_exist_yet_is_unknown(light_room: Sandbox) -> None:
    assert inside(light_room, call, 600) == ENOSYS


def test_no_list_names_a_call_twice() -> None:
    allowed, refused = syscalls.ALLOWED.split(), syscalls.REFUSED.split()
    only = [name for name, _, _ in syscalls.ONLY_WITH]
    assert len({*allowed, *refused, *only}) == len(allowed) + len(refused) + len(only)
    assert not [name for name in (*allowed, *only) if syscalls.number_of(name) == -1]


def test_no_process_thread_or_program_starts(light_room: Sandbox) -> None:
    def start():
        import ctypes
        import os
        import subprocess
        import sys
        import threading

        libc = ctypes.CDLL(None, use_errno=True)
        found = {}
        for name, attempt in {
            "fork": os.fork,
            "vfork": lambda: libc.vfork() < 0 and (_ for _ in ()).throw(OSError(ctypes.get_errno(), "")),
            "forkpty": os.forkpty,
            "thread": threading.Thread(target=int).start,
            "exec": lambda: os.execv(sys.executable, ["python"]),
            "spawn": lambda: os.posix_spawn(sys.executable, ["python"], {}),
            "subprocess": lambda: subprocess.run([sys.executable]),
            "system": lambda: os.system("true") == 0 or (_ for _ in ()).throw(OSError()),
        }.items():
            try:
                attempt()
                found[name] = "got through"
            except (OSError, RuntimeError):
                found[name] = "refused"
        return found

    found = inside(light_room, start)
    assert set(found.values()) == {"refused"} and len(found) == 8


def test_no_socket_of_any_family(light_room: Sandbox) -> None:
    def open_all():
        import os
        import socket

        found = []
        for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG"):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
                try:
                    socket.socket(getattr(socket, family), kind)
                    found.append(family)
                except OSError as error:
                    assert error.errno == 1, error
        try:
            socket.create_connection(("127.0.0.1", 80), timeout=1)
            found.append("connected")
        except OSError:
            pass
        copy = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, os.dup(own.fileno()))  # noqa: F821
        for name, attempt in {
            "connect": lambda: copy.connect("\0abstract"),
            "bind": lambda: copy.bind("\0abstract"),
            "listen": copy.listen,
            "sendto": lambda: copy.sendto(b"x", "\0abstract"),
            "sendmsg": lambda: copy.sendmsg([b"x"]),
        }.items():
            try:
                attempt()
                found.append(name)
            except OSError as error:  # by the filter, not by what the socket happens to be
                if error.errno not in (1, 38):
                    found.append([name, error.strerror])
        return found

    assert inside(light_room, open_all) == []


def test_its_own_limits_can_be_read_but_not_set_by_the_raw_call(light_room: Sandbox) -> None:
    def try_both(number):
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        limits = (ctypes.c_uint64 * 2)(1, 1)
        read = libc.syscall(number, 0, 7, None, ctypes.byref(limits))
        written = libc.syscall(number, 0, 7, ctypes.byref(limits), None)
        return [read, written]

    assert inside(light_room, try_both, syscalls.number_of("prlimit64")) == [0, -1]


def test_a_signal_reaches_only_itself(light_room: Sandbox) -> None:
    def ring():
        import ctypes
        import signal

        heard = []
        signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))
        signal.raise_signal(signal.SIGUSR1)
        libc = ctypes.CDLL(None, use_errno=True)
        return [heard, libc.syscall(234, 2, 2, 10)]

    heard, other = inside(light_room, ring)
    assert heard == [signal.SIGUSR1] and other == -1


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 has a second set of numbers")
@pytest.mark.parametrize("way", ["int 0x80", "x32"])
def test_the_second_set_of_numbers_ends_the_job(light_room: Sandbox, way: str) -> None:
    """fork() by the 32-bit gate in machine code, and getpid() by its x32 number."""

    def sneak(way):
        import ctypes
        import mmap

        code = b"\xb8\x02\x00\x00\x00\xcd\x80\xc3" if way == "int 0x80" else b"\xb8\x27\x00\x00\x40\x0f\x05\xc3"
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(code)
        return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()

    with pytest.raises(Died) as died:
        inside(light_room, sneak, way)
    assert died.value.ended.signal == signal.SIGSYS


def test_ordinary_work_runs(sandbox: Sandbox) -> None:
    """Training, pictures, files, random numbers, dates, pickles: everything a homework does."""

    def work():
        import datetime
        import pathlib
        import pickle
        import random
        import tempfile
        import time

        import matplotlib.pyplot as plt
        import numpy as np
        import torch
        from torch import nn

        torch.manual_seed(0)
        model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
        optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
        x, y = torch.randn(8, 1, 9, 9), torch.randint(3, (8,))
        losses = []
        for _ in range(20):
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        attention = nn.MultiheadAttention(8, 2, batch_first=True)
        attention(*[torch.randn(2, 5, 8)] * 3)[0].sum().backward()
        torch.linalg.svd(torch.randn(30, 30))
        torch.fft.fft(torch.randn(64))
        np.linalg.eigh(np.eye(20) + np.random.default_rng(0).normal(size=(20, 20)) * 0.01)
        figure, axes = plt.subplots()
        axes.plot(losses)
        axes.set_title("loss")
        figure.savefig("loss.png")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "model.pt")
            torch.save(model.state_dict(), path)
            torch.load(path)
        pickle.loads(pickle.dumps(x))
        time.sleep(0.001)
        random.random()
        datetime.datetime.now().isoformat()
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=3, shuffle=True)
        return [losses[0] > losses[-1], pathlib.Path("loss.png").stat().st_size > 1000, len(list(loader))]

    assert inside(sandbox, work, limits=Limits(wall_seconds=60)) == [True, True, 3]


def test_the_filter_is_a_whole_program() -> None:
    """BPF instructions are 8 bytes each, and the kernel takes at most 4096 of them."""
    program = syscalls.compile_filter()
    assert len(program) % 8 == 0 and 50 < len(program) // 8 < 4096
    code, _, _, offset = struct.unpack("HBBI", program[:8])
    assert (code, offset) == (0x20, 4)  # the first thing it loads is the architecture
