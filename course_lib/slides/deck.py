"""A lesson as a deck: its sections side by side, the slides of each below one another."""

from dataclasses import dataclass, field

from course_lib.site.lessons import Lesson
from course_lib.site.markdown import plain
from course_lib.slides.claims import claimed
from course_lib.slides.cutter import cut
from course_lib.slides.minutes import minutes
from course_lib.slides.slide import Slide


@dataclass
class Part:
    """A section of the lesson: slides below one another, and what its teacher should know."""

    id: str
    title: str
    teacher: list[str] = field(default_factory=list)  # HTML
    slides: list[Slide] = field(default_factory=list)

    @property
    def minutes(self) -> int | None:
        """The planned minutes: those that its notes name, together; None where none does."""
        said = [number for note in self.teacher if (number := minutes(plain(note))) is not None]
        return sum(said) if said else None

    @property
    def asked(self) -> int:
        """The minutes of its exercises."""
        return int(sum(seconds for slide in self.slides for _, seconds in slide.more.get("stages", [])) // 60)

    @property
    def seconds(self) -> int:
        """Of the planned time (or that of its exercises), what each slide gets on average: the pace of the speaker."""
        return round(60 * (self.minutes or self.asked) / max(len(self.slides), 1))


def deck(made: Lesson) -> list[Part]:
    """Every part of a lesson with its slides. Set-up cells and notes to teachers get no slide."""
    parts = []
    for section in made.sections:
        teacher = [item["html"] for item in section.items if item["kind"] == "teacher"]
        part = Part(section.id, section.title, teacher, claimed(section, cut(section)))
        parts += [part] if part.slides else []
    _name(parts)
    return parts


def _name(parts: list[Part]) -> None:
    """Every slide gets an id that no other has."""
    taken: set[str] = set()
    for part in parts:
        for slide in part.slides:
            plainly = slide.id or part.id
            names = (plainly, *(f"{plainly}-{number}" for number in range(2, 99)))
            slide.id = next(name for name in names if name not in taken)
            taken.add(slide.id)
