"""What a job can see, reach and leave behind: each test attacks from inside."""

# What is attacked with is written as an attacker would, without pathlib:
# ruff: noqa: PTH118, PTH123, PTH208, PTH211, BLE001, SIM115

import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

import course_lib
from course_lib.grading.isolation.outside import ENVIRONMENT
from course_lib.grading.isolation.sandbox import Sandbox
from tests.grading.walled import ENTRY, LIGHT, Died, Raised, ask, family, inside

COURSE = Path(course_lib.__file__).parent
ON_THE_WAY = {
    path.parts[2] for path in (COURSE, Path(sys.prefix), Path(sys.base_prefix)) if path.is_relative_to("/tmp")
}
"""A course that lives below /tmp is seen through empty folders, made anew for each job."""


def read(path):
    with open(path, "rb") as file:
        return len(file.read(1000))


def stay():
    import time

    own.sendall(b"here")  # noqa: F821
    time.sleep(60)


def test_files_of_the_teacher_are_not_there(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A canary in the class folder, in the home folder, an ssh key, passwords, and the gradebook beside it."""
    canaries = [tmp_path / "gradebook.db", tmp_path / "class" / "w07" / "received" / "ada" / "x.ipynb"]
    key = Path.home() / ".ssh" / "id_ed25519"
    for canary in canaries:
        canary.parent.mkdir(parents=True, exist_ok=True)
        canary.write_text("canary")
    for path in (
        *canaries,
        key,
        Path("/etc/passwd"),
        Path("/etc/shadow"),
        Path("/etc/hostname"),
        Path("/root/.bashrc"),
    ):
        with pytest.raises(Raised, match=r"FileNotFoundError|PermissionError"):
            inside(sandbox, read, str(path))


def test_the_course_itself_is_hidden(sandbox: Sandbox) -> None:
    def look(course):
        import importlib
        import inspect
        import os

        from course_lib.grading.isolation import limits  # loaded before the walls went up

        found = {"files": os.listdir(course)}
        for name, attempt in {
            "source": lambda: inspect.getsource(limits.Limits),
            "import": lambda: importlib.import_module("course_lib.exercises.w07"),
            "open": lambda: open(course + "/grading/isolation/walls.py"),
        }.items():
            try:
                attempt()
                found[name] = "got through"
            except Exception as error:
                found[name] = type(error).__name__
        return found

    assert inside(sandbox, look, str(COURSE)) == {
        "files": [],
        "source": "OSError",
        "import": "ModuleNotFoundError",
        "open": "FileNotFoundError",
    }


def write_everywhere():
    import os

    took = []
    for folder, _folders, _files in os.walk("/"):
        if folder.count("/") > 3:
            continue
        try:
            with open(os.path.join(folder, "left behind"), "w") as file:
                file.write("x")
            took.append(folder)
        except OSError:
            pass
    return sorted(took)


def test_only_tmp_and_shm_take_writes(sandbox: Sandbox) -> None:
    took = inside(sandbox, write_everywhere)  # a course below /tmp has its parents there: the job's own folders too
    assert [each for each in took if not each.startswith("/tmp/")] == ["/dev/shm", "/tmp"]


def test_one_job_leaves_nothing_for_the_next(sandbox: Sandbox) -> None:
    def leave():
        import builtins
        import os

        import torch

        for folder in ("/tmp", "/dev/shm"):
            with open(folder + "/note", "w") as file:
                file.write("the answer is 7")
        torch.allclose = lambda *a, **k: True
        builtins.sly = 1
        os.environ["SLY"] = "1"
        return sorted(os.listdir("/tmp") + os.listdir("/dev/shm"))

    def find():
        import builtins
        import os

        import torch

        fooled = torch.allclose(torch.zeros(1), torch.ones(1)) or hasattr(builtins, "sly") or "SLY" in os.environ
        return [os.listdir("/tmp"), os.listdir("/dev/shm"), fooled]

    assert [each for each in inside(sandbox, leave) if each not in ON_THE_WAY] == ["note", "note"]
    tmp, shared, fooled = inside(sandbox, find)
    assert ([each for each in tmp if each not in ON_THE_WAY], shared, fooled) == ([], [], False)


def test_no_other_process_can_be_seen_or_signalled(sandbox: Sandbox) -> None:
    def look(parent):
        import os

        found = {"pid": os.getpid(), "parent": os.getppid(), "proc": os.listdir("/proc")}
        for name, attempt in {
            "all": lambda: os.kill(-1, 9),
            "parent": lambda: os.kill(parent, 9),
            "two": lambda: os.kill(2, 9),
            "group": lambda: os.killpg(0, 9),
        }.items():
            try:
                attempt()
                found["kill " + name] = "got through"
            except OSError as error:
                found["kill " + name] = error.strerror
        return found

    found = inside(sandbox, look, os.getpid())
    refused = "Operation not permitted"
    assert found == {
        "pid": 1,
        "parent": 0,
        "proc": [],
        **{f"kill {who}": refused for who in ("all", "parent", "two", "group")},
    }


@pytest.mark.parametrize(
    "path", ["/proc/1/environ", "/proc/1/mem", "/proc/self/maps", "/proc/{}/environ", "/proc/{}/mem"]
)
def test_proc_is_empty(sandbox: Sandbox, path: str) -> None:
    with pytest.raises(Raised, match="FileNotFoundError"):
        inside(sandbox, read, path.format(os.getpid()))


def test_the_environment_holds_nothing_of_the_teacher(
    bwrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "canary")
    (tmp_path / "canary").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "canary"))

    def look():
        import ctypes
        import os
        import socket
        import sys

        initial = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
        native = []
        for number in range(1000):
            if initial[number] is None:
                break
            native.append(initial[number].decode())
        names = [sys.argv, sys.orig_argv, sys.path]
        return [dict(os.environ), native, os.getuid(), os.getgid(), os.getgroups(), socket.gethostname(), names]

    with Sandbox([ENTRY], modules=LIGHT) as opened:
        environment, native, user, group, groups, host, names = inside(opened, look)
    assert "canary" not in str(environment) + str(native) + str(names)
    assert environment["HOME"] == "/tmp" and environment["OMP_NUM_THREADS"] == "1"
    assert environment.keys() <= {"PWD", *ENVIRONMENT}
    assert (user, group, host) == (65534, 65534, "sandbox")
    assert set(groups) <= {65534}


def test_a_job_holds_its_socket_and_nothing_else(sandbox: Sandbox) -> None:
    def look():
        import os

        opened = {}
        for number in range(4096):
            try:
                status = os.fstat(number)
                opened[number] = [status.st_mode >> 12, status.st_rdev]
            except OSError:
                pass
        return [own.fileno(), opened]  # noqa: F821

    number, opened = inside(sandbox, look)
    null = [0o2, os.makedev(1, 3)]  # a character device: /dev/null
    assert opened == {"0": null, "1": null, "2": null, str(number): [0o14, 0]}  # a socket


def test_it_can_become_nobody_else(sandbox: Sandbox) -> None:
    def become():
        import os

        became = []
        for attempt in (
            lambda: os.setuid(0),
            lambda: os.setresuid(0, 0, 0),
            lambda: os.setgid(0),
            lambda: os.setgroups([0]),
            lambda: os.chown("/tmp", 0, 0),
        ):
            try:
                attempt()
                became.append("got through")
            except OSError as error:
                became.append(error.strerror)
        return became

    assert inside(sandbox, become) == ["Operation not permitted"] * 5


def status_of(pid: int) -> dict[str, list[str]]:
    """What the system writes of a process, by name."""
    lines = (line.partition(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: value.split() for name, _, value in lines}


def test_it_has_no_rights_as_the_system_sees_it(sandbox: Sandbox) -> None:
    """From outside: no capability in any set, no new ones to be had, and the filter is on."""
    with sandbox.job() as job:
        ask(job.socket, stay)
        assert job.socket.recv(100) == b"here"
        status = max(map(status_of, family(sandbox.pid)), key=lambda found: len(found["NSpid"]))  # the innermost
    assert status["NSpid"][-1] == "1" and len(status["NSpid"]) >= 3  # process 1 of a world inside bubblewrap's
    rights = {name: int(value[0], 16) for name, value in status.items() if name.startswith("Cap")}
    assert set(rights.values()) == {0} and len(rights) == 5, rights
    assert (status["NoNewPrivs"], status["Seccomp"], status["Threads"]) == (["1"], ["2"], ["1"])
    if os.geteuid() == 0:
        assert set(status["Uid"]) == {"65534"}  # also outside it is nobody


def test_symlinks_lead_nowhere(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "canary").write_text("canary")

    def follow(target):
        import os

        os.symlink(target, "/tmp/link")
        with open("/tmp/link") as file:
            return file.read()

    for target in (str(tmp_path / "canary"), "/proc/1/root" + str(tmp_path / "canary"), "../../../../root/.bashrc"):
        with pytest.raises(Raised, match=r"FileNotFoundError|PermissionError"):
            inside(sandbox, follow, target)


def test_walls_are_not_taken_down_by_a_crash(sandbox: Sandbox) -> None:
    def crash():
        import ctypes

        ctypes.string_at(0)

    with pytest.raises(Died) as died:
        inside(sandbox, crash)
    assert (died.value.ended.why, died.value.ended.signal) == ("crashed", signal.SIGSEGV)


def test_a_folder_below_tmp_can_be_shown(bwrap: str, tmp_path: Path) -> None:
    """A venv may live in /tmp, where the job has its own: what is shown stays visible and read-only."""
    shown = tmp_path / "shown"
    shown.mkdir()
    (shown / "data.txt").write_text("hello")
    (tmp_path / "secret.txt").write_text("canary")

    def look(folder):
        import os

        with open(folder + "/shown/data.txt") as file:
            text = file.read()
        try:
            with open(folder + "/shown/more.txt", "w"):
                text += " and wrote"
        except OSError as error:
            text += f", {error.strerror}"
        return [text, os.listdir(folder)]

    with Sandbox([ENTRY], modules=LIGHT, show=[shown]) as opened:
        assert inside(opened, look, str(tmp_path)) == ["hello, Read-only file system", ["shown"]]


def test_two_sandboxes_do_not_meet(light: Sandbox, sandbox: Sandbox) -> None:
    def shout():
        with open("/dev/shm/shout", "w") as file:
            file.write("x")

    def listen():
        import os

        return [os.listdir("/dev/shm"), os.listdir("/tmp")]

    with light.job() as one, sandbox.job() as two:
        ask(one.socket, shout)
        assert one.socket.recv(100)
        ask(two.socket, listen)
        shared, tmp = json.loads(two.socket.recv(1000))["value"]
        assert (shared, [each for each in tmp if each not in ON_THE_WAY]) == ([], [])
    assert isinstance(one.socket, socket.socket)
