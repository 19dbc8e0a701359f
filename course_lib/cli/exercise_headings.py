"""The heading of each exercise in a notebook, written from its declaration: number, title, difficulty, minutes, points.

A lecture says `**Exercise 7.3b · Attend** (difficulty 2, importance 5, 12 minutes)` above the answer; a homework
`## Question 2 · A bias for distance (5 points)`. One heading may stand above two checks; it then names both. Headings
of one section have letters, in the notebook's order.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.authoring.places import Place, notebooks
from course_lib.exercises.engine.exercise import Exercise
from course_lib.exercises.engine.registry import exercises
from course_lib.paths import write_atomically

HEADING = re.compile(
    r"\*\*Exercise [^*\n]*\*\* \(difficulty [^)\n]*\)|^## Question \d+ · [^\n]* \(\d[\d.]* points?\)", re.MULTILINE
)
CHECK = re.compile(r'\b(?:check|points)\("(w\d\d\.\w+)"')


@dataclass
class Asked:
    """A heading as it stands, the place where, and the exercises whose checks follow before the next one."""

    cell: int
    text: str
    ids: list[str]


def asked(cells: list[Any]) -> list[Asked]:
    """Find every heading of an exercise with what it heads; a question in words heads nothing."""
    found: list[Asked] = []
    for number, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            found += [Asked(number, each[0], []) for each in HEADING.finditer(source)]
        elif cell["cell_type"] == "code" and found:
            found[-1].ids += [id for id in CHECK.findall(source) if id not in found[-1].ids]
    return found


def headings(found: list[Asked], known: dict[str, Exercise]) -> Iterator[tuple[Asked, str]]:
    """Each heading with what it should say."""
    heads = [(each, [known[id] for id in each.ids if id in known]) for each in found]
    sections = [several[0].section for _, several in heads if several]
    seen: dict[str, int] = {}
    for each, several in heads:
        if several:
            section = several[0].section
            letter = chr(ord("a") + seen.get(section, 0)) if sections.count(section) > 1 else ""
            seen[section] = seen.get(section, 0) + 1
            yield each, heading(several, section + letter)


def heading(several: list[Exercise], number: str) -> str:
    """Write the heading of one exercise, or of two that are asked together."""
    title = "; ".join(each.title for each in several)
    if several[0].notebook == "homework":
        points = sum(each.points for each in several)
        return f"## Question {number} · {title} ({points:g} {'point' if points == 1 else 'points'})"
    hard, weighty = max(each.difficulty for each in several), max(each.importance for each in several)
    minutes = sum(each.minutes for each in several)
    facts = f"difficulty {hard}, importance {weighty}, {minutes} minutes"
    return f"**Exercise {number} · {title}** ({facts})"


def wrong_headings(top: Path) -> list[str]:
    """Say which headings in solutions/ differ from the declarations."""
    return [
        f"solutions/{place.name}: {old!r} should say {new!r}: run `course build`" for place, old, new in _differing(top)
    ]


def write_headings(top: Path) -> list[str]:
    """Write every heading in solutions/ from the declarations -> a line for each that changed."""
    said = []
    changed: dict[str, tuple[Place, list[tuple[str, str]]]] = {}
    for place, old, new in _differing(top):
        changed.setdefault(place.name, (place, []))[1].append((old, new))
        said.append(f"solutions/{place.name}: {new}")
    for place, pairs in changed.values():
        notebook = json.loads(place.path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                source = "".join(cell["source"])
                for old, new in pairs:
                    source = source.replace(old, new)
                cell["source"] = source.splitlines(keepends=True)
        write_atomically(place.path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    return said


def _differing(top: Path) -> Iterator[tuple[Place, str, str]]:
    known = {each.id: each for each in exercises()}
    for place in notebooks(top / "solutions"):
        cells = json.loads(place.path.read_text(encoding="utf-8"))["cells"]
        for each, should in headings(asked(cells), known):
            if each.text != should:
                yield place, each.text, should
