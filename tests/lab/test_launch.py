"""What `course lab` gives its server: a command line, settings of its own, a kernel with a name, checkpoints apart."""

import ast
import asyncio
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from course_lib.errors import CourseError
from course_lib.lab import launch, settings, work_folder
from course_lib.lab import menu as lab_menu
from course_lib.lab.checkpoints import CheckpointsApart
from course_lib.lab.settings import prepare


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A learner's folder with two weeks, a board, and something of their own."""
    for name in ("start_here.ipynb", "my_notes.ipynb", "w07_attention/lecture.ipynb", "w07_attention/homework.ipynb",
                 "w12_gnn/lecture.ipynb", "w12_gnn/lecture (new 0.2.0).ipynb", "w12_gnn/.hidden.ipynb"):  # fmt: skip
        (tmp_path / "work" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "work" / name).write_text("{}")
    return tmp_path / "work"


def options(home: Path, more: list[str] | None = None) -> dict[str, list[str]]:
    """The command line, name -> values."""
    found: dict[str, list[str]] = {}
    for each in launch.command(home, False, 8888, "localhost", more or [])[3:]:
        name, _, value = each.lstrip("-").partition("=")
        found.setdefault(name, []).append(value)
    return found


def test_the_command_line(home: Path) -> None:
    found = options(home)
    assert found["LabApp.default_url"] == ["/lab/tree/start_here.ipynb"]
    assert found["LabApp.user_settings_dir"] == [str(home / ".course/lab/settings")]
    assert found["LabApp.workspaces_dir"] == [str(home / ".course/lab/workspaces")]
    assert found["KernelSpecManager.allowed_kernelspecs"] == ["python3"]
    (home / "start_here.ipynb").unlink()
    assert options(home)["LabApp.default_url"] == ["/lab"]


def test_nobody_loses_a_training_over_lunch(home: Path) -> None:
    found = options(home)
    assert found["MappingKernelManager.cull_busy"] == found["MappingKernelManager.cull_connected"] == ["False"]
    assert int(found["MappingKernelManager.cull_idle_timeout"][0]) >= 3600


def test_what_a_person_asks_for_is_said_once(home: Path) -> None:
    """JupyterLab refuses an option that is given twice."""
    found = options(home, ["--MappingKernelManager.cull_idle_timeout=0", "--ServerApp.port=9000", "--debug"])
    assert found["MappingKernelManager.cull_idle_timeout"] == ["0"]
    assert found["ServerApp.port"] == ["9000"]
    assert all(len(values) == 1 for values in found.values())


def test_the_environment_leads_to_the_course_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", "/theirs")
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin")
    found = launch.surroundings(home)
    assert found["JUPYTER_PATH"] == os.pathsep.join([str(home / ".course/lab/data"), "/theirs"])
    assert found["JUPYTER_CONFIG_PATH"] == str(home / ".course/lab/config")
    assert found["PATH"] == os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin"])


