"""The time `nbgrader autograde` takes for submissions to week 7's homework, in a course of its own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from sqlalchemy import create_engine, text

from course_lib.authoring.build import read
from course_lib.authoring.places import Place, checkout
from tests.authoring.test_homework import CONFIG, data_cache, is_automatic, shortened, store


def seconds_of_nbgrader(submissions: dict[str, bytes], limit: float) -> tuple[float, int]:
    """-> seconds of one `nbgrader autograde`, and how many submissions it marked in that time

    Stopped after `limit` seconds, or one submission later: at least one is marked. Cells after the last marked question
    are left out, so that nothing is trained; nbgrader runs what is left, and ours has it as a whole.
    """
    with tempfile.TemporaryDirectory(prefix="bench-nbgrader-") as folder:
        root = Path(folder)
        (root / "nbgrader_config.py").write_text(CONFIG.format(root=folder))
        store(read(Place(checkout() / "solutions", "w07_attention/homework.ipynb")), root / "source/try/homework.ipynb")
        command(root, "generate_assignment").wait()
        for student, data in submissions.items():
            made = shortened(nbformat.reads(data.decode(), as_version=4))
            assert any(is_automatic(cell) for cell in made.cells)
            store(made, root / "submitted" / student / "try" / "homework.ipynb")
        began = time.perf_counter()
        running = command(root, "autograde")
        while running.poll() is None and (time.perf_counter() - began < limit or not marked(root)):
            time.sleep(0.05)
        seconds, done = time.perf_counter() - began, marked(root)
        if running.poll() is None:
            running.terminate()
            running.wait()
        elif running.returncode:
            raise RuntimeError(
                f"nbgrader autograde ended with {running.returncode}: {(root / 'said').read_text()[-2000:]}"
            )
    return seconds, done


def command(root: Path, verb: str) -> subprocess.Popen[bytes]:
    """One command of nbgrader; alembic, which it calls, stands beside this Python."""
    own = {"HOME": str(root), "COURSE_HOME": str(root / "home"), "JUPYTER_CONFIG_DIR": str(root / ".jupyter")}
    own |= {"IPYTHONDIR": str(root / ".ipython"), "COURSE_CACHE": str(data_cache())}
    own |= {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    words = [sys.executable, "-m", "nbgrader", verb, "try"]
    with (root / "said").open("ab") as said:
        return subprocess.Popen(words, cwd=root, env=os.environ | own, stdout=said, stderr=said)


def marked(root: Path) -> int:
    """How many submissions have a mark."""
    engine = create_engine(f"sqlite:///{root / 'gradebook.db'}")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(DISTINCT notebook_id) FROM grade WHERE auto_score IS NOT NULL"))
        number = int(found.scalar() or 0)
    engine.dispose()
    return number
