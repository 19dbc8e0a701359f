"""What follows marking: `course feedback`, `report` and `export`."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.curriculum.weeks import find_week
from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom, week_of
from course_lib.grading.gradebook.gradebook import Gradebook
from course_lib.grading.records import Marked
from course_lib.grading.reports.totals import Hand
from course_lib.paths import write_atomically

if TYPE_CHECKING:
    from course_lib.exercises.predictions.counts import GuessCounts


def marks_of(classroom: Classroom, week: str) -> list[Marked]:
    """The marks that are kept. Raises CourseError when there are none."""
    if marks := classroom.results(week):
        return marks
    raise CourseError(f"nothing is marked for {week}: run `course grade {classroom.root} {week}` first")


def hands_of(classroom: Classroom, week: str, book: str | None) -> dict[str, Hand]:
    """What a person gave by hand, from the gradebook."""
    with Gradebook(book or f"sqlite:///{classroom.root / 'gradebook.db'}") as opened:
        opened.settle(week)
        return dict(opened.by_hand(week))


def write_pages(chosen: Namespace) -> int:
    """`course feedback CLASS [WEEK]`"""
    classroom = Classroom.open(Path(chosen.folder))
    print(make_pages(classroom, week_of(classroom, chosen.week), chosen.book))
    return 0


def make_pages(classroom: Classroom, week: str, book: str | None) -> str:
    """Write a page for every student -> what was done, in a sentence."""
    from course_lib.grading.marking.assignment import load_assignment
    from course_lib.grading.reports.feedback import write_feedback

    folder, marks = classroom.week(week).feedback, marks_of(classroom, week)
    names = {each.exercise.id: each.name for each in load_assignment(week).questions}
    written = write_feedback(folder, marks, classroom.students(), hands_of(classroom, week, book), names)
    return f"{folder}: {len(marks)} pages for students, {len(written)} of them new or changed."


def write_report(chosen: Namespace) -> int:
    """`course report CLASS [WEEK] [--guesses FOLDER]`"""
    classroom = Classroom.open(Path(chosen.folder))
    week = week_of(classroom, chosen.week)
    guesses = guesses_of(week, Path(chosen.guesses).expanduser()) if chosen.guesses else None
    text, page = make_report(classroom, week, chosen.book, guesses)
    print(f"{text}\n\nThe page: {page}")
    return 0


def guesses_of(week: str, folder: Path) -> "list[GuessCounts]":
    """What a class guessed, counted over a folder of progress exports and notebooks."""
    from course_lib.exercises.predictions.counts import count_guesses
    from course_lib.study.class_guesses import class_guesses

    people, notes = class_guesses(folder)
    for note in notes:
        print(f"Note: {note}", file=sys.stderr)
    return count_guesses(week, people)


def make_report(
    classroom: Classroom, week: str, book: str | None, guesses: "list[GuessCounts] | None" = None
) -> tuple[str, Path]:
    """Write the page for the teacher -> the same as plain text, and where the page is."""
    from course_lib.exercises.engine.registry import catalogue
    from course_lib.grading.reports.class_report import class_report
    from course_lib.grading.reports.report_text import class_report_text
    from course_lib.grading.similarity.pairs import find_similar

    marks, students, page = marks_of(classroom, week), classroom.students(), classroom.week(week).report
    cells, known = sources(classroom, week)
    pairs, hands = find_similar(cells, known), hands_of(classroom, week, book)
    write_atomically(page, class_report(marks, students, catalogue(), pairs=pairs, hands=hands, guesses=guesses))
    return class_report_text(marks, students, catalogue(), pairs=pairs, hands=hands, guesses=guesses), page


def sources(classroom: Classroom, week: str) -> tuple[dict[str, list[str]], list[str]]:
    """Every student's own code cells, and what everybody has: the handed-out cells and the library's answers."""
    import inspect

    from course_lib.grading.marking.assignment import load_assignment
    from course_lib.grading.untrusted_notebook import read_notebook

    assignment = load_assignment(week)
    cells: dict[str, list[str]] = {}
    for row in classroom.submissions(week):
        if not row.problem:
            try:
                found = read_notebook((classroom.root / row.file).read_bytes())
            except (CourseError, OSError):  # its row says so already
                continue
            cells[row.student] = [source for source, whole in assignment.to_run(found) if whole]
    given = [cell.source for cell in read_notebook(assignment.path.read_bytes()) if cell.kind == "code"]
    return cells, given + [inspect.getsource(each.exercise.reference) for each in assignment.questions]


def export_marks(chosen: Namespace) -> int:
    """`course export CLASS [WEEK] [--canvas CSV | --moodle CSV] [--column NAME] --out FILE`"""
    from course_lib.grading.reports.export import Exported, canvas_csv, course_csv, moodle_csv

    classroom = Classroom.open(Path(chosen.folder))
    week = week_of(classroom, chosen.week)
    marks, students, hands = marks_of(classroom, week), classroom.students(), hands_of(classroom, week, chosen.book)
    if chosen.canvas:
        column = chosen.column or f"Week {int(find_week(week).id[1:])} homework"
        made = canvas_csv(marks, students, hands, text_of(chosen.canvas), column)
    elif chosen.moodle:
        made = moodle_csv(marks, students, hands, template=text_of(chosen.moodle))
    else:
        made = Exported(course_csv(marks, students, hands))
    for note in made.notes:
        print(f"Note: {note}", file=sys.stderr)
    write_atomically(Path(chosen.out), made.text)
    print(f"{chosen.out}: {len(marks)} students of {week}.")
    return 0


def lay_out(chosen: Namespace) -> int:
    """`course formgrader CLASS [WEEK]`"""
    from course_lib.grading.gradebook.formgrader import formgrader_folder
    from course_lib.grading.marking.assignment import load_assignment

    classroom = Classroom.open(Path(chosen.folder))
    week = week_of(classroom, chosen.week)
    marks_of(classroom, week)
    book = chosen.book or f"sqlite:///{classroom.root / 'gradebook.db'}"
    folder = formgrader_folder(classroom.root, week, load_assignment(week).path, classroom.submissions(week), book)
    print(f"{folder} is ready. Mark by hand:\n  cd {folder}\n  jupyter lab\nthen choose Nbgrader, Formgrader.")
    return 0


def text_of(file: str) -> str:
    """A CSV that a campus system made."""
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise CourseError(f"{file} cannot be read ({error}); download it again from the campus system") from error
