"""`start` in real kernels: what a newcomer may do to a notebook, and that the notebook lives on."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

FIRST = "from course_lib import start\nstart('w07')"


class Kernel:
    """A live kernel to which a test says cells."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client: BlockingKernelClient = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def say(self, cell: str, timeout: float = 30, after: Callable[[], None] | None = None) -> dict[str, Any]:
        """Run a cell: what it prints, what it shows, its error; `after` is called once it is sent."""
        got: dict[str, Any] = {"stdout": "", "stderr": "", "shown": "", "error": None, "bytes": 0}
        sent = self.client.execute(cell)
        if after:
            after()
        ends = time.monotonic() + timeout
        while time.monotonic() < ends:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except Empty:
                assert self.manager.is_alive(), "the kernel died"
                continue
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                got[content["name"]] += content["text"]
            elif message["msg_type"] in ("execute_result", "display_data"):
                got["shown"] += content["data"].get("text/plain", "")
            elif message["msg_type"] == "error":
                got["error"] = content
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return got
        raise AssertionError(f"no end after {timeout} s: {cell}")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """One kernel for all tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("kernel")
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env={**os.environ, "COURSE_USAGE_DIR": str(folder)})
    kernel = Kernel(manager)
    try:
        yield kernel
    finally:
        kernel.client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(shared: Kernel) -> Kernel:
    """The kernel after `start`, which may run as often as it likes."""
    first = shared.say(FIRST, timeout=60)
    assert first["error"] is None and first["stderr"] == ""
    return shared


def test_start_says_three_short_lines(shared: Kernel) -> None:
    for _ in range(2):  # the same again on a second run
        line = shared.say(FIRST, timeout=60)
        assert line["error"] is None and line["stderr"] == "" and line["shown"] == ""
        lines = line["stdout"].splitlines()
        assert len(lines) == 3 and max(map(len, lines)) <= 100, "JupyterLab would break a longer one inside a word"
        for word in ("Week 7", "Who listens to whom", "90 s", "2 GB", "cpu", "seed 0", ".course"):
            assert word in line["stdout"]
        assert "/root/" not in line["stdout"] and "/home/" not in line["stdout"] and "/tmp/" not in line["stdout"]


def test_start_seeds_again(kernel: Kernel) -> None:
    draw = f"{FIRST}\nimport random, numpy, torch\n(random.random(), numpy.random.rand(), torch.rand(1).item())"
    first, second = kernel.say(draw)["shown"], kernel.say(draw)["shown"]
    assert first == second != ""


def test_a_week_that_does_not_exist_is_named(kernel: Kernel) -> None:
    error = kernel.say("start('w7')")["error"]
    assert error["ename"] == "ValueError" and "did you mean 'w07'?" in error["evalue"]
    assert "'homework'" in kernel.say("start('w07', 'homewrk')")["error"]["evalue"]


@pytest.mark.parametrize(
    "flood",
    [
        "import sys; sys.stdout.write('x' * 10**9)",
        "print('x' * 10**9)",
        "while True: print('x')",
        "while True:\n    try: print('so what', flush=True)\n    except Exception: pass",
        "import sys\nfor n in range(10**8): sys.stderr.write('y' * 1000)",
        "print(*['line\\n'] * 10**7)",
        "import sys; sys.stdout.writelines(['z' * 1000] * 10**6)",
        "from IPython.display import display\nwhile True: display('shown')",
    ],
    ids=[
        "one write",
        "one print",
        "endless",
        "endless, errors caught",
        "stderr",
        "many arguments",
        "writelines",
        "values",
    ],
)
def test_a_cell_that_prints_without_end_is_stopped_and_the_kernel_lives(kernel: Kernel, flood: str) -> None:
    kernel.say("kept = 41")
    got = kernel.say(flood, timeout=60)
    assert got["error"]["ename"] == "TooMuchOutput"
    assert "printed more than 1 MB" in got["error"]["traceback"][0] and len(got["error"]["traceback"]) == 1
    assert len(got["stdout"]) + len(got["stderr"]) < 1_010_000
    after = kernel.say("print(kept + 1)")
    assert after["stdout"] == "42\n" and after["error"] is None  # and the count begins anew


def test_a_gigabyte_is_not_kept_alive_by_the_traceback(kernel: Kernel) -> None:
    kernel.say("import sys; sys.stdout.write('x' * 10**9)", timeout=60)
    now = (
        "import gc; gc.collect(); print([l.split()[1] for l in open('/proc/self/status') if l.startswith('VmRSS')][0])"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("resident memory is read from /proc")
    assert int(kernel.say(now)["stdout"]) / 1024 < 700


def test_a_thread_that_floods_falls_silent_while_the_cell_goes_on(kernel: Kernel) -> None:
    got = kernel.say(
        "import threading\n"
        "beside = threading.Thread(target=lambda: [print('x' * 999) for _ in range(3000)])\n"
        "beside.start(); beside.join()\ndone = beside.is_alive()"
    )
    assert got["error"] is None and len(got["stdout"]) < 1_010_000 and "[...]" in got["stdout"]
    assert kernel.say("print(done)")["stdout"] == "False\n"


def test_a_value_too_long_for_the_page_is_shortened(kernel: Kernel) -> None:
    got = kernel.say("'x' * 10**8", timeout=60)
    assert got["error"] is None and len(got["shown"]) < 10_000 and "100,000,002 characters" in got["shown"]
    assert kernel.say("'y' * 5000")["shown"] == repr("y" * 5000)


def test_an_endless_loop_can_be_interrupted(kernel: Kernel) -> None:
    def interrupt() -> None:
        time.sleep(0.5)
        kernel.manager.interrupt_kernel()

    got = kernel.say("while True: pass", after=interrupt)
    assert got["error"]["ename"] == "KeyboardInterrupt"
    assert kernel.say("print('alive')")["stdout"] == "alive\n"


def test_a_name_of_the_course_comes_back_with_one_note(kernel: Kernel) -> None:
    kernel.say("from course_lib import check, hint, progress\nours = check")
    got = kernel.say("def check(x): return 'mine'\nprogress = [1]\nprint(check(0))")
    assert got["error"] is None and got["stdout"].startswith("mine\n")
    assert got["stdout"].count("`check` belongs to the course") == 1 and "`my_check`" in got["stdout"]
    assert got["stdout"].count("`progress` belongs to the course") == 1
    after = kernel.say("print(check is ours, my_check(0), my_progress)")
    assert after["stdout"] == "True mine [1]\n"  # and no second note


def test_a_deleted_name_comes_back_and_one_never_used_stays_free(kernel: Kernel) -> None:
    kernel.say("from course_lib import check\nours = check")
    assert "`check` belongs to the course" in kernel.say("del check")["stdout"]
    assert kernel.say("print(check is ours)")["stdout"] == "True\n"
    assert kernel.say("quiz = 3\nprint(quiz)")["stdout"] == "3\n"
    assert kernel.say("print(quiz)\ndel quiz")["stdout"] == "3\n"


def test_an_import_of_the_same_name_is_no_rebinding(kernel: Kernel) -> None:
    assert kernel.say("from course_lib import check\nfrom course_lib.exercises import check")["stdout"] == ""


def test_the_kernel_keeps_a_record_of_what_it_used(kernel: Kernel, shared: Kernel) -> None:
    folder = Path(kernel.say("import os; print(os.environ['COURSE_USAGE_DIR'])")["stdout"].strip())
    kernel.say(
        "import socket\nblock = bytearray(10**8); del block\n"
        "for host, port in (('localhost', 1), ('192.0.2.1', 80)):\n"
        "    with socket.socket() as s:\n"
        "        s.settimeout(0.01)\n"
        "        try: s.connect((host, port))\n"
        "        except OSError: pass"
    )
    (record,) = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    assert record["network"] == 1 and record["targets"] == ["192.0.2.1:80"]  # loopback does not count
    assert record["cpu_seconds"] > 0.5 and record["seconds"] > 0.5 and record["peak_mb"] > 100


def test_start_works_in_plain_python_and_costs_no_exercises_elsewhere() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import course_lib; course_lib.start(); course_lib.start()"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == "" and done.stdout.count("Bite-Sized Pieces") == 2


def test_start_names_the_data_a_week_still_lacks(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import course_lib; course_lib.start('w07')"],
        capture_output=True, text=True, timeout=60, env={**os.environ, "COURSE_CACHE": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0 and "Not on this machine yet: the CMU Pronouncing Dictionary; " in done.stdout
    assert "course data --week w07" in done.stdout


def test_a_child_does_not_inherit_the_peak_of_its_parent() -> None:
    """getrusage would: its figure survives exec, and each kernel would seem as large as what started it."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells the peak of the program alone")
    grown = "block = bytearray(500 * 2**20); import subprocess, sys\n"
    child = "from course_lib.kernel.budget import peak_memory_mb; print(peak_memory_mb())"
    done = subprocess.run(
        [sys.executable, "-c", f"{grown}subprocess.run([sys.executable, '-c', {child!r}], check=True)"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert float(done.stdout) < 200
