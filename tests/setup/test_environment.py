"""environment.yml, pyproject.toml, constraints.txt and locks/ say the same thing."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from course_lib.setup.constraints import apart, blocks, build_tools, pins, requirements
from course_lib.setup.environment import LOCKS

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LINES = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
PINS = {canonicalize_name(need.name): str(need.specifier).removeprefix("==") for need in map(Requirement, LINES)}
LOCKED = {name: list(blocks((ROOT / name).read_text(encoding="utf-8"))) for name in LOCKS.values()}
ALL = [block for own in LOCKED.values() for block in own]


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
    """Build tags, paths and addresses would hold on one system alone; a marker says where a pin is wanted."""
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*( ; [^/]+)?", line) for line in LINES)
    plain = [line.split("==")[0] for line in LINES if ";" not in line]
    assert len(plain) == len(set(plain)), "a package is pinned twice"
    assert not PINS.keys() & {"nvidia-cublas", "nvidia-cublas-cu12", "cuda-toolkit", "triton"}
    assert {"appnope", "colorama", "pywinpty"} <= PINS.keys(), "what macOS and Windows alone need is locked too"


def test_every_pin_but_torch_has_its_hashes_in_one_lock() -> None:
    assert set(LINES) <= {*pins(ALL), "torch==2.13.0"}
    assert {Requirement(pin).name for pin in pins(ALL)} == PINS.keys() - {"torch"}, (
        "a smaller lock may have a marker more"
    )
    for block in ALL:
        first, *hashes = block.rstrip().splitlines()
        assert first.endswith("\\") and hashes, f"{first} has no hash"
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes), block


def test_hashes_are_those_of_every_system() -> None:
    """One wheel for each Python on Linux, macOS and Windows: numpy has some fifty."""
    [numpy] = [block for block in LOCKED["locks/course.txt"] if block.startswith("numpy==")]
    assert numpy.count("--hash=") > 20


def test_what_builds_the_course_is_locked() -> None:
    mine = {canonicalize_name(Requirement(pin).name) for pin in pins(LOCKED["locks/course.txt"])}
    assert {canonicalize_name(Requirement(tool).name) for tool in build_tools()} <= mine


def test_a_larger_lock_holds_what_the_smaller_lacks() -> None:
    found = {"": ["a==1"], "grading,site": ["a==1", "b==1"], "test": ["a==1", "b==1", "c==1"]}
    assert list(apart(found).values()) == [["a==1"], ["b==1"], ["c==1"]]


def test_torch_and_its_own_are_left_out_of_the_locks() -> None:
    text = "# head\na==1 \\\n    --hash=x\ntorch==2 \\\n    --hash=y\nnvidia-cufft==1 \\\n    --hash=z\ntriton==1\n"
    assert list(blocks(text)) == ["a==1 \\\n    --hash=x\n"]


def test_pins_keep_markers_and_refuse_paths() -> None:
    assert pins(["a==4.1 ; os_name == 'nt' \\\n    --hash=sha256:0\n", "b==1\n"]) == [
        "a==4.1 ; os_name == 'nt'",
        "b==1",
    ]
    with pytest.raises(ValueError, match="name==version"):
        pins(["thing @ file:///home/someone/thing"])
    with pytest.raises(ValueError, match="name==version"):
        pins(["torch==2.13.0+cpu"])
