"""What holds for every explorer, over the registry of all of them: see `contract.py`."""

from typing import Any

import pytest

from tests.browser.contract import CHECKS
from tests.widgets.entry import Entry
from tests.widgets.registry import ENTRIES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_every_explorer_keeps(page_with: Any, entry: Entry, check: Any) -> None:
    check(page_with, entry)