@pytest.mark.skipif(os.name == "nt", reason="POSIX shells")
def test_a_terminal_knows_the_course_also_behind_a_login_shell(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without a terminal of its own starts login shells, and many of those begin a new PATH."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    [said] = options(home)["ServerApp.terminado_settings"]
    (tmp_path / ".profile").write_text("PATH=/usr/bin:/bin\nexport PATH FROM_PROFILE=yes\n")
    (tmp_path / "shell").write_text('#!/bin/sh\ncommand -v course\necho "$FROM_PROFILE"\n')
    (tmp_path / "shell").chmod(0o755)
    where = {"HOME": str(tmp_path), "SHELL": str(tmp_path / "shell"), "PATH": "/usr/bin:/bin"}
    shell = subprocess.run(ast.literal_eval(said)["shell_command"], env=where, capture_output=True, text=True)
    assert shell.stdout.split() == [str(Path(sys.executable).with_name("course")), "yes"], shell.stderr
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "ServerApp.terminado_settings" not in options(home), "a person's terminal has set everything up"


def test_the_window_says_how_to_type_course_and_what_is_new(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_HOME", str(home))
    monkeypatch.setattr(launch, "become", lambda *_: 0)
    beside = work_folder.Step("a", "beside", "").says(Path("b"))
    monkeypatch.setattr(launch, "update", lambda home: [beside])
    assert launch.lab(browser=False, port=0) == 0
    said = capsys.readouterr().out
    assert "`course update` says what is new" in said and "File, New, Terminal" in said
    [spelled] = re.findall(r"elsewhere (\S+) progress", said)
    assert Path(spelled).is_file()
    monkeypatch.setattr(launch, "update", lambda home: ["a is new"])
    launch.lab(browser=False, port=0)
    assert "course update" not in capsys.readouterr().out


def test_the_kernel_has_the_courses_name_and_ipykernels_ways(home: Path) -> None:
    from ipykernel.kernelspec import get_kernel_dict

    prepare(home, home)
    folder = home / ".course/lab/data/kernels/python3"
    made = json.loads((folder / "kernel.json").read_text())
    assert made == {**get_kernel_dict(), "display_name": "Course (Python 3)"}
    assert made["argv"][0] == sys.executable
    assert (folder / "logo-svg.svg").exists()


def test_settings_are_copied_once_and_never_written_back(home: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theme = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    (theirs / theme).parent.mkdir(parents=True)
    (theirs / theme).write_text('{"theme": "JupyterLab Dark"}')
    (theirs / "notes.txt").write_text("not a setting")
    prepare(home, theirs)
    ours = home / ".course/lab/settings"
    assert [path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file()] == [theme]
    (ours / theme).write_text("mine here")
    (theirs / theme).write_text("theirs, later")
    prepare(home, theirs)
    assert (ours / theme).read_text() == "mine here"
    assert (theirs / theme).read_text() == "theirs, later"


def test_no_settings_of_their_own_is_no_trouble(home: Path, tmp_path: Path) -> None:
    prepare(home, tmp_path / "nothing")
    assert (home / ".course/lab/settings").is_dir()


@pytest.mark.parametrize("chosen", [True, False])
def test_their_settings_are_found_where_jupyterlab_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: bool
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv("JUPYTERLAB_SETTINGS_DIR", raising=False)
    if chosen:
        monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", str(tmp_path / "chosen"))
    wanted = tmp_path / "chosen" if chosen else tmp_path / "config/lab/user-settings"
    assert settings.own_settings() == wanted


def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    (home / ".course").write_text("a file where a folder should be")
    with pytest.raises(CourseError, match="write the settings of the course's JupyterLab"):
        launch.surroundings(home)


def entries(menu: dict[str, Any]) -> list[Any]:
    """A menu as nested lists: labels of files with their paths, submenus with what is in them."""
    found: list[Any] = []
    for item in menu["items"]:
        if item.get("type") == "submenu":
            found.append((item["submenu"]["label"], entries(item["submenu"])))
        elif "args" in item:
            found.append((item["args"]["label"], item["args"]["path"]))
        else:
            found.append(item.get("command", "---"))
    return found


def test_the_menu_lists_what_is_in_the_folder(home: Path) -> None:
    assert entries(lab_menu.course_menu(home))[:-2] == [
        ("Start Here", "start_here.ipynb"),
        ("My notes", "my_notes.ipynb"),
        "---",
        ("7 Attention: who listens to whom", [
            ("Lecture", "w07_attention/lecture.ipynb"),
            ("Homework", "w07_attention/homework.ipynb"),
        ]),
        ("12 Graph networks: who touches whom", [
            ("Lecture", "w12_gnn/lecture.ipynb"),
            ("lecture (new 0.2.0)", "w12_gnn/lecture (new 0.2.0).ipynb"),
        ]),
    ]  # fmt: skip
    assert entries(lab_menu.course_menu(home))[-1][0] == "Present"


def test_defaults_are_written_for_jupyterlab(home: Path) -> None:
    prepare(home, home)
    text = (home / ".course/lab/config/labconfig/default_setting_overrides.json").read_text()
    found = json.loads(text)
    assert found["@jupyterlab/filebrowser-extension:browser"]["sortNotebooksFirst"] is True
    assert found["@jupyterlab/mainmenu-extension:plugin"]["menus"][0]["label"] == "Course"
    (home / "start_here.ipynb").unlink()
    assert lab_menu.start_button(home) == []


@pytest.fixture
def contents(tmp_path: Path) -> AsyncLargeFileManager:
    """Jupyter's own manager of files with the course's checkpoints."""
    return AsyncLargeFileManager(root_dir=str(tmp_path), checkpoints_class=CheckpointsApart, delete_to_trash=False)


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end in a thread of its own: this one may have an event loop already, a browser's."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def tree(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_checkpoints_lie_apart_and_are_not_mixed_up(tmp_path: Path, contents: AsyncLargeFileManager) -> None:
    async def work() -> None:
        for week in ("w04", "w07"):
            (tmp_path / week).mkdir()
            (tmp_path / week / "lecture.ipynb").write_text(f"{week}, first")
            made = await contents.create_checkpoint(f"{week}/lecture.ipynb")
            assert made["id"] == "checkpoint"
            (tmp_path / week / "lecture.ipynb").write_text(f"{week}, changed")
        await contents.restore_checkpoint("checkpoint", "w04/lecture.ipynb")
        assert (await contents.list_checkpoints("w07/lecture.ipynb"))[0]["id"] == "checkpoint"
        assert await contents.list_checkpoints("w07/homework.ipynb") == []

    finish(work())
    assert (tmp_path / "w04/lecture.ipynb").read_text() == "w04, first"
    assert (tmp_path / "w07/lecture.ipynb").read_text() == "w07, changed"
    apart = [f".course/checkpoints/{week}/lecture-checkpoint.ipynb" for week in ("w04", "w07")]
    assert tree(tmp_path) == [*apart, "w04/lecture.ipynb", "w07/lecture.ipynb"]


def test_checkpoints_follow_what_is_renamed_and_go_with_what_is_deleted(
    tmp_path: Path, contents: AsyncLargeFileManager
) -> None:
    async def work() -> None:
        (tmp_path / "old").mkdir()
        (tmp_path / "old/a.ipynb").write_text("a")
        await contents.create_checkpoint("old/a.ipynb")
        await contents.rename("old/a.ipynb", "old/b.ipynb")
        assert tree(tmp_path / ".course") == ["checkpoints/old/b-checkpoint.ipynb"]
        await contents.rename("old", "new")
        assert tree(tmp_path / ".course") == ["checkpoints/new/b-checkpoint.ipynb"]
        (tmp_path / "new/b.ipynb").write_text("changed")
        await contents.restore_checkpoint("checkpoint", "new/b.ipynb")
        assert (tmp_path / "new/b.ipynb").read_text() == "a"
        await contents.delete("new/b.ipynb")
        assert tree(tmp_path / ".course") == []
        (tmp_path / "new/c.ipynb").write_text("c")
        await contents.create_checkpoint("new/c.ipynb")
        (tmp_path / "new/c.ipynb").unlink()
        await contents.delete("new")
        assert tree(tmp_path / ".course") == [] and not (tmp_path / "new").exists()

    finish(work())
