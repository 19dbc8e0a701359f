"""A lecture as lints see it: the cells that a learner gets, its prose without code and markers, its sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_lib.authoring.cut import is_for_teacher
from course_lib.authoring.lints.week_config import WeekConfig

FENCED = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
SECTION = re.compile(r"^## (\d+\.\d+) ", re.MULTILINE)
ACT = re.compile(r"^\s*(?:quiz|predict)\(", re.MULTILINE)


@dataclass(frozen=True)
class Lecture:
    """The source of a lecture, its week's config, and the course it stands in."""

    week: str
    cells: tuple[NotebookNode, ...]  # without notes for the teacher
    config: WeekConfig
    top: Path  # the folder that holds solutions/ and course_lib/
    every: tuple[NotebookNode, ...] = ()  # with them

    @classmethod
    def of(cls, week: str, source: NotebookNode, config: WeekConfig, top: Path) -> "Lecture":
        """The lecture of a source notebook."""
        cells = tuple(cell for cell in source.cells if not is_for_teacher(cell))
        return cls(week, cells, config, top, tuple(source.cells))

    def texts(self) -> Iterator[NotebookNode]:
        """The cells of prose."""
        return (cell for cell in self.cells if cell.cell_type == "markdown")

    def codes(self) -> Iterator[NotebookNode]:
        """The cells of code."""
        return (cell for cell in self.cells if cell.cell_type == "code")

    def sections(self) -> Iterator[tuple[str, list[NotebookNode]]]:
        """The numbered sections: `7.3` and its cells."""
        number, cells = "", list[NotebookNode]()
        for cell in self.cells:
            if cell.cell_type == "markdown" and cell.source.lstrip().startswith("## "):
                if number:
                    yield number, cells
                found = SECTION.search(cell.source)
                number, cells = found[1] if found else "", []
            cells.append(cell)
        if number:
            yield number, cells


def is_answer(cell: NotebookNode) -> bool:
    """Does a learner write code here?"""
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_act(cell: NotebookNode) -> bool:
    """Does a learner do something here: write code, answer a question, write a guess down?"""
    return is_answer(cell) or (cell.cell_type == "code" and bool(ACT.search(cell.source)))


def prose_of(cell: NotebookNode) -> str:
    """The words of a cell of prose: without formulas, code, comments and headings."""
    text = COMMENT.sub("", cell.source)
    return HEADING.sub("", FORMULA.sub(" ", FENCED.sub(" ", text)))


def word_count(cell: NotebookNode) -> int:
    """How many words a learner reads in a cell of prose; a formula counts as one."""
    text = COMMENT.sub("", cell.source)
    return len(FORMULA.sub(" formula ", text).split())


def code_lines(cell: NotebookNode) -> int:
    """How many lines of a cell hold code."""
    lines = (line.strip() for line in cell.source.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)
