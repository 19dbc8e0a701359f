"""`course grade --demo`: a class that does not exist, handed in and collected, ready to be marked."""

import tempfile
from pathlib import Path

from course_lib.errors import CourseError

WEEK, SIZE, NAME = "w07", 30, "demo-class"


def make_demo(folder: str | None) -> Path:
    """Write a class of 30 and collect it. -> the class folder; one that is a demo class already is used as it is

    Raises CourseError when something else has that name.
    """
    from course_lib.grading.classroom import ABOUT, Classroom
    from course_lib.grading.demo.demo import demo_class
    from course_lib.grading.intake.collect import collect, summary
    from course_lib.grading.roster.roster import read_roster

    root = Path(folder or NAME)
    if (root / ABOUT).is_file():
        return root
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CourseError(f"{root} is there already and no class; give the demo another name: course grade --demo NAME")
    with tempfile.TemporaryDirectory() as kept:
        demo_class(WEEK, Path(kept), SIZE)
        students, _ = read_roster(Path(kept) / "roster.csv")
        classroom = Classroom.create(root, students)
        print(summary(collect(Path(kept) / "submitted", WEEK, classroom, students)))
    return root
