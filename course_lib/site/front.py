"""What the first page tells: the table of weeks, and an explorer to play with."""

from collections.abc import Collection
from typing import Any

from course_lib.curriculum.weeks import WEEKS
from course_lib.site.lessons import Lesson
from course_lib.site.shown import Output
from course_lib.site.states import Shown

FRONT = ("w12_gnn/lecture", "w07_attention/lecture")  # lessons whose explorer may stand on the first page, best first
WORDS = {
    "message_passing": "A molecule, and a graph network that was trained on such molecules. Step through the rounds, "
    "click an atom, and see from how far it has heard.",
    "attention": "Attention maps: choose a row and see who listens to whom.",
}


def table_of_weeks(lessons: list[Lesson]) -> list[dict[str, Any]]:
    """All sixteen weeks; `page` and `homework` are empty for those that are not there yet."""
    from course_lib.exercises.engine.registry import exercises

    pages = {each.name: each.page for each in lessons}
    return [
        {
            "id": week.id,
            "number": int(week.id[1:]),
            "name": week.spoken,
            "title": week.title,
            "page": pages.get(f"{week.folder}/lecture", ""),
            "homework": pages.get(f"{week.folder}/homework", ""),
            "needs": " and ".join(f"week {int(other[1:])}" for other in week.needs),
        }
        | _work(exercises(week.id) if f"{week.folder}/lecture" in pages else [])
        for week in WEEKS.values()
    ]


def begin_of(weeks: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The week to begin with: of those that are there, the first that needs the fewest that are not."""
    there = [week for week in weeks if week["page"]]
    known = {week["id"] for week in there}
    return min(there, key=lambda week: WEEKS[week["id"]].lacks(known), default=None)


def _work(asked: list[Any]) -> dict[str, Any]:
    """How much there is to do in a week's lecture: reading takes about as long as its exercises."""
    mine = [each for each in asked if each.notebook == "lecture"]
    minutes = sum(each.minutes for each in mine)
    return {"exercises": len(mine), "minutes": minutes, "hours": f"{2 * minutes / 60:.0f}"}


def front_of(lessons: list[Lesson]) -> dict[str, Any] | None:
    """The explorer of the first page, with the page it comes from; None where no lesson has a fitting one."""
    by_name = {each.name: each for each in lessons}
    for name in FRONT:
        made = by_name.get(name)
        shown = [
            out
            for part in (made.sections if made else [])
            for item in part.items
            for out in item.get("outputs", [])
            if out.kind == "explorer" and out.explorer in WORDS
        ]
        if made and shown:
            place = {"up": "", "folder": made.folder, "states": made.states}
            return {"output": shown[0], "place": place, "page": made.page, "words": WORDS[shown[0].explorer]}
    return None


def chooser_of(written: Collection[str]) -> tuple[dict[str, Any], Shown]:
    """The chooser of weeks, which needs no run -> what the first page shows, and the chooser's state."""
    from course_lib.widgets.chooser import WeekChooser

    chooser = WeekChooser(written=written)
    state = {"data": chooser.data, "answers": chooser.answers}
    place = {"up": "", "folder": "static/", "states": {"chooser": "chooser"}}
    output = Output("explorer", chooser.stand_ins()["text/html"], model="chooser", explorer="chooser")
    return {"output": output, "place": place}, Shown("chooser", state)
