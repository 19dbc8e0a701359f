"""A made-up lecture with everything that becomes a slide of its own kind."""

from typing import Any

from ipywidgets.embed import embed_data
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.authoring.cells import answer, code, notebook, text
from course_lib.site.lessons import Lesson, lesson
from course_lib.site.states import STATE
from course_lib.viz.show import bundle
from tests.site.made_up import PNG, SOLVED, place, shows

LONG = "Cover one residue. " + "Its relatives remember something about it. " * 8
ASKED = '**Exercise 7.1 · Mix** (difficulty 1, importance 5, 5 minutes)\n\nMix. Stuck? `hint("w07.mix")`.'
KEPT = "The pair of steps is the **softmax**."


def lecture(*widgets: Any) -> NotebookNode:
    """A lecture of three sections; its last cells show these explorers."""
    cells = [
        text("w07-0-title", "# Week 7 · Made up\n\nYou will build nothing.", "slide"),
        code("w07-0-start", "import torch", "skip"),
        text("w07-0-notes", "> **For the teacher.** Two minutes. Ask the room.", "notes"),
        text("w07-1-idea", f"## 7.1 Weights\n\n{LONG}{KEPT} And so on.\n\nSo:\n\n$$w_s = \\frac{{1}}{{2}}$$", "slide"),
        text("w07-1-more", "One more thing.", "fragment"),
        code("w07-1-helper", "def helper(x):\n    return x"),
        code("w07-1-hand", "print('hello')"),
        text("w07-1-predict", "It may fall. **Before you run the next cell:** how far?"),
        code("w07-1-quiet", "values = helper(3)"),
        code("w07-1-picture", "show(fig, 'words')", "subslide"),
        text("w07-1-asked", ASKED),
        answer("w07-1-answer", SOLVED),
        code("w07-1-check", 'mix = check("w07.mix", mix)'),
        text("w07-1-notes", "> **For the teacher.** Fifteen minutes. A common wrong idea.", "notes"),
        text("w07-2-idea", "## 7.2 Look\n\n### Closer\n\n- one\n- [two](../w08_transformer/lecture.ipynb)", "slide"),
        code("w07-2-quiz", 'quiz("w07.why_scale")'),
        *(code(f"w07-2-explore{number}", "explorer") for number in range(len(widgets))),
        text("w07-3-end", "## References\n\nA 2001, *B* · C 2002, *D*", "slide"),
        code("w07-end", "progress()"),
    ]
    made = notebook(cells)
    by_id = {each.id: each for each in made.cells}
    by_id["w07-1-hand"].outputs = [new_output("stream", name="stdout", text="hello <b>\n")]
    by_id["w07-1-picture"].outputs = [new_output("display_data", bundle(PNG, "Two dots & a line."))]
    by_id["w07-2-quiz"].outputs = [new_output("display_data", {"text/html": "<p>in the notebook</p>"})]
    for number, widget in enumerate(widgets):
        by_id[f"w07-2-explore{number}"].outputs = [shows(widget)]
    if widgets:
        made.metadata["widgets"] = {STATE: embed_data(views=list(widgets), drop_defaults=False)["manager_state"]}
    return made


def made_up(*widgets: Any) -> Lesson:
    """The same, taken apart."""
    return lesson(place(), lecture(*widgets))
