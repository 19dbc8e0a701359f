"""All lints by name, and what they say of a lecture; an exception in week.toml silences one, with its reason."""

from collections.abc import Callable, Iterator
from pathlib import Path

from nbformat import NotebookNode

from course_lib.authoring.lints.acts import begins_with_an_exercise, core_size, keeps_its_core_short, lets_learners_act
from course_lib.authoring.lints.lecture import Lecture
from course_lib.authoring.lints.numbers import (
    cuts_no_ordered_set,
    numbers_come_from_outputs,
    titles_come_from_one_place,
)
from course_lib.authoring.lints.week_config import FILE, read_config
from course_lib.authoring.lints.words import (
    count_terms,
    letters_mean_one_thing,
    links_its_sources,
    says_its_slides,
    says_its_terms,
)
from course_lib.authoring.places import Place
from course_lib.curriculum.weeks import WEEKS
from course_lib.errors import CourseError

LINTS: dict[str, Callable[[Lecture], Iterator[str]]] = {
    "terms": says_its_terms,
    "letters": letters_mean_one_thing,
    "slices": cuts_no_ordered_set,
    "numbers": numbers_come_from_outputs,
    "titles": titles_come_from_one_place,
    "links": links_its_sources,
    "first exercise": begins_with_an_exercise,
    "acts": lets_learners_act,
    "part A": keeps_its_core_short,
    "slide texts": says_its_slides,
}


def is_linted(place: Place) -> bool:
    """Is it the lecture of a week that follows the pattern? Every new week does."""
    return place.kind == "lecture" and place.week in WEEKS and WEEKS[place.week].ported


def sizes_of(place: Place, source: NotebookNode, top: Path) -> str:
    """How long part A of a lecture is, and how often it says its terms, in a line."""
    lecture = Lecture.of(str(place.week), source, read_config(place.path.parent, set(LINTS)), top)
    words, lines, _ = core_size(lecture)
    terms = ", ".join(f"{term} {count}" for term, count in count_terms(lecture).items())
    return f"{place.week}: part A has {words:,} words and {lines} lines of code; terms: {terms}"


def problems_of_lints(place: Place, source: NotebookNode, top: Path) -> Iterator[str]:
    """What the lints say of a lecture, each with its lint's name; nothing for a week that is not ported yet."""
    if not is_linted(place) or place.week is None:
        return
    try:
        config = read_config(place.path.parent, set(LINTS))
    except CourseError as error:
        yield f"solutions/{error}"
        return
    lecture = Lecture.of(place.week, source, config, top)
    for name, lint in LINTS.items():
        found = list(lint(lecture))
        if name not in config.exceptions:
            yield from (f"solutions/{place.name}: {problem} (lint: {name})" for problem in found)
        elif not found:
            file = f"solutions/{place.path.parent.name}/{FILE}"
            yield f"{file}: the exception {name!r} is not needed any more: delete it"
