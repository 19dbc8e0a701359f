"""The doctor on what only a grader needs: nbgrader's gradebook, and walls around submissions."""

import importlib.util

from course_lib.errors import CourseError
from course_lib.setup.doctor.finding import Finding, note, ok


def grading_is_safe() -> Finding:
    """Where grading is installed: a sandbox starts, attacks itself, and nothing gets through."""
    if importlib.util.find_spec("nbgrader") is None:
        return ok("grading is not installed; only teachers need it (`make grader`)")
    from course_lib.grading.isolation.sandbox import Sandbox
    from course_lib.grading.marking.worker import ENTRY

    try:
        with Sandbox([ENTRY], modules=()) as sandbox:
            return ok(f"a sandbox starts in {sandbox.boot_seconds:.1f} s ({sandbox.kind()})")
    except CourseError as error:
        return note("submissions cannot be marked safely on this machine", str(error))
