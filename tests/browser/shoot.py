"""Pictures of explorer pages: python -m tests.browser.shoot [kind ...] -> test-artifacts/explorer-*.png"""

import sys

from playwright.sync_api import sync_playwright

from course_lib.widgets.attention import AttentionExplorer
from tests.browser.harness import FLAGS, artifacts, find_chromium, open_page
from tests.browser.samples import KINDS, large, letters

SAMPLES = {**KINDS, "letters": letters, "large": large}


def main(kinds: list[str]) -> None:
    """Every kind asked for, in both themes, at the width of a laptop's notebook and of a narrow column."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for kind in kinds or list(KINDS):
            for theme in ("light", "dark"):
                for width in (940, 420):
                    widget = AttentionExplorer.of(SAMPLES[kind](), ask=lambda text: letters(text))
                    widget.layer, widget.head, widget.row, widget.column = 1, 2, 7, 3
                    context = browser.new_context(viewport={"width": width, "height": 700}, device_scale_factor=1)
                    page = open_page(context, widget, theme)
                    page.screenshot(path=artifacts() / f"explorer-{kind}-{theme}-{width}.png", full_page=True)
                    for offence in page.offences:
                        print(kind, theme, offence)
                    context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
