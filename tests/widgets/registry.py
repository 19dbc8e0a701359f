"""Every explorer of the course: what holds for explorers at all is tested over this list, once.

A new explorer gets a file in `entries` and has the contract tests of `tests/browser/test_contract.py` and
`tests/test_javascript.py`; what is its own stays in its page test.
"""

import importlib
from pathlib import Path

from tests.widgets.entry import Entry

WIDGETS = Path(__file__).resolve().parents[2] / "course_lib" / "widgets"
HTML = '<img src="x" onerror="window.hacked = 1">'
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetr"  # 45 letters without a place to break
HEBREW = "שלום"  # written from right to left
LABELS = [HTML, LONG, HEBREW, "<b>", "a & b", '"quoted"', "{braces}"]
FILES = sorted((Path(__file__).parent / "entries").glob("*.py"))
ENTRIES: list[Entry] = [importlib.import_module(f"tests.widgets.entries.{file.stem}").ENTRY for file in FILES]


def folders() -> list[str]:
    """The folders of explorers that use the kit."""
    files = WIDGETS.glob("*/explorer.js")
    return sorted(file.parent.name for file in files if "../kit/kit.js" in file.read_text(encoding="utf-8"))
