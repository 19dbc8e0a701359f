"""Rules about a copy in lectures/: nothing of the answers may be left in it."""

import re
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode

from course_lib.authoring.cut import answers, plain_lines
from course_lib.authoring.places import Place

LEFT = re.compile(r"(BEGIN|END) SOLUTION|(BEGIN|END) HIDDEN TESTS|CANARY", re.IGNORECASE)
SHORT = 16  # an answer of fewer characters, such as `return x`, may stand elsewhere by chance


def problems_of_copy(copy: Place, source: NotebookNode) -> Iterator[str]:
    """Outputs, markers, hidden tests or answers that a learner would find in the copy's file, metadata included."""
    raw = copy.path.read_text(encoding="utf-8")
    try:
        cells = list(nbformat.reads(raw, as_version=nbformat.NO_CONVERT).cells)
    except (ValueError, AttributeError, TypeError, nbformat.ValidationError) as error:
        yield f"lectures/{copy.name} is damaged ({error}): run `course build`"
        return
    for found in sorted({match[0] for match in LEFT.finditer(raw)}):
        yield f"lectures/{copy.name}: the text {found!r} is left in it"
    for cell in cells:
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"lectures/{copy.name}: cell {cell.get('id')} keeps an output"
        for id in answers_in(cell.source, source):
            yield f"lectures/{copy.name}: cell {cell.get('id')} gives away the answer of cell {id}"


def answers_in(text: str, source: NotebookNode) -> Iterator[str]:
    """The ids of the cells of `source` whose whole answer stands in the text, whatever its indent and comments."""
    plain = plain_lines(text)
    for id, answer in answers(source):
        if len(answer.strip()) >= SHORT and answer in plain:
            yield id
