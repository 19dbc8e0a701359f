"""Real Chromium for every explorer: `page_with` shows a widget on a plain page, `lab` opens notebooks in JupyterLab.

Without a browser these tests skip with one line; with CI=true they fail instead, so that nobody ships them unrun.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.harness import FLAGS, find_chromium, open_page
from tests.browser.lab import Lab, Notebook, serve

pytest.register_assert_rewrite("tests.browser.looking")  # so that a failure shows both sides there too
NO_BROWSER = "no Chromium found; install it (apt install chromium) or set CHROMIUM to its path"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip as a whole where no browser is found, and say how to get one."""
    mine = [item for item in items if item.get_closest_marker("browser")]
    if mine and not find_chromium() and os.environ.get("CI") != "true":
        for item in mine:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, in the summary, that the browser tests did not run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.line(f"{len(skipped)} browser tests skipped: {NO_BROWSER}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium for the session."""
    path = find_chromium()
    if not path:
        pytest.fail("CI=true, and no Chromium found: browser tests must run there")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def book(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Notebook]:
    """A notebook with one explorer, made by the SET_UP of the test's module; closing it fails on any offence."""
    found = lab.explore(f"{request.node.name}.ipynb", request.module.SET_UP)
    yield found
    found.close()


@pytest.fixture
def page_with(browser: Any) -> Iterator[Callable[..., Any]]:
    """Show a widget on a plain offline page; afterwards nothing may have failed or left this machine."""
    opened: list[Any] = []

    def show(
        widget: Any, theme: str = "light", width: int = 940, views: int = 1, first: str = "", **options: Any
    ) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        page = open_page(context, widget, theme, views, first)
        opened.append(page)
        return page

    yield show
    offences = [offence for page in opened for offence in page.offences]
    for page in opened:
        page.context.close()
    assert not offences, offences


@pytest.fixture(scope="session")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A private JupyterLab; `lab.open(notebook)` gives a running notebook on a page."""
    with serve(tmp_path_factory.mktemp("lab"), browser) as found:
        yield found
