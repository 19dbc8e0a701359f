"""The doctor on what is learned from: the fetched data, and the learner's copies of the notebooks."""

from collections.abc import Iterator

from course_lib.errors import CourseError
from course_lib.setup.doctor.finding import Finding, note, ok, problem


def data_are_whole() -> Iterator[Finding]:
    """Every archive of the core is here, and every cached file is what was fetched."""
    from course_lib.data.archive import problems
    from course_lib.data.catalogue import ARCHIVES
    from course_lib.paths import data_cache

    cache = data_cache()
    for left in sorted(cache.glob(".*.partial")) if cache.exists() else []:
        yield note(f"{left} is half of an archive, left by a process that was stopped", "`course data` clears it away")
    for archive in ARCHIVES:
        name, core = f"{archive.name} {archive.version}", "core" in archive.needed_by
        if not archive.folder.exists():
            missing = f"{name} ({archive.what}) is not fetched"
            command = f"run `course data {'--core' if core else '--week ' + archive.needed_by[0]}`"
            yield problem(missing, command) if core else note(missing, command)
        elif not archive.is_here():
            yield problem(f"{archive.folder} is half-fetched or of another version", "run `course data --verify`")
        else:
            wrong = problems(archive)
            yield problem(wrong[0], "run `course data --all --verify`") if wrong else ok(f"{name}, every file checked")


def work_folder_is_current() -> Finding:
    """Your copies of the notebooks are those of this version, or yours."""
    from course_lib.lab.work_folder import plan
    from course_lib.paths import course_home

    home = course_home()
    if not (home / ".course" / "delivered.json").exists():
        return note(f"{home} holds no notebooks yet", "`course lab` (or `make lab`) brings them")
    try:
        steps = [step for step in plan() if step.action != "note"]
    except CourseError as error:
        return problem(str(error), "see there")
    if steps:
        names = ", ".join(step.name for step in steps[:3]) + (", ..." if len(steps) > 3 else "")
        mend = "`course lab` (or `make lab`) brings the new versions; what you touched stays"
        return note(f"{len(steps)} of your copies are older than the course, or lead elsewhere: {names}", mend)
    return ok(f"your copies in {home} are up to date")
