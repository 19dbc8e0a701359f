"""The life of a sandbox: it starts, runs jobs one after the other, survives what happens to it, and leaves nothing."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.isolation import probe
from course_lib.grading.isolation.job import Job
from course_lib.grading.isolation.keeper import explain
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.sandbox import Sandbox
from course_lib.grading.isolation.trusted import Trusted
from tests.grading.walled import ENTRY, LIGHT, Died, Raised, ask, family, hears_ctrl_c, inside, still_run


def pid():
    import os

    return os.getpid()


def forever():
    import time

    while True:
        time.sleep(10)


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return False


def test_a_job_answers_and_ends(light: Sandbox) -> None:
    assert inside(light, pid) == 1
    assert light.kind() == "bubblewrap + namespaces + seccomp"
    assert light.boot_seconds > 0 and light.rss_mb > 5 and light.restarts == 0


def test_how_a_job_left_is_told(light: Sandbox) -> None:
    def leave():
        import os

        os._exit(3)

    def forge():
        import os

        os._exit(71)  # the code of a wall that did not stand

    for function, code in ((leave, 3), (forge, 71)):
        with pytest.raises(Died) as died:
            inside(light, function)
        assert (died.value.ended.why, died.value.ended.exit) == ("failed", code)


def test_only_declared_entries_run(light: Sandbox) -> None:
    with pytest.raises(CourseError, match=r"may run tests.grading.walled:obey; not 'os:system'"):
        light.job(entry="os:system")


@pytest.mark.timed
def test_hanging_up_ends_the_job_at_once(light: Sandbox) -> None:
    for hang_up in (lambda job: job.kill(), lambda job: job.socket.close()):
        with light.job() as job:
            ask(job.socket, forever)
            time.sleep(0.05)
            begun = time.monotonic()
            hang_up(job)
            assert job.ended.why == "hung up" and job.ended.signal == signal.SIGKILL
            assert time.monotonic() - begun < 0.5


def test_a_new_job_ends_the_one_before(light: Sandbox) -> None:
    first = light.job()
    ask(first.socket, forever)
    assert inside(light, pid) == 1
    assert first.ended.why == "hung up"


def test_a_killed_warm_parent_is_replaced(light: Sandbox) -> None:
    """By its process, and by the process of bubblewrap around it; while a job runs, and while none does."""
    for times, inner in enumerate((True, False), start=1):
        job = light.job()
        ask(job.socket, forever)
        assert wait_until(lambda: len(family(light.pid)) == 4)  # bubblewrap twice, the warm parent, the job
        everyone = family(light.pid)
        os.kill(max(everyone - {max(everyone)}) if inner else light.pid, signal.SIGKILL)
        assert job.ended.why == "sandbox lost"
        assert wait_until(lambda everyone=everyone: not still_run(everyone))
        assert inside(light, pid) == 1
        assert light.restarts == times
    gone = light.pid
    os.kill(gone, signal.SIGKILL)
    assert wait_until(lambda: not Path(f"/proc/{gone}").exists())
    assert inside(light, pid) == 1
    assert light.said == ["The sandbox ended by itself; it is started again."] * 3  # type: ignore[attr-defined]


MARKER = """
import sys, time
from course_lib.grading.isolation.sandbox import Sandbox
from tests.grading.walled import ENTRY, ask
from tests.grading.isolation.test_sandbox import forever
with Sandbox([ENTRY], modules=()) as sandbox:
    job = sandbox.job()
    ask(job.socket, forever)
    print(sandbox.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_marker_leaves_no_process(bwrap: str, how: signal.Signals) -> None:
    root = Path(__file__).parents[3]
    marker = subprocess.Popen(
        [sys.executable, "-c", MARKER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
        preexec_fn=hears_ctrl_c,
    )
    assert marker.stdout is not None
    outermost = int(marker.stdout.readline())
    assert wait_until(lambda: len(family(outermost)) >= 4)
    everyone = family(outermost)
    marker.send_signal(how)
    marker.wait(10)
    assert wait_until(lambda: not still_run(everyone), 3)


def test_the_thread_that_opened_it_may_end(bwrap: str) -> None:
    """bubblewrap dies with the thread that started it; a pool's threads come and go."""
    import threading

    opened = Sandbox([ENTRY], modules=LIGHT)
    thread = threading.Thread(target=opened.__enter__)
    thread.start()
    thread.join()
    time.sleep(0.1)
    assert inside(opened, pid) == 1 and opened.restarts == 0
    opened.close()


def test_fifty_jobs_leave_no_files_and_no_zombies(light: Sandbox) -> None:
    def crash():
        import os

        os.abort()

    inside(light, pid)
    gc.collect()  # what earlier tests left open is not counted
    files, processes = len(list(Path("/proc/self/fd").iterdir())), family(light.pid)
    warm = max(processes)
    held = len(list(Path(f"/proc/{warm}/fd").iterdir()))
    for number in range(50):
        if number % 10 == 9:
            with pytest.raises(Died):
                inside(light, crash)
        else:
            assert inside(light, pid) == 1
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
    assert family(light.pid) == processes
    assert len(list(Path(f"/proc/{warm}/fd").iterdir())) == held


def test_closing_leaves_no_process(bwrap: str) -> None:
    with Sandbox([ENTRY], modules=LIGHT) as opened:
        ask(opened.job().socket, forever)
        everyone = family(opened.pid)
    assert len(everyone) >= 3
    assert wait_until(lambda: not still_run(everyone), 1)


def test_a_sandbox_that_leaks_is_not_used(bwrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary of the self-test stands in the temporary folder; here somebody showed that folder to the jobs."""
    tmp_path.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        pytest.raises(CourseError, match=r"does not hold: a test job could read .*Nothing is marked"),
        Sandbox([ENTRY], modules=LIGHT, show=[tmp_path]),
    ):
        pass
    with (
        pytest.raises(CourseError, match=r"does not hold: a test job could read .*sandbox.py"),
        Sandbox([ENTRY], modules=LIGHT, hide=[]),
    ):
        pass


def test_the_self_test_finds_what_gets_through() -> None:
    """Without walls every attempt is reported: it is not blind. (What would do harm here is only said to work.)"""
    import json
    import socket

    code = (
        "import ctypes, os, socket, sys; from unittest.mock import Mock\n"
        "from course_lib.grading.isolation import probe\n"
        "os.execv = os.kill = lambda *a: None\n"
        "ctypes.CDLL = lambda name: Mock(mount=lambda *a: 0, unshare=lambda *a: 0, ptrace=lambda *a: 0)\n"
        "probe._outside = lambda: [sys.argv[2]]\n"
        "probe.try_the_walls(socket.socket(fileno=int(sys.argv[1])))"
    )
    ours, theirs = socket.socketpair()
    with ours, theirs:
        folder = os.environ["COURSE_TEST_FOLDER"]
        child = subprocess.Popen([sys.executable, "-c", code, str(theirs.fileno()), folder], pass_fds=[theirs.fileno()])
        ours.sendall(json.dumps([__file__]).encode() + b"\n")
        ours.settimeout(20)
        answer = ours.recv(65536)
        child.wait(10)
    assert set(json.loads(answer)) - {"take 100 GB of memory"} == {  # some systems refuse that by themselves
        *("start a process", "start a program", "start a thread", "open a network socket", "open a local socket"),
        *("make a user namespace", "mount", "trace a process", "signal other processes", "see other processes"),
        *(f"write into {folder}", f"read {__file__}"),
    }


@pytest.mark.timed
def test_the_self_test_is_quick(light: Sandbox) -> None:
    """It runs at every start: at most 100 ms of processor time, usually far less."""
    job = light.job(Limits(wall_seconds=10), probe.ENTRY)
    assert probe.what_gets_through(job.socket, [__file__]) in ([], [f"read {__file__}"])
    assert job.ended.why == "done" and job.ended.cpu_seconds < 0.1


def test_without_bubblewrap_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CourseError, match=r"sudo apt install bubblewrap.*sudo dnf install bubblewrap"):
        Sandbox([ENTRY], modules=LIGHT).__enter__()


def test_other_systems_are_sent_to_the_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CourseError, match=r"needs Linux, and this is darwin.*containers/grader.*--trust-submissions"):
        Sandbox([ENTRY], modules=LIGHT).__enter__()


def test_a_job_without_walls_is_an_error_and_not_a_mark() -> None:
    """What Ubuntu's AppArmor answers to the inner walls, told by a warm parent that is made up here."""
    import socket
    from unittest.mock import Mock

    ours, theirs = socket.socketpair()
    with ours, theirs:
        keeper = Mock(hear=lambda patience: {"error": "PermissionError: Operation not permitted: '/proc/self/uid_map'"})
        with pytest.raises(CourseError, match=r"uid_map.*apparmor_restrict_unprivileged_userns=0"):
            _ = Job(ours, keeper, Limits()).ended


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("bwrap: setting up uid map: Permission denied", "apparmor_restrict_unprivileged_userns=0"),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "apparmor_restrict_unprivileged_userns=0"),
        ("bwrap: No permissions to create new namespace", "unprivileged_userns_clone=1"),
        ("bwrap: Creating new namespace failed: Operation not permitted", "user.max_user_namespaces"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "containers/grader"),
        ("OSError: libseccomp.so.2: cannot open shared object file", "apt install libseccomp2"),
        ("", "ended without a word"),
    ],
)
def test_why_it_cannot_start_is_said_plainly(said: str, advice: str) -> None:
    words = explain(said)
    assert advice in words and "--trust-submissions" in words and said in words


