"""What the self-study verbs say: counts, reasons, and what comes when."""

from collections.abc import Sequence
from datetime import date, timedelta

from course_lib.study.merge import Records
from course_lib.study.review_items import minutes_of, title_of
from course_lib.study.spaced_repetition import Standing

SOON = timedelta(days=7)


def counted(of: Records) -> str:
    """`12 attempts, 3 answers and 1 review`."""
    parts = [(len(getattr(of, name)), name) for name in ("attempts", "answers", "reviews", "hints", "predictions")]
    words = [f"{count} {name if count != 1 else name[:-1]}" for count, name in parts if count]
    return (", ".join(words[:-1]) + " and " if len(words) > 1 else "") + (words[-1] if words else "Nothing yet")


def reason(each: Standing, today: date) -> str:
    """One thing that is due, and why."""
    return f"- {title_of(each.item)} ({each.item}, {minutes_of(each.item)} min). {each.why(today)}"


def listing(found: Sequence[Standing], today: date) -> list[str]:
    """What is due, and what comes when."""
    if not found:
        return ["There is nothing to review yet: a review asks what you have had right in a check or a quiz."]
    ready = [each for each in found if each.due <= today]
    later = [each for each in found if each.due > today]
    lines = [f"Due today, {today.day} {today:%B %Y}:" if ready else "Nothing is due today."]
    lines += [reason(each, today) for each in ready]
    soon = [each for each in later if each.due <= today + SOON] or later[:3]
    lines += ["Later:"] if soon else []
    lines += [f"- {each.due.day} {each.due:%B}: {title_of(each.item)} ({each.item})" for each in soon]
    if len(later) > len(soon):
        last = later[-1].due
        lines.append(f"and {len(later) - len(soon)} after that, the last on {last.day} {last:%B %Y}.")
    return lines
