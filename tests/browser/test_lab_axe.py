"""axe-core over JupyterLab with every explorer, a check, a quiz and the progress board open: what we put there."""

from typing import Any

import pytest

from tests.browser.axe import violations
from tests.browser.lab import PATH

pytestmark = pytest.mark.browser
KINDS = ("attention", "translation", "message_passing", "skip_connections", "denoising")
CELLS = [
    PATH + "from IPython.display import display\nfrom tests.site.test_states import EXPLORERS",
    *(f"display(EXPLORERS[{kind!r}]())" for kind in KINDS),
    "from course_lib import check, hint, progress, quiz\ndef mix(scores, values): return scores, values",
    'check("w07.mix", mix);',
    'hint("w07.mix"); quiz("w07.why_scale"); quiz("w07.why_scale", "a")',
    "progress()",
    "from course_lib.widgets.chooser import WeekChooser\nWeekChooser()",
]
OURS = ".jp-OutputArea"


@pytest.fixture
def full(lab: Any) -> Any:
    lab.write("everything.ipynb", CELLS)
    book = lab.open("everything.ipynb")
    book.run_all()
    yield book
    book.close()


def test_nothing_of_ours_shuts_anybody_out(full: Any) -> None:
    page = full.page
    page.wait_for_function(f"document.querySelectorAll('.course-explorer').length === {len(KINDS) + 1}")
    for theme in ("Light", "Dark"):
        full.wear(theme)
        page.wait_for_timeout(300)
        for number in range(page.locator(OURS).count()):
            page.locator(OURS).nth(number).scroll_into_view_if_needed()
            page.evaluate("(n) => document.querySelectorAll('.jp-OutputArea')[n].id = `ours-${n}`", number)
            assert violations(page, f"#ours-{number}") == [], f"output {number}, {theme}"
    full.wear("Light")
