"""Slides that ask: an exercise as think, pair, share with its answer on the slide below, and quizzes."""

import re
from html import escape
from typing import Any

from course_lib.site.markdown import plain
from course_lib.slides.minutes import stages
from course_lib.slides.pieces import HIGH, of_code, of_prose, words
from course_lib.slides.slide import TITLE, Code, Slide
from course_lib.slides.words import GAP, sentences

HEAD = re.compile(r"\s*<p><strong>(?:Exercise\s+)?(.+?)</strong>\s*(?:\((.*?)\))?\s*</p>", re.DOTALL)
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
TIMER = 80  # pixels that the timer takes from the room for words
GIVEN = 22  # type of the code that an exercise begins with
OF_NOTEBOOK = re.compile(r"<code>(?:hint|solution)\(")


def exercise_slides(item: dict[str, Any]) -> list[Slide]:
    """An exercise: what is asked with a timer and hints, and below it an answer, folded until it is asked for."""
    from course_lib.exercises.engine.registry import find

    known = find(item["exercise"]) if item["exercise"] else None
    head = HEAD.match(item["html"])
    asked = item["html"][head.end() :] if head else item["html"]
    title = head[1] if head else (known.title if known else "Exercise")
    facts = head[2] or "" if head else f"{known.minutes} minutes" if known else ""
    about = asked or (f"<p>{escape(plain(known.about.split(chr(10))[0]))}</p>" if known else "")
    pieces = of_prose(_for_the_room(about), cut=False)
    given = of_code(item["code"], GIVEN)
    folded = sum(piece.high for piece in pieces) + given.high > HIGH - TITLE - TIMER
    more: dict[str, Any] = {"hints": item["hints"], "facts": facts, "stages": stages(known.minutes) if known else []}
    ask = Slide("exercise", title, item["id"], pieces=pieces if folded else [*pieces, given], more=more)
    ask.codes = [Code(item["id"], item["code"], "What you are given")] if folded else []
    ask.notes = [asked] if asked else []
    if known and known.mistakes:
        named = "; ".join(escape(name) for name in known.mistakes)
        ask.notes.append(f"<p><strong>Wrong answers that the check knows by name:</strong> {named}.</p>")
    if not item["answer"]:
        return [ask]
    answer = Slide("solution", f"{title}: an answer", f"{item['id']}-answer", pieces=[of_code(item["answer"], 26)])
    answer.notes = ["<p>The answer is folded: press the button when everybody has had their time.</p>"]
    return [ask, answer]


def quiz_slide(id: str, cell: str) -> Slide:
    """A question with its options; why each is right or wrong stands behind a click."""
    from course_lib.exercises.feedback.display import paragraph
    from course_lib.exercises.feedback.quiz import find_question

    this = find_question(id)
    options = [
        {"letter": letter, "text": text, "why": paragraph(why), "right": letter == this.right}
        for letter, (text, why) in this.options.items()
    ]
    slide = Slide("quiz", "Quiz", cell, more={"question": paragraph(this.text), "options": options})
    text, why = this.options[this.right]
    slide.notes = [f"<p><strong>Right: {escape(this.right)}</strong>, {escape(text)} {escape(why)}</p>"]
    return slide


def prediction(inner: str, id: str, asks: re.Pattern[str]) -> Slide:
    """A guess before the answer is shown: the question large, with the beginning of what led to it."""
    said = sentences(inner)
    at = next((place for place, sentence in enumerate(said) if asks.search(plain(sentence))), 0)
    lead = of_prose(f"<p>{' '.join(said[:at])}</p>") if at else []
    slide = Slide("predict", "Predict", f"{id}-predict", pieces=[*lead, words(" ".join(said[at:]))])
    slide.more = {"lead": len(lead)}
    slide.notes = [f"<p>{inner}</p>"] if any(GAP.strip() in piece.html for piece in lead) else []
    return slide


def _for_the_room(html: str) -> str:
    """Without the sentences that name the notebook's hint() and solution(): here they are buttons."""

    def keep(found: re.Match[str]) -> str:
        left = [each for each in sentences(found[1]) if not OF_NOTEBOOK.search(each)]
        left = [each for each in left if plain(each) not in ("Stuck?", "Stuck :")]
        return f"<p>{' '.join(left)}</p>" if left else ""

    return PARAGRAPH.sub(keep, html)
