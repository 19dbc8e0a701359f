"""The options of the verbs for somebody who learns alone: progress, reset, update, review."""

import argparse
from collections.abc import Callable


def add_studying(verb: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add these verbs; `verb(name, does, about)` makes the parser of one."""
    progress = verb("progress", "commands_study.show_progress", "show what you have done, and what is next")
    progress.add_argument("week", nargs="?", metavar="WEEK", help="of one week, such as w07, exercise by exercise")
    how = progress.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="for programs")
    how.add_argument("--export", metavar="FILE", help="write your progress to a file, to carry it to another machine")
    how.add_argument("--import", dest="take_in", metavar="FILE", help="take such a file in; nothing here gets lost")

    reset = verb("reset", "commands_study.reset_work", "bring an exercise or a notebook back; what you had is kept")
    reset.add_argument("week", metavar="WEEK", help="such as w07; or start_here")
    reset.add_argument(
        "what", nargs="?", metavar="WHAT", help="7.3a, w07.attend, q2 (of the homework), lecture, homework"
    )
    reset.add_argument("--notebook", metavar="FILE", help="your copy, where it has another name")
    reset.add_argument("--progress", action="store_true", help="forget the attempts, too (kept in a file)")

    update = verb("update", "commands_study.update_folder", "bring a new version of the course to your folder")
    update.add_argument("--dry-run", action="store_true", help="only say what would happen")

    review = verb(
        "review", "commands_study.review_work", "make a notebook that asks again what you learnt some time ago"
    )
    review.add_argument("--list", action="store_true", help="only say what is due, and what comes when")
    review.add_argument("--count", type=int, default=4, metavar="N", help="how many to ask at most (4)")
