"""Attacks on what a machine shares: processes, threads, network, files."""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.time import banded

ATTACKS = (
    Attack(
        "fork_bomb",
        "a cell that forks without end",
        after=("import os\nwhile True:\n    os.fork()",),
        says="stops with",
    ),
    Attack("fork_in_an_answer", "an answer that forks without end", banded("import os", "while True:\n    os.fork()")),
    Attack(
        "daemons",
        "processes that stay when the notebook is gone, by every way there is",
        after=(
            "import subprocess\nsubprocess.Popen(['sleep', '86399'])",
            "import os\nos.posix_spawn('/bin/sleep', ['sleep', '86399'], {})",
            "import os\nos.system('sleep 86399 &')",
            "import multiprocessing\nmultiprocessing.Process(target=print, daemon=True).start()",
            "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(86399)'])",
        ),
        says="stops with",
    ),
    Attack(
        "threads",
        "threads that go on while others are marked",
        after=(
            "import threading\ndef work():\n    while True:\n        pass\n"
            "threading.Thread(target=work, daemon=True).start()",
            "import _thread\n_thread.start_new_thread(work, ())",
            "import torch\ntorch.set_num_threads(64)\ntorch.randn(2000, 2000) @ torch.randn(2000, 2000)",
        ),
        says="stops with RuntimeError",
    ),
    Attack(
        "loader_with_workers",
        "processes that a library starts",
        after=("import torch\nlist(torch.utils.data.DataLoader(range(10), num_workers=4))",),
        says="stops with",
    ),
    Attack(
        "socket_to_this_machine",
        "a call to a program of this machine",
        after=(
            "import socket\nsocket.create_connection(('127.0.0.1', @PORT@), 1).sendall(b'I am out')",
            "import socket\n"
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'I am out', ('127.0.0.1', @PORT@))",
            "import socket\nsocket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')",
            "import socket\nserver = socket.socket()\nserver.bind(('', 0))\nserver.listen()",
        ),
        says="stops with",
    ),
    Attack(
        "socket_to_outside",
        "a call to another machine",
        after=(
            "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/', timeout=1)",
            "import socket\nsocket.getaddrinfo('example.org', 80)",
            "import torch\ntorch.hub.download_url_to_file('http://192.0.2.1/x', '/tmp/x')",
        ),
        says="stops with",
    ),
    Attack(
        "write_outside",
        "write and change files that stay",
        after=(
            "open('@OUTSIDE@', 'w').write('I was here')",
            "import os\nos.symlink('/etc/passwd', '@OUTSIDE@')",
            "import os\nos.makedirs('@OUTSIDE@', exist_ok=False)",
            "import torch\nopen(torch.__file__, 'a').write('raise SystemExit')",
            "import sys\nopen(sys.executable, 'ab').write(b'x')",
        ),
        says="stops with",
    ),
    Attack(
        "more_rights",
        "become root, see another root folder, mount, watch another process, change the clock",
        after=(
            "import os\nos.setuid(0)",
            "import os\nos.chroot('/tmp')",
            "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0",
            "import ctypes\nassert ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, 0) == 0",
            "import ctypes\nassert ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0",
        ),
        says="stops with",
    ),
    Attack(
        "more_time_and_memory",
        "lift the limits",
        {
            "banded": "import resource\n\n\ndef banded(size, reach):\n"
            "    for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU,"
            " resource.RLIMIT_NPROC):\n        try:\n            resource.setrlimit(what, (-1, -1))\n"
            "        except (OSError, ValueError):\n            pass\n    return bytearray(10**11)"
        },
        says="with an error",
    ),
)
