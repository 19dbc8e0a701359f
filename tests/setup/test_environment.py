"""environment.yml, pyproject.toml and constraints.txt say the same thing."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from course_lib.setup.constraints import pins, requirements

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PINS = {
    canonicalize_name(name): version
    for name, version in (
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
}


def conda_packages() -> list[str]:
    return [each for each in CONDA["dependencies"] if isinstance(each, str)]


def test_conda_gets_the_same_python() -> None:
    python = [each for each in conda_packages() if re.match(r"python\b", each)]
    assert len(python) == 1
    assert SpecifierSet(python[0].removeprefix("python").strip()) == SpecifierSet(PROJECT["requires-python"])


def test_conda_lists_nothing_twice() -> None:
    asked = {Requirement(one).name for one in requirements()}
    assert set(conda_packages()) - {f"python {PROJECT['requires-python']}"} == {"pip"}
    (by_pip,) = (each["pip"] for each in CONDA["dependencies"] if isinstance(each, dict))
    assert by_pip == ["-c constraints.txt", "-e .[test]"]
    assert not asked & {Requirement(each).name for each in conda_packages()}
    assert CONDA["name"] == PROJECT["name"]


@pytest.mark.parametrize("text", requirements())
def test_every_requirement_is_a_range_and_its_pin_lies_inside(text: str) -> None:
    need = Requirement(text)
    kinds = {each.operator for each in need.specifier}
    assert ">=" in kinds, f"{text}: from which version on?"
    assert "==" not in kinds, f"{text}: exact versions stand in constraints.txt"
    pinned = PINS.get(canonicalize_name(need.name))
    assert pinned, f"{need.name} has no pin: run `make lock`"
    assert need.specifier.contains(pinned), f"{need.name}=={pinned} lies outside of {text}: run `make lock`"


def test_torch_is_the_version_the_numbers_were_checked_with() -> None:
    assert PINS["torch"] == "2.13.0"


def test_the_pins_bind_no_machine() -> None:
    """Build tags, paths and addresses would hold on one system alone."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line) for line in lines)
    assert len(lines) == len(PINS), "a package is pinned twice"
    assert not PINS.keys() & {"appnope", "colorama", "pywin32", "pywinpty", "nvidia-cublas-cu12", "triton"}


def test_pins_drop_build_tags_and_refuse_paths() -> None:
    assert pins("torch==2.13.0+cpu\nAnyio==4.1\n") == ["Anyio==4.1", "torch==2.13.0"]
    with pytest.raises(ValueError, match="name==version"):
        pins("thing @ file:///home/someone/thing")
