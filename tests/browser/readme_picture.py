"""The picture of the README, from the model that the lecture trains: python -m tests.browser.readme_picture

Runs the lecture's own cells up to its explorer (about half a minute), opens that explorer in Chromium, and writes
course_lib/assets/attention-explorer.png.
"""

import nbformat
from PIL import Image
from playwright.sync_api import sync_playwright

from course_lib.authoring.places import checkout
from course_lib.widgets.attention import AttentionExplorer
from tests.browser.harness import FLAGS, find_chromium, open_page

LAST = "w07-7-explore"


def explorer_of_the_lecture() -> AttentionExplorer:
    """The explorer over the trained speller, on the word `phonetic`, at the head that follows the word."""
    names: dict[str, object] = {}
    for cell in nbformat.read(checkout() / "solutions/w07_attention/lecture.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source.replace("%matplotlib inline", ""), names)
        if cell.id == LAST:
            break
    listen_in = names["listen_in"]
    assert callable(listen_in)
    explorer = AttentionExplorer.of(listen_in("phonetic"), ask=listen_in)
    explorer.layer, explorer.head = 1, 1
    return explorer


def main() -> None:
    """Take the picture."""
    explorer = explorer_of_the_lecture()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 940, "height": 600}, device_scale_factor=1.5)
        path = checkout() / "course_lib/assets/attention-explorer.png"
        open_page(context, explorer, "light").screenshot(path=path)
        browser.close()
    few = Image.open(path).convert("RGB").quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
