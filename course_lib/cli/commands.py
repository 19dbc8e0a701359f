"""What each verb of `course` does: call the part that does the work, print what it says, return an exit code.

Every import stands inside its verb, so that one verb never pays for another.
"""

import json
import sys
from argparse import Namespace
from typing import Any

from course_lib.errors import CourseError


def open_lab(chosen: Namespace) -> int:
    """`course lab`"""
    from course_lib.lab.launch import lab

    return lab(not chosen.no_browser, chosen.port, chosen.ip, chosen.more)


def fetch_data(chosen: Namespace) -> int:
    """`course data`"""
    from course_lib.data.catalogue import ARCHIVES, needed_by
    from course_lib.data.fetch import fetch
    from course_lib.paths import data_cache

    if chosen.list:
        for archive in ARCHIVES:
            here = "here" if archive.is_here() else "not fetched"
            print(f"{archive.name} {archive.version}: {archive.what} ({archive.size / 1e6:.1f} MB to fetch; {here})")
            print(f"  for      {', '.join(archive.needed_by)}")
            print(f"  licence  {archive.licence}\n  cite     {archive.citation}")
        return 0
    wanted = list(ARCHIVES) if chosen.all else needed_by(chosen.week or "core")
    fetched = fetch(wanted, verify=chosen.verify)
    if fetched or not chosen.quiet:
        checked = ", every file checked" if chosen.verify else ""
        print(f"{len(wanted)} data sets are here{checked}, {len(fetched)} of them fetched just now: {data_cache()}")
    later = [archive for archive in ARCHIVES if not archive.is_here()]
    if later and (fetched or not chosen.quiet):
        weeks = sorted({week for archive in later for week in archive.needed_by})
        size = sum(archive.size for archive in later) / 1e6
        print(f"Not fetched yet, {size:.0f} MB, for {', '.join(weeks)}: `course data --all`, or `--week` and one.")
    return 0


def examine(chosen: Namespace) -> int:
    """`course doctor`"""
    from course_lib.setup.doctor import examine_all, report

    findings = examine_all()
    if chosen.json:
        _print_json([finding.as_dict() for finding in findings])
    else:
        print(report(findings))
    return int(any(finding.level == "problem" for finding in findings))


def list_exercises(chosen: Namespace) -> int:
    """`course exercises`"""
    from course_lib.exercises.engine.registry import catalogue

    found = catalogue()
    if chosen.json:
        _print_json(found)
        return 0
    for each in found:
        facts = f"{each['points']:g} points, {each['minutes']} min, difficulty {each['difficulty']}"
        print(f"{each['id']:<28}{each['notebook']:<10}{each['title']} ({facts})")
    return 0


def build_lectures(chosen: Namespace) -> int:
    """`course build`"""
    _needs_author("nbgrader")
    from course_lib.authoring.build import build
    from course_lib.authoring.execute import refresh
    from course_lib.authoring.places import checkout
    from course_lib.cli.exercise_headings import write_headings, wrong_headings

    said = wrong_headings(checkout()) if chosen.check else write_headings(checkout())
    said += refresh(chosen.names, force=chosen.force) if chosen.run or chosen.force else []
    said += build(check=chosen.check)
    for line in said:
        print(line)
    if not said:
        print("lectures/ is up to date.")
    if chosen.check:
        from course_lib.authoring.build import sizes
        from course_lib.authoring.new_week_files import placeholders

        for line in sizes():
            print(line)
        for week, times in placeholders().items():
            where = f"grep -rn 'REPLACE {week}' solutions course_lib tests"
            print(f"{week} says REPLACE {times} times (no problem for the tests): {where}")
    return int(bool(said)) if chosen.check else 0


def run_notebooks(chosen: Namespace) -> int:
    """`course run`"""
    _needs_author("nbclient")
    from course_lib.authoring.run import run

    reports = run(chosen.names, "solutions" if chosen.solutions else "lectures")
    if chosen.json:
        _print_json([report.as_dict() for report in reports])
    for report in [] if chosen.json else reports:
        peak = "unknown" if report.peak_mb is None else f"{report.peak_mb:.0f} MB"
        verdict = report.first_error or "ran to its end"
        print(f"{report.notebook}: {report.seconds:.1f} s (budget {report.budget} s), {peak}, {verdict}")
    return int(any(report.first_error for report in reports))


def show_version(_: Namespace) -> int:
    """`course version`"""
    import importlib.metadata
    import platform

    from course_lib import __version__

    print(f"course {__version__}\npython {platform.python_version()} on {platform.platform()} ({sys.executable})")
    for name in ("torch", "numpy", "jupyterlab", "anywidget"):
        try:
            print(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"{name} is missing: run `course doctor`")
    return 0


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


def _needs_author(package: str) -> None:
    import importlib.util

    if importlib.util.find_spec(package) is None:
        raise CourseError(f"this verb is for authors and needs {package}: run `pip install -e .[author]`")


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))
