"""A made-up lesson with everything a lesson may hold, executed without a kernel."""

import base64
from pathlib import Path
from typing import Any

from ipywidgets.embed import embed_data
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.authoring.cells import answer, code, notebook, text, written
from course_lib.authoring.outputs import WIDGET
from course_lib.authoring.places import Place
from course_lib.exercises.feedback.display import note
from course_lib.site.states import STATE
from course_lib.viz.show import bundle

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAEElEQVR4nGP4z8AARwzEcQCukw/x0F8jngAAAABJRU5ErkJggg=="
)
TITLE = "Week 7 · Made up: a lesson"
SOLVED = "def mix(scores, values):\n    ### BEGIN SOLUTION\n    return secret_answer\n    ### END SOLUTION"


def place(name: str = "w07_attention/lecture.ipynb", top: Path = Path("solutions")) -> Place:
    """Where such a lesson stands."""
    return Place(top, name)


def shows(widget: Any) -> NotebookNode:
    """What a cell shows whose last line is an explorer."""
    return new_output("display_data", {WIDGET: {"model_id": widget.model_id}, **widget.stand_ins()})


def lecture(*widgets: Any) -> NotebookNode:
    """A lecture that ends with these explorers."""
    cells = [
        text(
            "w07-0-title",
            f"# {TITLE}\n\nSee [week 8](../w08_transformer/lecture.ipynb#8.1-From-symbols-to-numbers,-and-back).",
            "slide",
        ),
        code("w07-0-start", "%matplotlib inline\nimport torch", "skip"),
        text("w07-0-notes", "> **For the teacher.** Two minutes. Ask the room.", "notes"),
        text(
            "w07-1-idea",
            "## 7.1 An average $w_s$\n\nWith $a < b$:\n\n$$w_s = \\frac{\\exp(e_s)}{\\sum_r e_r}$$",
            "slide",
        ),
        code("w07-1-hand", "# NBVAL_CHECK_OUTPUT\nprint('hello')\nshow(fig, 'words')"),
        text(
            "w07-1-asked",
            "So far so good.\n\n**Exercise 7.1 · Mix** (difficulty 1, importance 5, 5 minutes)\n\nMix them.",
        ),
        answer("w07-1-answer", SOLVED),
        code("w07-1-check", 'mix = check("w07.mix", mix)'),
        text("w07-2-idea", "## 7.2 An average $w_s$\n\n### A part\n\n| a | b |\n|---|---|\n| 1 | `$x$` |", "slide"),
        code("w07-2-quiz", 'quiz("w07.why_scale")'),
        code("w07-2-explore", "explorer"),
        code("w07-end", "progress()"),
    ]
    made = notebook(cells)
    outputs = {each.id: each for each in made.cells}
    outputs["w07-1-hand"].outputs = [
        new_output("stream", name="stdout", text="hello <b>\n\x1b[1mbold\x1b[0m\n"),
        new_output("display_data", bundle(PNG, "Two dots, and a line & more between them.")),
    ]
    page = note("note", "<p>Which one?</p><details><summary>What if a?</summary><p>No.</p></details>", "Which one?")
    outputs["w07-2-quiz"].outputs = [new_output("display_data", page._repr_mimebundle_())]
    outputs["w07-2-explore"].outputs = [shows(each) for each in widgets]
    outputs["w07-end"].outputs = [
        new_output("display_data", note("note", "<p>3 of 8 done</p>", "x")._repr_mimebundle_())
    ]
    if widgets:
        made.metadata["widgets"] = {STATE: embed_data(views=list(widgets), drop_defaults=False)["manager_state"]}
    return made


def homework() -> NotebookNode:
    """A homework: a question for the machine and one for a person."""
    made = notebook(
        [
            text("w07-0-title", "# Week 7 · Homework", "slide"),
            text("w07-1-idea", "## Question 1 · A band (3 points)\n\nWrite the mask.", "slide"),
            answer("w07-1-answer", SOLVED),
            code("w07-1-check", 'band = check("w07.banded", mix)'),
            code("w07-1-points", 'points("w07.banded", mix)'),
            code("w07-2-code", "print(1)"),
            text("w07-7-idea", "## Question 5 · In your own words (4 points)", "slide"),
            written("w07-7-written", "### BEGIN SOLUTION\na model answer\n### END SOLUTION", 4.0),
        ]
    )
    made.cells[5].outputs = [new_output("stream", name="stdout", text="what the solved notebook printed")]
    return made
