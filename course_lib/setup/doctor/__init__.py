"""`course doctor`: look at everything the course needs, name what is wrong, and say how to mend it.

It works on a broken installation too: nothing but Python is imported before a check needs it.
"""

from course_lib.setup.doctor.data import data_are_whole, work_folder_is_current
from course_lib.setup.doctor.finding import Finding, examine, report
from course_lib.setup.doctor.grading import grading_is_safe
from course_lib.setup.doctor.jupyter import chromium_is_here, kernel_starts, port_is_free, settings_are_here
from course_lib.setup.doctor.packages import packages_fit, set_up_is_whole, torch_works
from course_lib.setup.doctor.places import disk_has_room, progress_is_whole, python_is_new, work_can_be_written

CHECKS = (
    python_is_new,
    set_up_is_whole,
    packages_fit,
    torch_works,
    work_can_be_written,
    disk_has_room,
    progress_is_whole,
    data_are_whole,
    work_folder_is_current,
    kernel_starts,
    settings_are_here,
    port_is_free,
    chromium_is_here,
    grading_is_safe,
)


def examine_all() -> list[Finding]:
    """The findings of every check, in the order of `CHECKS`."""
    return examine(CHECKS)


__all__ = ["CHECKS", "Finding", "examine", "examine_all", "report"]
