"""No walls: for code that the teacher would run anyway, and only when asked for by name (`--trust-submissions`)."""

import os
import sys

from course_lib.errors import CourseError
from course_lib.grading.isolation import outside
from course_lib.grading.isolation.sandbox import Sandbox
from course_lib.grading.isolation.view import View


class Trusted(Sandbox):
    """The same without walls: a submission may do whatever this user may. Only for who asked for it by name."""

    walls = False

    @staticmethod
    def kind() -> str:
        """Written into every mark, so that nobody takes it for the other."""
        return "none (trusted)"

    def _command(self, channel: int, view: View) -> list[str]:
        if not hasattr(os, "fork"):
            raise CourseError(f"{sys.platform} cannot fork; run the grader in its container (containers/grader).")
        return outside.python(channel)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **{name: value for name, value in outside.ENVIRONMENT.items() if name != "HOME"}}

    def _try_the_walls(self) -> None:
        """There are none."""
