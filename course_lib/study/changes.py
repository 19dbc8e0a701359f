"""What a new version of a notebook has that a learner's copy has not, in words: so that a person can decide.

What was delivered is noted cell by cell, so that what the course changed is told apart from what the learner wrote.
Copies delivered by a version that noted none are compared as they are, answers aside.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from course_lib.lab.fingerprints import marks_of_cells
from course_lib.study.notebook_cells import Asked, Cell, exercises, grade_id, source

HEAD = re.compile(r"^##\s+(.+?)\s*$", re.M)


def in_words(mine: bytes, new: bytes, delivered: Mapping[str, str]) -> list[str]:
    """The difference, a line each: exercises and sections that are new, changed or gone, and where your answers are.

    delivered  what each cell said when the learner's copy came; empty where that was not noted
    """
    old, now = _cells(mine), _cells(new)
    if old is None or now is None:
        return ["yours cannot be read as a notebook; the new one can"] if now is not None else []
    before = dict(delivered) or marks_of_cells(mine)
    after = marks_of_cells(new)
    asked = exercises(now)
    added = [each for each in asked if _id(now, each) not in before]
    changed = [each for each in asked if _id(now, each) in before and _altered(now, each, before, after, not delivered)]
    answers = {_id(now, each) for each in asked}
    new_cells = [id for id in after if id not in before and id not in answers]
    other = [id for id in after if id in before and before[id] != after[id] and id not in answers]
    gone = [id for id in before if id not in after and (delivered or _is_ours(id, after))]
    lines = [f"new: exercise {each.called()}" for each in added]
    lines += [f"changed: exercise {each.called()}" for each in changed]
    lines += _by_section(now, new_cells, "added to") + _by_section(now, other, "changed in")
    lines += _by_section(old, gone, "gone from")
    written = _written(old, now, asked)
    lines += [f"your copy holds answers to {', '.join(written)}"] if written else []
    return lines


def _cells(data: bytes) -> list[Cell] | None:
    try:
        cells = json.loads(data)["cells"]
    except (ValueError, KeyError, TypeError):
        return None
    return cells if isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells) else None


def _id(cells: Sequence[Cell], asked: Asked) -> str:
    return str(cells[asked.answer].get("id", ""))


def _altered(
    cells: Sequence[Cell], asked: Asked, before: Mapping[str, str], after: Mapping[str, str], only_text: bool
) -> bool:
    """Did its text change, or its blank (which in a learner's copy without a note holds an answer)?"""
    places = [*([] if asked.text is None else [asked.text]), *([] if only_text else [asked.answer])]
    ids = [str(cells[place].get("id", "")) for place in places]
    return any(id in before and before[id] != after[id] for id in ids)


def _is_ours(id: str, after: Mapping[str, str]) -> bool:
    """Does a cell id look like the course's own (`w07-3-check`), and not like one that JupyterLab gave?"""
    return id.partition("-")[0] in {each.partition("-")[0] for each in after} and "-" in id


def _by_section(cells: Sequence[Cell], ids: Sequence[str], word: str) -> list[str]:
    """`changed in 7.3 Queries, keys, values: 2 cells`, section by section."""
    counts: Counter[str] = Counter()
    section = "the opening"
    for cell in cells:
        if cell.get("cell_type") == "markdown" and (found := HEAD.search(source(cell))):
            section = found[1]
        counts[section] += cell.get("id") in ids
    return [f"{word} {section}: {_count(count)}" for section, count in counts.items() if count]


def _count(cells: int) -> str:
    return f"{cells} cell{'' if cells == 1 else 's'}"


def _written(old: Sequence[Cell], now: Sequence[Cell], asked: Sequence[Asked]) -> list[str]:
    """The exercises whose blank is filled in, in the learner's copy."""
    mine = {grade_id(cell): source(cell).strip() for cell in old if grade_id(cell)}
    blanks = {each: now[each.answer] for each in asked}
    filled = [each for each, cell in blanks.items() if mine.get(grade_id(cell)) not in (None, "", source(cell).strip())]
    return list(dict.fromkeys(each.number.replace("q", "question ") or each.id for each in filled))
