"""The doctor on JupyterLab: the kernel, the settings we ship, the port, and a browser for the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from course_lib.setup.doctor.finding import SET_UP, Finding, note, ok, problem

PORT = 8888
_KERNEL = """
import shutil
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
try:
    spec = KernelSpecManager().get_kernel_spec("python3")
except NoSuchKernel:
    print("missing")
except Exception as error:
    print("broken", type(error).__name__, error)
else:
    from jupyter_client.manager import KernelManager
    manager = KernelManager(kernel_name="python3")
    command = manager.format_kernel_cmd()[0]
    print("ok" if shutil.which(command) else "gone " + command, spec.resource_dir)
"""


def kernel_starts() -> Finding:
    """The kernel called python3, in which every notebook runs, has a description that leads to a Python."""
    tried = subprocess.run([sys.executable, "-c", _KERNEL], capture_output=True, text=True, timeout=120, check=False)
    said = tried.stdout.strip().splitlines()[-1:] or [""]
    verdict, _, where = said[0].partition(" ")
    if verdict == "ok":
        return ok(f"python3 ({where})")
    if verdict == "gone":
        python, _, folder = where.partition(" ")
        mend = f"remove the folder {folder}; JupyterLab then uses the Python it runs on"
        return problem(f"the kernel python3 wants {python}, which is not there", mend)
    if verdict == "broken":
        return problem(f"the description of the kernel python3 cannot be read: {where}", "remove that kernel.json")
    last = (tried.stderr.strip().splitlines() or ["no kernel is called python3"])[-1]
    return problem(f"the kernel python3 cannot be started: {last}", SET_UP)


def settings_are_here(prefix: str = sys.prefix) -> Finding:
    """The setting that keeps explorers alive in a reopened notebook is where JupyterLab looks for it."""
    file = Path(prefix) / "share/jupyter/lab/settings/overrides.d/neural-architectures.json"
    if file.exists():
        return ok(f"explorers are saved with their notebook ({file.name})")
    return note("explorers are not saved with a notebook: a setting of the course is not installed", SET_UP)


def port_is_free(port: int = PORT) -> Finding:
    """JupyterLab's usual port."""
    from course_lib.lab.launch import listen

    if listen(port) is None:
        return note(
            f"port {port} is taken, perhaps by a JupyterLab of yours", "nothing: `course lab` takes the next one"
        )
    return ok(f"port {port} is free")


def chromium_is_here() -> Finding:
    """A browser for the tests; learners need none beyond their own."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found:
        return ok(found)
    return note("no Chromium: `make test` skips the tests that need a browser", "install Chromium, if you want them")
