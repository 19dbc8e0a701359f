"""What the verbs of authors do, beside building and running notebooks."""

from argparse import Namespace


def make_week(chosen: Namespace) -> int:
    """`course new-week`"""
    from course_lib.authoring.new_week import new_week

    for line in new_week(chosen.week, chosen.title):
        print(line, flush=True)
    print(
        f"\nNow write it: `grep -rn 'REPLACE {chosen.week}' solutions course_lib tests` finds every place, and "
        "CONTRIBUTING.md says\nin which order. The week passes `make test` as it stands. The README's table of weeks "
        "waits for a row."
    )
    return 0
