"""What belongs to a week, by one rule, and what it costs: lines, files, exercises, its explorer, seconds of tests.

A file of the library or of its tests belongs to week 7 when its path says `w07`, or when the name of the file or of a
folder on the way begins a word with the week's name or one of its other words. Only FOLDERS are looked into: data,
training, drawing, grading and the site serve every week; and exercises are known by `w07` alone. Cells of notebooks are
not counted, nor are pictures, weights and other files that nobody reads as text.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from course_lib.curriculum.weeks import WEEKS, Week

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("course_lib/exercises", "course_lib/layers", "course_lib/models", "course_lib/widgets", "tests")
TEXT = {".py", ".js", ".ts", ".css", ".html", ".j2", ".toml", ".json", ".md"}
BUDGET = {"lines": 5000, "files": 60, "exercises": 12, "explorer": 8, "seconds": 100}
WORDS = {  # besides the week's name, where its explorer, layers or models are called otherwise
    "w04": ("skip", "conv_block", "up_conv"),
    "w08": ("translation",),
    "w12": ("message", "graph"),
    "w14": ("denois", "noise"),
}


def belongs(name: str, week: Week) -> bool:
    """True for a path, or a test's id, that is the week's by the rule above."""
    words = week.id if "exercises/" in name else "|".join((week.id, week.name, *WORDS.get(week.id, ())))
    return re.search(rf"(?<![a-z0-9])({words})", name) is not None


def files_of(week: Week, root: Path = ROOT) -> list[Path]:
    """Every file of the week, in order."""
    found = (file for folder in FOLDERS for file in (root / folder).rglob("*"))
    kept = (file for file in found if file.suffix in TEXT and "__pycache__" not in file.parts)
    return sorted(file for file in kept if belongs(file.relative_to(root).as_posix(), week))


def costs(week: Week, root: Path = ROOT) -> dict[str, int]:
    """Lines, files and exercises of a week, and the files of its explorer."""
    from course_lib.exercises.engine.registry import exercises  # brings torch, which not every run of pytest needs

    files = files_of(week, root)
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    explorer = [file for file in files if file.is_relative_to(root / "course_lib" / "widgets")]
    asked = len(exercises(week.id)) if written(week, root) else 0
    return {"lines": lines, "files": len(files), "exercises": asked, "explorer": len(explorer)}


def written(week: Week, root: Path = ROOT) -> bool:
    """True for a week that has notebooks."""
    return (root / "solutions" / week.folder).is_dir()


def written_weeks(root: Path = ROOT) -> Iterator[Week]:
    """The weeks that have notebooks."""
    return (week for week in WEEKS.values() if written(week, root))


def seconds_of_weeks(seconds: Mapping[str, float]) -> dict[str, float]:
    """What the tests of each written week took; a test that names no week is nobody's, one that names two is both's."""
    weeks = list(written_weeks())
    return {week.id: sum(spent for test, spent in seconds.items() if belongs(test, week)) for week in weeks}
