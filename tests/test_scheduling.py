"""Who runs when: notebooks first and one by one, then the longest files; a file stays whole on one worker."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scheduling import SECONDS, SLOW, is_slow, priority, unit

ROOT = Path(__file__).parents[1]
LECTURE = "tests/notebooks/test_lectures.py::test_blank[w07_attention/lecture.ipynb]"
SAMPLE = """
import json, os, pathlib, time
import pytest

@pytest.mark.parametrize("number", range(PARTS))
def test_it(number):
    time.sleep(0.1)
    pathlib.Path(NAME + f"-{number}").write_text(os.environ["PYTEST_XDIST_WORKER"] + f" {time.time_ns()}")
"""


@pytest.mark.parametrize(
    ("nodeid", "found"),
    [
        ("tests/layers/test_norm.py::test_law[3]", "tests/layers/test_norm.py"),
        ("tests/layers/test_norm.py::TestIt::test_law[a::b]", "tests/layers/test_norm.py"),
        (LECTURE, "tests/notebooks/test_lectures.py[w07_attention/lecture.ipynb]"),
        ("tests/notebooks/test_lectures.py::test_the_harness", "tests/notebooks/test_lectures.py"),
        ("tests/authoring/test_homework.py::test_b[w04/x.ipynb]", "tests/authoring/test_homework.py[w04/x.ipynb]"),
    ],
)
def test_what_stays_together(nodeid: str, found: str) -> None:
    assert unit(nodeid) == found


def test_notebooks_lead_then_what_took_longest() -> None:
    notebook, homework = unit(LECTURE), unit(LECTURE.replace("lecture.ipynb", "homework.ipynb"))
    names = ["tests/layers/test_a.py", "tests/grading/test_b.py", "tests/browser/test_c.py", homework, notebook]
    assert sorted(names, key=lambda name: priority(name, {})) == names[::-1]
    took = {"tests/layers/test_a.py": 9.0, "tests/grading/test_b.py": 80.0, homework: 7.0, notebook: 3.0}
    first = sorted(names, key=lambda name: priority(name, took))
    assert first == [homework, notebook, names[1], names[0], names[2]]


def test_what_opens_a_sandbox_is_slow() -> None:
    assert is_slow("tests/cli/test_parser.py::test_x", ["tmp_path", "bwrap"])
    assert is_slow("tests/grading/attacks/test_attacks.py::test_x", [])
    assert not is_slow("tests/grading/test_verbs.py::test_x", ["tmp_path"])


def test_what_is_named_slow_is_there() -> None:
    """A file that was renamed would silently come back into `make quick`."""
    assert [each for each in SLOW if not list(ROOT.glob(each))] == []


def test_two_workers_keep_files_whole_and_begin_with_the_longest(tmp_path: Path) -> None:
    """A real run: three files, of which the last of the alphabet took longest before."""
    for name, parts in (("a", 3), ("b", 3), ("z", 4)):
        body = SAMPLE.replace("PARTS", str(parts)).replace("NAME", repr(str(tmp_path / name)))
        (tmp_path / f"test_{name}.py").write_text(body)
    kept = tmp_path / "cache" / "v" / SECONDS
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"test_z.py": 60.0, "test_b.py": 5.0, "test_a.py": 1.0}))
    options = [
        f"--rootdir={tmp_path}",
        f"--config-file={ROOT / 'pyproject.toml'}",
        "-o",
        f"cache_dir={tmp_path / 'cache'}",
    ]
    command = [sys.executable, "-m", "pytest", *options, "-p", "tests.conftest", "-n", "2", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert "10 passed" in done.stdout, done.stdout + done.stderr
    ran = {name: [file.read_text().split() for file in tmp_path.glob(f"{name}-*")] for name in "abz"}
    assert all(len({worker for worker, _ in each}) == 1 for each in ran.values()), ran
    begun = {name: min(int(when) for _, when in each) for name, each in ran.items()}
    assert begun["a"] > max(begun["b"], begun["z"]), "the shortest is last"
    assert {unit: value for unit, value in json.loads(kept.read_text()).items() if value > 4} == {}, "measured anew"
