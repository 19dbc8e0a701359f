"""Run nbval on one notebook and keep what each cell put out: `python nbval_run.py OUTPUTS.json PYTEST_ARGUMENTS...`.

nbval compares outputs and throws them away; kept, they serve the tests that would run the same notebook again.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest


class Keep:
    """Collects code and outputs of the cells that ran, in their order."""

    def __init__(self) -> None:
        self.cells: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Forget everything once a cell failed: half a run is no run."""
        if report.failed:
            self.cells = []

    def pytest_runtest_teardown(self, item: Any) -> None:
        """Take what nbval has just compared."""
        self.cells.append({"source": item.cell.source, "outputs": item.test_outputs})


if __name__ == "__main__":
    kept = Keep()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the others take as long to import as pytest itself
    status = pytest.main(["-p", "nbval.plugin", *sys.argv[2:]], plugins=[kept])
    if status == 0:
        Path(sys.argv[1]).write_text(json.dumps(kept.cells), encoding="utf-8")
    sys.exit(int(status))
