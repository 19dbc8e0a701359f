"""A section that says its own slide: one claim, the figure or explorer that carries it, and then what asks and shows.

A figure that answers a prediction stays behind it.
Slides of words alone go: what they say stands in the speaker's notes. Formulas, tables, printed numbers, pictures,
explorers, predictions, exercises and quizzes stay.
"""

from html import escape

from course_lib.site.lessons import Section
from course_lib.slides.pieces import of_prose
from course_lib.slides.slide import Slide

WORDS = ("words", "item")
FIGURES = ("picture", "explorer", "diagram")


def claimed(section: Section, slides: list[Slide]) -> list[Slide]:
    """The slides of a section with its claim in front; the same slides where the section makes none."""
    said = next((item for item in section.items if item.get("claim")), None)
    if said is None:
        return slides
    opening = Slide("claim", escape(section.title), f"{said['id']}-claim", 2, of_prose(said["claim"], cut=False))
    if slides and slides[0].level <= 2 and slides[0].title:  # the heading as it is set, with its formulas
        opening.title, slides[0].title = slides[0].title, ""
        slides[0].running = section.title
    opening.running = section.title
    kept = [opening]
    for slide in slides:
        if slide.kind == "prose" and all(piece.kind in WORDS for piece in slide.pieces):
            kept[-1].notes += _words(slide)
            kept[-1].codes += slide.codes
        else:
            kept.append(slide)
    shown = [slide for slide in kept if slide.id == said["show"] and slide.kind in FIGURES]
    if shown and any(slide.kind == "predict" for slide in kept[: kept.index(shown[0])]):
        shown = []  # the figure stays behind the prediction that it answers
    return [opening, *shown, *(slide for slide in kept[1:] if slide not in shown)]


def _words(slide: Slide) -> list[str]:
    """What a slide of words says, for the speaker; where its words were cut its own notes have them all."""
    title = [f"<h4>{slide.title}</h4>"] if slide.title else []
    pieces = [f"<ul>{piece.html}</ul>" if piece.kind == "item" else piece.html for piece in slide.pieces]
    return [*title, *pieces, *slide.notes]
