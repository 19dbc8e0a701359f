"""When to ask again: five boxes, each with a longer wait than the one before.

The boxes are Leitner's (Sebastian Leitner, *So lernt man lernen*, 1972): what is known moves on to a box that is looked
at less often, what is missed moves back to the first. That waits should grow is Landauer and Bjork 1978, *Optimum
rehearsal patterns and name learning*. The days are this course's choice; Leitner went by how full a box was.

Three things differ from cards, because an exercise is code and a notebook is run again and again:
- What was never right is not asked: it is not reviewing but learning. It stands on the progress board.
- Only an answer in a review moves a thing on, once a review, and not before its day: running a finished lecture
  again is no remembering.
- A miss that is mended the same day keeps its box; one that is not goes back to the first. What took more than one
  try when it was learnt begins in the first box, what was right at once in the second.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from course_lib.study.merge import Records

DAYS = (1, 3, 7, 14, 30)  # how long a thing waits in each box


@dataclass(frozen=True)
class Event:
    """One answer to one thing on one day; `seed` is 0 outside a review."""

    item: str
    day: date
    right: bool
    seed: int = 0


@dataclass(frozen=True)
class Standing:
    """Where one thing stands that was learnt: its box (1 to 5), since when, and whether it was missed last."""

    item: str
    box: int
    since: date
    missed: bool = False

    @property
    def due(self) -> date:
        """The day to ask again."""
        return self.since + timedelta(days=DAYS[self.box - 1])

    def why(self, today: date) -> str:
        """The reason it is asked, in a sentence."""
        days = (today - self.since).days
        ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
        then = f"{self.since.day} {self.since:%B}, {ago}"
        wait = DAYS[self.box - 1]
        again = f"{wait} day{'' if wait == 1 else 's'}"
        if self.missed:
            return f"You missed it on {then}, and it is asked again after {again}."
        return f"You had it right on {then}. It is in box {self.box} of {len(DAYS)} and comes back after {again}."


def events(records: Records, today: date) -> list[Event]:
    """What happened, day by day; a clock that ran ahead counts as today."""
    made = [
        *(Event(row[0], _day(row[1]), row[2] == "right") for row in records.attempts if row[2] != "not attempted"),
        *(Event(row[0], _day(row[1]), bool(row[3])) for row in records.answers),
        *(Event(row[0], _day(row[1]), bool(row[3]), row[2]) for row in records.reviews),
    ]
    return [Event(each.item, min(each.day, today), each.right, each.seed) for each in made]


def _day(at: float) -> date:
    try:
        return date.fromtimestamp(at)
    except (OverflowError, OSError, ValueError):  # no clock has shown this: long ago
        return date(1970, 1, 1)


def standings(happened: Iterable[Event]) -> list[Standing]:
    """Everything that was learnt, longest due first. The same events give the same order, however they are given."""
    of_item: dict[str, list[Event]] = defaultdict(list)
    for event in happened:
        of_item[event.item].append(event)
    found = (standing(item, own) for item, own in of_item.items())
    return sorted((each for each in found if each), key=lambda each: (each.due, each.since, each.item))


def standing(item: str, happened: list[Event]) -> Standing | None:
    """Walk through the days of one thing; None while it was never right."""
    now: Standing | None = None
    stumbled, used = False, set[int]()
    for day, group in groupby(sorted(happened, key=lambda each: each.day), key=lambda each: each.day):
        own = list(group)
        right, wrong = any(each.right for each in own), any(not each.right for each in own)
        fresh = {each.seed for each in own if each.right and each.seed} - used
        used |= fresh
        stumbled |= wrong
        if now is None:
            now = Standing(item, 1 if stumbled else 2, day) if right else None
        elif wrong and not right:
            now = Standing(item, 1, day, missed=True)
        elif wrong:
            now = Standing(item, now.box, day)
        elif fresh and day >= now.due:
            now = Standing(item, min(now.box + 1, len(DAYS)), day)
        elif now.missed:
            now = Standing(item, 1, day)  # right again: no longer a miss, and a day from now it is asked
    return now


def due(found: Iterable[Standing], today: date) -> list[Standing]:
    """Those whose day has come."""
    return [each for each in found if each.due <= today]