def test_a_start_that_fails_tells_the_last_words(bwrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bubblewrap that is not allowed to make namespaces, as on a locked-down system."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(CourseError, match=r"No permissions.*unprivileged_userns_clone=1"):
        Sandbox([ENTRY], modules=LIGHT).__enter__()


def test_a_module_that_is_missing_or_breaks_is_named(
    bwrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "threaded_module.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    (tmp_path / "broken_module.py").write_text("raise ValueError('broken on purpose')")
    monkeypatch.syspath_prepend(str(tmp_path))
    for modules, words in (
        (["no_such_module_anywhere"], "no module 'no_such_module_anywhere'"),
        (["broken_module"], "ValueError: broken on purpose"),
        (["threaded_module"], "the modules started 1 threads"),
    ):
        with pytest.raises(CourseError, match=words):
            Sandbox([ENTRY], modules=modules).__enter__()


PYTHONS = ["/usr/bin/python3", "/usr/local/bin/python3"]


def test_an_ordinary_user_needs_no_more(bwrap: str, tmp_path: Path) -> None:
    """The same walls without root: bubblewrap in a user namespace of its own."""
    if os.geteuid() != 0:
        pytest.skip("this session is an ordinary user: all the other tests show it")
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    python = next((each for each in PYTHONS if Path(each).exists() and not subprocess.call([each, "-c", check])), None)
    if python is None:
        pytest.skip("no Python >= 3.11 here that nobody may run")
    code = (
        "from course_lib.grading.isolation.sandbox import Sandbox; from course_lib.grading.isolation import outside\n"
        "from tests.grading.walled import ENTRY, inside; from tests.grading.isolation.test_sandbox import pid\n"
        "from tests.grading.isolation.test_sandbox_walls import write_everywhere\n"
        "assert not outside.may_administer()\n"
        "with Sandbox([ENTRY], modules=()) as sandbox:\n"
        "    took = [each for each in inside(sandbox, write_everywhere) if not each.startswith('/tmp/')]\n"
        "    print(inside(sandbox, pid), took, sandbox.kind())"
    )
    root = Path(__file__).parents[3]
    packages = next(each for each in sys.path if each.endswith("site-packages"))
    done = subprocess.run(
        [python, "-B", "-c", code],
        env={"PYTHONPATH": f"{root}:{packages}", "PATH": os.environ["PATH"], "COURSE_TEST_FOLDER": str(tmp_path)},
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        cwd="/",
    )
    took = "['/dev/shm', '/tmp']"
    assert done.stdout == f"1 {took} bubblewrap + namespaces + seccomp\n", done.stderr


def test_trusted_has_the_same_face_and_says_that_it_has_no_walls(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("here")

    def read(path):
        import pathlib

        return pathlib.Path(path).read_text()

    with Trusted([ENTRY], modules=LIGHT) as opened:
        assert opened.kind() == "none (trusted)"
        assert inside(opened, read, str(canary)) == "here"
        with pytest.raises(Raised, match="FileNotFoundError"):
            inside(opened, read, str(tmp_path / "nothing"))
        with opened.job(Limits(wall_seconds=0.3)) as job:
            ask(job.socket, forever)
            assert job.ended.why == "wall time"
