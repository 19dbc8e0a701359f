"""The review notebook: what is due today, each with its text, what it builds on, a blank answer and a new seed.

The same ledger and the same day give the same notebook.
"""

import copy
import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from course_lib.authoring import cells as make
from course_lib.errors import CourseError
from course_lib.exercises.engine import registry
from course_lib.exercises.tracking.summary import place_of
from course_lib.lab.fingerprints import SameContent, is_as_delivered
from course_lib.paths import write_atomically
from course_lib.study import notebook_cells
from course_lib.study.context_cells import given_before
from course_lib.study.notebook_cells import TITLE, Asked, source
from course_lib.study.review_items import is_question, minutes_of, title_of
from course_lib.study.spaced_repetition import Standing

SET_UP = """%matplotlib inline
import torch
from torch import nn
from course_lib import check, hint, quiz, start
from course_lib.exercises.feedback.check import lend"""
NOT_PROSE = ("**Before you run", "**What to notice")


def seed_of(today: date) -> int:
    """The seed of a day's review: new hidden inputs, and another order of options."""
    return int(f"{today:%Y%m%d}")


def write_review(chosen: Sequence[Standing], today: date, lectures: Path, folder: Path) -> tuple[Path, bool]:
    """Write the day's notebook; returns where it is, and whether it was written.

    One in which somebody has written or run a cell stays as it is. Raises OSError when it cannot be written.
    """
    file = folder / f"review-{today.isoformat()}.ipynb"
    if file.exists() and not is_untouched(file):
        return file, False
    text = make.as_text(notebook(chosen, today, lectures))
    book = json.loads(text)
    book["metadata"]["course_review"] = SameContent.of(text.encode()).content
    write_atomically(file, notebook_cells.dump(book))
    return file, True


def is_untouched(file: Path) -> bool:
    """Does the notebook say what we wrote into it, and nothing else?"""
    try:
        said = json.loads(file.read_bytes())["metadata"]["course_review"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return is_as_delivered(file, {"exact": "", "content": said})


def notebook(chosen: Sequence[Standing], today: date, lectures: Path) -> NotebookNode:
    """The cells: why each was chosen, the set-up, and then one after the other."""
    minutes = sum(minutes_of(each.item) for each in chosen)
    why = "\n".join(f"- **{title_of(each.item)}** {each.why(today)}" for each in chosen)
    opening = (
        f"# Review of {today.day} {today:%B %Y}\n\n"
        f"**Time:** about {minutes} minutes, by the exercises' own estimates. Write from memory first; what the lesson "
        "said is folded away under each exercise. The checks ask with new inputs.\n\n**Why these**\n\n" + why
    )
    cells = [make.text("review-title", opening), make.code("review-start", SET_UP + "\nstart()")]
    for number, each in enumerate(chosen, start=1):
        part = question_cells if is_question(each.item) else exercise_cells
        cells += part(number, each.item, seed_of(today), lectures)
    closing = (
        "That was all. `course review --list` in a terminal says what comes when; your notebooks are as they were."
    )
    return make.notebook([*cells, make.text("review-end", closing)])


def question_cells(number: int, item: str, seed: int, lectures: Path) -> list[NotebookNode]:
    """A quiz question, with its options in a new order."""
    week = f"week {int(item[1:3])}"
    return [
        make.text(f"review-{number}-idea", f"## {number} · A question of {week}"),
        make.code(f"review-{number}-ask", f'quiz("{item}", seed={seed})'),
        make.code(
            f"review-{number}-answer", f'# Take the # away and write your letter:\n# quiz("{item}", "", seed={seed})'
        ),
    ]


def exercise_cells(number: int, item: str, seed: int, lectures: Path) -> list[NotebookNode]:
    """An exercise: its text, what the lesson said before it (folded), what it builds on, a blank and its check."""
    exercise = registry.find(item)
    place = place_of(exercise.week, exercise.notebook)
    blanks = notebook_cells.load(lectures / place)["cells"]
    asked = next((each for each in notebook_cells.exercises(blanks) if each.id == item), None)
    if asked is None:
        raise CourseError(f"{place} of the course does not ask {item}; `course build` makes it anew")
    text, above = text_of(blanks, asked), prose_above(blanks, asked)
    number_there = f"exercise {asked.number}" if asked.number[:1].isdigit() else asked.number.replace("q", "question ")
    origin = f"*Week {int(exercise.week[1:])}, {number_there}, from [{place}](../{place}); {exercise.minutes} minutes.*"
    made = [make.text(f"review-{number}-idea", f"## {number} · {exercise.title}\n\n{origin}\n\n{text}")]
    if above:
        fold = f"<details><summary>What the lesson said before it</summary>\n\n{above}\n\n</details>"
        made.append(make.text(f"review-{number}-lesson", fold))
    if given := given_before(blanks, asked):
        made.append(make.code(f"review-{number}-given", f"# what the lesson had given you by then\n{given}"))
    made.append(make.code(f"review-{number}-answer", source(blanks[asked.answer])))
    made.append(make.code(f"review-{number}-check", f'{asked.name} = check("{item}", {asked.name}, seed={seed})'))
    pictures = {} if asked.text is None else blanks[asked.text].get("attachments", {})
    if pictures:
        made[0]["attachments"] = from_dict(copy.deepcopy(pictures))
    return made


def text_of(cells: list[dict[str, Any]], asked: Asked) -> str:
    """What the exercise says, without its heading and without what stood above it in the same cell."""
    if asked.text is None:
        return ""
    said = source(cells[asked.text])
    parts = list(TITLE.finditer(said))
    for place, found in enumerate(parts):
        if found[1] == asked.number:
            end = parts[place + 1].start() if place + 1 < len(parts) else len(said)
            return re.sub(r"^\s*\(difficulty[^)]*\)", "", said[found.end() : end]).strip()
    return re.sub(r"^#+\s.*\n+", "", said).strip()


def prose_above(cells: list[dict[str, Any]], asked: Asked) -> str:
    """The section's prose up to the exercise: the idea and the equation it refers to, without other exercises."""
    if asked.text is None or not TITLE.search(source(cells[asked.text])):
        return ""
    begins = next((n for n in range(asked.text, -1, -1) if source(cells[n]).startswith("## ")), asked.text)
    parts = []
    for cell in cells[begins : asked.text + 1]:
        said = TITLE.split(source(cell))[0].strip()  # what follows a title belongs to that exercise
        if cell.get("cell_type") == "markdown" and said and not said.startswith(NOT_PROSE):
            parts.append(re.sub(r"^#+\s", "#### ", said, flags=re.M))
    return "\n\n".join(parts)
