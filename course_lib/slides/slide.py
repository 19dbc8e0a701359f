"""One slide: its heading, what stands on it, the code behind it, and what its speaker reads."""

import re
from dataclasses import dataclass, field
from typing import Any

from course_lib.slides.pieces import HIGH, Piece

DEFINES = re.compile(r'<span class="k">(?:def|class)</span>.*?<span class="n[cf]">(\w+)</span>')
TITLE = 64  # pixels that a large heading takes more than the running line


@dataclass(frozen=True)
class Code:
    """A cell whose code is folded away."""

    id: str
    html: str
    told: str = ""  # what its button says; empty: what it defines

    @property
    def label(self) -> str:
        """What its button says: `Code: guess, accuracy`."""
        names = ", ".join(dict.fromkeys(DEFINES.findall(self.html)))
        return self.told or (f"Code: {names}" if names else "Code")


@dataclass
class Slide:
    """kind: title, claim, prose, picture, diagram, explorer, predict, exercise, solution or quiz"""

    kind: str
    title: str = ""  # HTML; empty: the running line is the slide's heading
    id: str = ""
    level: int = 2  # of the heading in the notebook
    pieces: list[Piece] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # HTML for the speaker
    running: str = ""  # the title of its part
    more: dict[str, Any] = field(default_factory=dict)
    """Of exercises and quizzes: hints, stages, options, ...; of a prediction: how many pieces lead to it."""

    @property
    def high(self) -> float:
        """About how much of the slide is taken."""
        return sum(piece.high for piece in self.pieces)

    @property
    def room(self) -> float:
        """How much there is on it at all."""
        return HIGH - (TITLE * (1 + len(self.title) // 50) if self.title else 0)
