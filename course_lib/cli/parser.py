"""`course ...`: one command for everything a learner or an author does, a thin face on the parts of the library.

Nothing heavy is imported here: each verb names the function that does it, and only the chosen one is loaded.
"""

import argparse
import difflib
import importlib
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from course_lib import __version__
from course_lib.errors import CourseError

Arguments = argparse.Namespace
FOR_TEACHERS = ("commands_collect.", "commands_grade.", "commands_reports.")  # they need what `make grader` installs


def parser() -> argparse.ArgumentParser:
    """Every verb with its options."""
    about, more = "Neural Architectures in Bite-Sized Pieces.", "`course VERB --help` says more."
    top = VerbParser(prog="course", description=about, epilog=more)
    top.add_argument("--version", action="version", version=f"course {__version__}")
    verbs = top.add_subparsers(metavar="VERB")

    def verb(name: str, does: str, about: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        made.set_defaults(does=does, verb=name)
        return made

    lab = verb("lab", "commands.open_lab", "open JupyterLab on your own copies of the notebooks")
    lab.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    lab.add_argument("--port", type=int, default=8888, metavar="N", help="the port to use; 0 for any free one (8888)")
    lab.add_argument("--ip", default="localhost", help="the address to listen on (localhost: this machine only)")
    lab.add_argument("more", nargs="*", metavar="-- OPTION", help="after `--`: options for JupyterLab itself")

    data = verb("data", "commands.fetch_data", "fetch the data sets, check them, or list them")
    what = data.add_mutually_exclusive_group()
    what.add_argument("--core", action="store_true", help="what every learner needs (the default)")
    what.add_argument("--week", metavar="W", help="what one week needs, such as w07")
    what.add_argument("--all", action="store_true", help="everything")
    what.add_argument("--list", action="store_true", help="what there is: size, licence, source, whether it is here")
    data.add_argument("--verify", action="store_true", help="read every cached file and fetch damaged ones again")
    data.add_argument("--quiet", action="store_true", help="say nothing when all is there")

    doctor = verb("doctor", "commands.examine", "say what is wrong with this installation, and how to mend it")
    doctor.add_argument("--json", action="store_true", help="for programs")

    _studying(verb)

    exercises = verb("exercises", "commands.list_exercises", "list every exercise")
    exercises.add_argument("--json", action="store_true", help="with its laws, known mistakes and forbidden calls")

    _authoring(verb)
    _publishing(verb)
    _grading(verb)

    verb("version", "commands.show_version", "say which version this is, and on what it runs")
    return top


class VerbParser(argparse.ArgumentParser):
    """argparse's own, but a mistyped verb is told the nearest verb instead of all of them."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with 2."""
        unknown = re.match(r"argument VERB: invalid choice: '(.*?)' \(choose from (.*)\)$", message)
        if unknown is None:
            super().error(message)
        asked, verbs = unknown[1], re.findall(r"[\w-]+", unknown[2])
        near = difflib.get_close_matches(asked, verbs, n=1, cutoff=0.5)
        meant = f"did you mean `{self.prog} {near[0]}`? " if near else ""
        self.exit(2, f"{self.prog}: there is no verb {asked!r}; {meant}`{self.prog} --help` lists all.\n")


def _studying(verb: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Offer the verbs of somebody who learns alone; `verb(name, does, about)` makes the parser of one."""
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


def _authoring(verb: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Offer the verbs that begin a week, build the learners' copies and run notebooks."""
    week = verb("new-week", "commands.make_week", "authors: write a complete small week to start from")
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


def _publishing(verb: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The verbs that make pages."""
    site = verb("site", "commands_pages.build_site", "make the course as pages that open without a kernel")
    site.add_argument("names", nargs="*", metavar="WEEK", help="which weeks, such as w07; none: all")
    site.add_argument("--out", metavar="DIR", help="where to write them (build/site)")
    site.add_argument("--force", action="store_true", help="run every notebook again, changed or not")

    slides = verb("slides", "commands_pages.build_slides", "make a lecture's slides, with live explorers and no kernel")
    slides.add_argument("week", metavar="WEEK", help="such as w07")
    slides.add_argument("--out", metavar="DIR", help="where to write them (build/slides/w07_attention)")
    slides.add_argument("--serve", action="store_true", help="then show them at an address of this machine")


def _grading(verb: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The verbs of teachers."""
    release = verb("release", "commands_collect.release_week", "teachers: make the zip that students get")
    release.add_argument("week", metavar="WEEK", help="such as w07")
    release.add_argument("--out", default=".", metavar="PLACE", help="a folder, or the zip's name (here)")

    collect = verb("collect", "commands_collect.collect_work", "teachers: take in what students handed in")
    collect.add_argument("week", metavar="WEEK", help="such as w07")
    collect.add_argument("source", nargs="+", metavar="SOURCE", help="folders or zips: Canvas, Moodle, nbgrader, plain")
    collect.add_argument("--to", required=True, metavar="CLASS", help="the folder of the class; made when it is new")

    grade = verb("grade", "commands_grade.grade_class", "teachers: mark a class in the sandbox")
    grade.add_argument(
        "folder", nargs="?", metavar="CLASS", help="the folder that `course collect` made; or submissions"
    )
    grade.add_argument("--to", metavar="CLASS", help="for submissions: the folder of the class (SUBMISSIONS-class)")
    for each in (collect, grade):
        each.add_argument("--roster", metavar="CSV", help="who is in the class: id, name, email, aliases")
        each.add_argument("--due", metavar="TIME", help="2026-11-21T23:59+01:00")
        each.add_argument("--late", metavar="RULE", help="for example '10%%/day, grace 15m, floor 50%%'")
    grade.add_argument("--marks-only", action="store_true", help="write no feedback pages and no report")
    grade.add_argument("--workers", type=int, default=2, metavar="N", help="submissions marked side by side (2)")
    grade.add_argument("--scheduler", metavar="URL", help="mark on the Dask cluster at tcp://host:8786")
    grade.add_argument("--again", action="store_true", help="mark afresh also what was marked before")
    grade.add_argument("--verify", nargs="?", type=int, const=20, metavar="N", help="mark N again and compare; 0: all")
    grade.add_argument("--demo", action="store_true", help="make a class of 30 in CLASS (here: demo-class) and mark it")
    grade.add_argument("--trust-submissions", action="store_true", help="no sandbox: code runs with all your rights")

    feedback = verb("feedback", "commands_reports.write_pages", "teachers: write a page for every student")
    report = verb("report", "commands_reports.write_report", "teachers: how the class did")
    report.add_argument("--guesses", metavar="FOLDER", help="with the class's progress exports or lecture notebooks")
    export = verb("export", "commands_reports.export_marks", "teachers: write marks as CSV, for Canvas or Moodle")
    hand = verb(
        "formgrader",
        "commands_reports.lay_out",
        "teachers: lay a week out for marking by hand in nbgrader's formgrader",
    )
    for each in (feedback, report, export, hand):
        each.add_argument("folder", metavar="CLASS", help="the folder that `course collect` made")
    for each in (grade, feedback, report, export, hand):
        each.add_argument("week", nargs="?", metavar="WEEK", help="such as w07; none: the only one there is")
        each.add_argument("--book", metavar="URL", help="the gradebook, if not CLASS/gradebook.db: postgresql://...")
    system = export.add_mutually_exclusive_group()
    system.add_argument("--canvas", metavar="CSV", help="the file from Canvas, Grades, Export")
    system.add_argument("--moodle", metavar="CSV", help="the grading worksheet from Moodle")
    export.add_argument("--column", metavar="NAME", help="the assignment's name in Canvas (Week 7 homework)")
    export.add_argument("--out", required=True, metavar="FILE", help="the CSV to write")


def find(does: str) -> Callable[[Arguments], int]:
    """The function of a verb: `commands.open_lab` is `open_lab` of course_lib.cli.commands."""
    module, _, name = does.rpartition(".")
    found: Callable[[Arguments], int] = getattr(importlib.import_module(f"course_lib.cli.{module}"), name)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; 0 all well, 1 something was found, 2 it could not be done, 130 stopped by Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Windows code page has no tick; better a question mark than an end
    known = parser()
    chosen = known.parse_args(arguments)
    if "does" not in chosen:
        known.print_help()
        return 0
    try:
        code = int(find(chosen.does)(chosen))
        sys.stdout.flush()
        return code
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if not chosen.does.startswith(FOR_TEACHERS):
            raise
        missing = str(error.name).partition(".")[0]
        print(
            f"`course {chosen.verb}` needs {missing}, which is not installed: run `make grader` in the course's folder",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Nothing half-done was left behind.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `course data --list | head`: nobody reads on, and Python's own goodbye must not fail
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
