"""What the verbs of somebody who learns alone do: progress, reset, update, review.

Every import stands inside its verb, so that one verb never pays for another.
"""

import json
import time
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.errors import CourseError
from course_lib.paths import course_home

if TYPE_CHECKING:
    from course_lib.study.spaced_repetition import Standing


def show_progress(chosen: Namespace) -> int:
    """`course progress`"""
    if chosen.export or chosen.take_in:
        return _carry(chosen.export, chosen.take_in)
    from course_lib.curriculum.weeks import find_week
    from course_lib.exercises.feedback.progress_board import progress_rows, question_rows
    from course_lib.exercises.tracking import summary
    from course_lib.study.review_items import askable
    from course_lib.study.spaced_repetition import due

    if chosen.week and chosen.week != "w00":
        try:
            find_week(chosen.week)
        except ValueError as error:
            raise CourseError(str(error)) from error
    rows, asked = progress_rows(chosen.week or ""), question_rows(chosen.week or "")
    if chosen.json:
        following = summary.next_one(rows)
        rows = [row | {"next": row is following} for row in rows]
        print(json.dumps([*rows, *asked], indent=1, ensure_ascii=False))
        return 0
    print(summary.as_text(rows, asked, time.time(), each=bool(chosen.week)))
    if waiting := len(due(askable(_standings(date.today())), date.today())):
        print(f"{waiting} of what you learnt {'is' if waiting == 1 else 'are'} due for review: `course review`.")
    return _noted()


def _carry(export: str | None, take_in: str | None) -> int:
    """`course progress --export FILE` and `--import FILE`"""
    from course_lib.study import records
    from course_lib.study.wording import counted

    if export:
        file = Path(export).expanduser()
        mine = records.export(file)
        print(f"{counted(mine)} written to {file}. On the other machine: `course progress --import {file.name}`.")
    else:
        file = Path(take_in or "").expanduser()
        new = records.take_in(records.load(file))
        print(f"{counted(new)} taken in from {file}." if len(new) else f"All of {file} was known here already.")
    return _noted()


def reset_work(chosen: Namespace) -> int:
    """`course reset`"""
    from course_lib.lab.work_folder import lectures
    from course_lib.study.reset import names_of, reset

    week, what = chosen.week, chosen.what or ""
    if not what and "." in week:  # `course reset w07.attend`
        week, what = week[:3], week
    if not what and week not in ("w00", "start", "start_here"):
        names_of(week)
        raise CourseError(
            f"say what of {week} to bring back: `course reset {week} lecture`, `course reset {week} homework`, "
            f"or one exercise by its number or id, such as `course reset {week} {int(week[1:])}.1`"
        )
    home = course_home().absolute()
    done = reset(home, week, what or "start_here", lectures(), copy=chosen.notebook or "")
    for line in done.said:
        print(line)
    if chosen.progress:
        print(_forget(home, done.items))
    return 0


def _forget(home: Path, items: set[str]) -> str:
    from course_lib.study.backups import FOLDER, keep, stamp
    from course_lib.study.records import forget
    from course_lib.study.wording import counted

    label = min(items) if len(items) == 1 else f"{min(items)[:3]} several"
    gone, kept = forget(
        items, lambda text: keep(home / FOLDER, f"progress {label} {stamp(time.time())}", ".json", text.encode())
    )
    if kept is None:
        return "There was no progress of it to forget."
    place = kept.relative_to(home).as_posix()
    return (
        f"Forgotten: {counted(gone)}, kept in {place} (`course progress --import` brings them back, and so does an "
        "export from another machine that holds them)."
    )


def update_folder(chosen: Namespace) -> int:
    """`course update`"""
    from course_lib.lab.work_folder import lectures
    from course_lib.study.update_news import update

    print("\n".join(update(lectures(), course_home().absolute(), chosen.dry_run)))
    return 0


def review_work(chosen: Namespace) -> int:
    """`course review`"""
    from course_lib.lab.work_folder import lectures
    from course_lib.study import review
    from course_lib.study.review_items import askable, minutes_of
    from course_lib.study.spaced_repetition import due
    from course_lib.study.wording import listing, reason
    from course_lib.system_errors import refused

    if chosen.count < 1:
        raise CourseError(f"--count {chosen.count}: ask for 1 or more")
    today = date.today()
    found = askable(_standings(today))
    now = due(found, today)[: chosen.count]
    if chosen.list or not now:
        print("\n".join(listing(found, today)))
        return _noted()
    folder = course_home().absolute() / "review"
    try:
        file, written = review.write_review(now, today, lectures(), folder)
    except OSError as error:
        raise refused(error, "write the review", folder) from error
    if written:
        print("\n".join(reason(each, today) for each in now))
        minutes = sum(minutes_of(each.item) for each in now)
        print(f"About {minutes} minutes. `course lab`, then open review/{file.name}.")
    else:
        print(f"Today's review is there, with your work in it, and stays as it is: review/{file.name}.")
    return _noted()


def _noted() -> int:
    """Say what there is to know about the progress file."""
    from course_lib.exercises.tracking import store

    for note in store.notes():
        print(note)
    return 0


def _standings(today: date) -> "list[Standing]":
    from course_lib.study.records import everything
    from course_lib.study.spaced_repetition import events, standings

    return standings(events(everything(), today))
