"""Errors whose message is already kind: what is wrong, with the value, and how to mend it."""


class CourseError(Exception):
    """Something a person can mend; the command line and notebooks show the message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook: the lines of the course that noticed it help nobody."""
        return [f"{type(self).__name__}: {self}"]


class DataMissing(CourseError):
    """A data set is not on this machine yet; the message names the command that fetches it."""
