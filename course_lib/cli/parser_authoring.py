"""The verbs of those who write the course, as `course` offers them."""

import argparse
from collections.abc import Callable


def add_authoring(verb: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Offer the verbs that begin a week, build the learners' copies and run notebooks."""
    week = verb("new-week", "commands_authoring.make_week", "authors: write a complete small week to start from")
    week.add_argument("week", metavar="WEEK", help="one that is not written yet, such as w05")
    week.add_argument("--title", metavar="TITLE", help="its title; left out: the one in course_lib/curriculum/weeks.py")

    build = verb("build", "commands.build_lectures", "write lectures/ from solutions/")
    how = build.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="write nothing; say what is stale or broken")
    how.add_argument("--run", action="store_true", help="first run the solutions whose code changed, for their outputs")
    how.add_argument("--force", action="store_true", help="first run them all, changed or not")
    build.add_argument("names", nargs="*", metavar="WEEK", help="which to run, such as w07; none: all")

    run = verb("run", "commands.run_notebooks", "run notebooks in fresh kernels: seconds, memory, network, first error")
    run.add_argument("names", nargs="*", metavar="WEEK", help="w07, w07_attention/lecture or start_here; none: all")
    run.add_argument("--solutions", action="store_true", help="the complete notebooks instead of the learner's")
    run.add_argument("--json", action="store_true", help="for programs")
