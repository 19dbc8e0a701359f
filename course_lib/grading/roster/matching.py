"""Whose file is this? Names as files carry them, against the roster. What fits two students fits nobody."""

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from course_lib.grading.records import Student

Index = dict[str, set[str]]
MOST_SEARCHES = 50  # comparing a stranger with everybody takes milliseconds; with the wrong roster all are strangers


@dataclass(frozen=True)
class Claim:
    """What a file says about its student: identifiers of the system it came from, and names a person would read."""

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # the outermost folder first; the first that fits somebody counts

    def shown(self) -> str:
        """For a message."""
        return " / ".join(dict.fromkeys((*self.names, *self.ids))) or "a file without a name"


class Names:
    """The roster, to be asked who a claim means."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = {each.id: each for each in students}
        self.exact, self.loose, self.bare, self.searches = Index(), Index(), Index(), 0
        for each in self.students.values():
            ids = [each.id, *each.aliases, *([each.email] if each.email else [])]
            for key in map(same_id, ids):
                self.exact.setdefault(key, set()).add(each.id)
            for name in [*ids, each.email.partition("@")[0], *orders(each.name)]:
                if without_accents(key := loosely(name)):
                    self.loose.setdefault(key, set()).add(each.id)
                    self.bare.setdefault(without_accents(key), set()).add(each.id)

    def find(self, claim: Claim) -> tuple[str | None, str]:
        """The student's id, or None and why not: nobody is like that, two are, or number and name disagree."""
        by_id = next((found for found in map(self._by_id, claim.ids) if found), set[str]())
        by_name = next((found for found in map(self._by_name, claim.names) if found), set[str]())
        both = by_id & by_name if by_id and by_name else by_id or by_name
        if len(both) == 1:
            return next(iter(both)), ""
        if by_id and by_name and not both:
            return None, f"its number is that of {_list(by_id)}, its name that of {_list(by_name)}"
        if both:
            return None, f"{claim.shown()} fits {_list(both)}; give each of them an alias in the roster"
        near = self.nearest(claim)
        return None, f"nobody in the roster is called {claim.shown()}" + (
            f"; nearest: {', '.join(near)}" if near else ""
        )

    def nearest(self, claim: Claim, most: int = 3) -> list[str]:
        """The students whose names look most like the claim, for a person to decide."""
        self.searches += 1
        if self.searches > MOST_SEARCHES:
            return []
        asked = [without_accents(loosely(name)) for name in claim.names or claim.ids]
        near = [key for name in asked for key in difflib.get_close_matches(name, self.bare, n=most, cutoff=0.6)]
        found = dict.fromkeys(id for key in near for id in sorted(self.bare[key]))
        return [f"{id} ({self.students[id].name})" if self.students[id].name else id for id in found][:most]

    def _by_id(self, id: str) -> set[str]:
        return self.exact.get(same_id(id), set())

    def _by_name(self, name: str) -> set[str]:
        key = loosely(name)
        found = self._by_id(name) or self.loose.get(key) or self.bare.get(without_accents(key))
        return found if found and key else set()


def same_id(id: str) -> str:
    """Equal for two ways to write one identifier: case and the composition of accents do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", id.strip()).casefold())


def loosely(name: str) -> str:
    """Letters and digits alone, in one case: `Ana_María-Ruiz` and `ana maría ruiz` are the same."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in folded if letter.isalnum() or unicodedata.category(letter)[0] == "M")


def without_accents(name: str) -> str:
    """`maría` as `maria`, for systems that drop accents."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def orders(name: str) -> list[str]:
    """A name with its family name first or last: every place where it can be turned around."""
    last, comma, first = name.partition(",")
    words = (f"{first} {last}" if comma else name).replace("_", " ").split()
    return [" ".join(words[cut:] + words[:cut]) for cut in range(len(words))] if len(words) <= 8 else [name]


def _list(ids: set[str]) -> str:
    return " and ".join(sorted(ids))
