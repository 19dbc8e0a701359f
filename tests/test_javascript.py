"""The explorers' JavaScript read by tools, and its pure parts run by Node on vectors that Python writes.

Node and npm are wanted; without them these tests skip and say so. What they fetch is locked with hashes in
tests/javascript/package-lock.json and stays in a temporary folder.
"""

import gzip
import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from course_lib.widgets.kit.assets import module, sheet
from tests.browser.harness import encode, state_of
from tests.widgets.entry import Entry
from tests.widgets.registry import ENTRIES, WIDGETS, folders

ROOT = Path(__file__).resolve().parent.parent
CONFIGURED = ROOT / "tests" / "javascript"
LINES, COMPRESSED = 600, 14_000  # of an explorer's own file; bytes of base and module
FILES = sorted(WIDGETS.rglob("*.js"))
NO_NODE = "no Node with npm found: install nodejs and npm to have the explorers' JavaScript read and run"


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with prettier, eslint and TypeScript, of exactly the locked versions."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip(NO_NODE)
    folder = tmp_path_factory.mktemp("javascript")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CONFIGURED / name, folder)
    tried = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    if tried.returncode != 0:
        pytest.skip(f"npm could not fetch the locked tools: {tried.stderr[-300:]}")
    return folder / "node_modules" / ".bin"


def run(*command: Any) -> None:
    """Run a tool at the root of the checkout; its findings are the failure."""
    tried = subprocess.run([str(each) for each in command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, f"{tried.stdout}{tried.stderr}"


def test_it_is_formatted(tools: Path) -> None:
    run(tools / "prettier", "--check", "--config", CONFIGURED / "package.json", *FILES)


def test_it_is_linted(tools: Path) -> None:
    run(tools / "eslint", "-c", CONFIGURED / "eslint.config.js", *FILES)


def test_its_types_fit(tools: Path) -> None:
    run(tools / "tsc", "-p", CONFIGURED)


def test_its_pure_parts_say_what_python_says(tmp_path: Path) -> None:
    if not shutil.which("node"):
        pytest.skip(NO_NODE)
    for entry in ENTRIES:
        (tmp_path / f"{entry.folder}.mjs").write_text(module(WIDGETS / entry.folder), encoding="utf-8")
        (tmp_path / f"{entry.folder}.json").write_text(json.dumps(encode(vectors(entry))), encoding="utf-8")
    tried = subprocess.run(
        ["node", "--test", "--test-reporter=tap", str(CONFIGURED / "words.test.js")],
        env={**os.environ, "COURSE_VECTORS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert tried.returncode == 0, tried.stdout[-3000:] + tried.stderr[-1000:]
    assert f"# pass {len(ENTRIES)}" in tried.stdout


def vectors(entry: Entry, count: int = 120) -> dict[str, Any]:
    """What Python sends, and for choices by chance what it says and tabulates."""
    chance, cases = random.Random(0), []
    widget = (entry.several or entry.make)()
    for _ in range(count):
        if entry.several:
            setattr(widget, entry.which, chance.randrange(2))
        for name, trait in widget.traits(chosen=True).items():
            low, high = widget.limits(name)
            if name != entry.which and chance.random() < 0.7:
                try:
                    trait.set(widget, chance.randint(low, high))
                except Exception:  # noqa: BLE001  one of the few numbers in the range that a check of its own refuses
                    continue
        for name, values in entry.choices.items():
            if name not in widget.trait_names(chosen=True) and chance.random() < 0.5:
                setattr(widget, name, chance.choice(list(values)))
        state = {name: value for name, value in state_of(widget).items() if name != "data"}
        table = widget.table() if hasattr(widget, "table") else None
        cases.append({"state": state, "said": widget.describe(), "table": table})
    return {"data": widget.data, "cases": cases}


def test_every_explorer_with_the_kit_is_registered() -> None:
    assert sorted(entry.folder for entry in ENTRIES) == folders()


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_a_module_is_short_and_light_and_asks_nobody(entry: Entry) -> None:
    folder = WIDGETS / entry.folder
    joined, css = module(folder), sheet(folder)
    assert len((folder / "explorer.js").read_text(encoding="utf-8").splitlines()) <= LINES
    assert len(gzip.compress(joined.encode(), 9, mtime=0)) <= COMPRESSED
    assert not any(word in joined for word in ("http:", "https:", "import(", "import ", "fetch", "eval("))
    assert "http" not in css and "@import" not in css
    widget = entry.make()
    assert (str(widget._esm), str(widget._css)) == (joined, css)
