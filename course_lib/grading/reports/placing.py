"""Whose row is this? Students of the roster found in a file of another system, and what goes into their row."""

import html
from collections.abc import Iterable, Mapping, Sequence

from course_lib.errors import CourseError
from course_lib.grading.records import Marked, Student
from course_lib.grading.reports.totals import Hand, number, total


class Placing:
    """The marks of a class, handed out row by row; it remembers who has not been found."""

    def __init__(
        self, marked: Iterable[Marked], students: Iterable[Student], hands: Mapping[str, Hand] | None = None
    ) -> None:
        self.students = list(students)
        self.marked = {each.student: each for each in marked}
        self.hands = hands or {}
        self.placed: set[str] = set()
        self.strangers: list[str] = []
        self.ids: dict[str, set[str]] = {}
        self.names: dict[str, set[str]] = {}
        for student in self.students:
            for key in (student.id, student.email, student.email.split("@")[0], *student.aliases):
                self.ids.setdefault(_plain(key), set()).add(student.id)
            self.names.setdefault(_plain(student.name), set()).add(student.id)
        totals = {total(each).out_of for each in self.marked.values()}
        if len(totals) > 1:
            raise CourseError(
                f"these submissions were marked out of different sums, {sorted(totals)}: grade them again"
            )
        self.out_of = totals.pop() if totals else 0.0

    def who(self, keys: Sequence[str], name: str) -> str | None:
        """The student with one of these identifiers; only where none is known, the one with this name. None: nobody.

        Raises CourseError when the identifiers belong to two students, or the student had a row before.
        """
        named = " / ".join(key for key in (*keys, name) if key)
        found = set[str]().union(*(self.ids.get(_plain(key), set()) for key in keys if key.strip()))
        if not found and name.strip():
            found = self.names.get(_plain(name), set())
        if len(found) > 1:
            raise CourseError(
                f"the row of {named} fits {len(found)} students of the roster, {', '.join(sorted(found))}; "
                "give each of them the identifier of that system as an alias in the roster"
            )
        if not found:
            self.strangers.append(named)
            return None
        (student,) = found
        if student in self.placed:
            raise CourseError(f"{student} has two rows; the second is that of {named}")
        self.placed.add(student)
        return student

    def cell(self, student: str | None, before: str = "") -> str:
        """The mark of that student, or what was there before."""
        if student is None or student not in self.marked:
            return before
        return number(total(self.marked[student], self.hands.get(student)).final)

    def comment(self, student: str) -> str:
        """What happened with each question, a line each. Moodle keeps comments as HTML, so this is escaped HTML."""
        one, hand = self.marked[student], self.hands.get(student, {})
        lines = [one.problem] if one.problem else []
        for each in one.questions if not one.problem else ():
            known = f" This behaves like a known mistake: {each.mistake}." if each.mistake else ""
            lines.append(f"{each.title}: {number(each.points)} of {number(each.out_of)}, {each.status}.{known}")
        lines += [f"{name}: {comment}" for name, (_, comment) in hand.items() if comment]
        whole = total(one, hand)
        if one.keeps != 1:
            lines.append(f"Late: {number(whole.earned)} x {number(100 * one.keeps)}% = {number(whole.final)}")
        return "<br>".join(html.escape(" ".join(line.split())) for line in lines)

    def must_be_worth(self, said: str, source: str, what: str) -> None:
        """Raise CourseError unless the other system thinks that the homework is worth as much."""
        try:
            other = float(said.strip().replace(",", "."))
        except ValueError:
            return  # nothing said, or a scale of words
        if self.marked and abs(other - self.out_of) > 0.005:
            raise CourseError(
                f"in {source} {what} is worth {number(other)} points, but the homework is worth {number(self.out_of)}; "
                f"set it to {number(self.out_of)} points there and download the file again"
            )

    def notes(self, where: str = "") -> list[str]:
        """Who has no row, which rows have no student, and whose sum is not final."""
        notes = []
        if where and (
            lost := [each.id for each in self.students if each.id in self.marked and each.id not in self.placed]
        ):
            notes.append(f"{len(lost)} with marks are not in {where}: {', '.join(lost)}")
        if self.strangers:
            notes.append(f"{len(self.strangers)} in {where} are not in the roster and stay as they were: "
                         f"{', '.join(self.strangers)}")  # fmt: skip
        waiting = [each for each in self.marked.values() if total(each, self.hands.get(each.student)).waiting]
        if waiting:
            notes.append(f"written answers that nobody has marked yet count 0 in {len(waiting)} of the sums")
        return notes


def _plain(key: str) -> str:
    """Case and spaces do not count, nor whether the family name stands first."""
    last, comma, first = key.partition(",")
    return " ".join((f"{first} {last}" if comma else key).lower().split())
