"""Errors whose message is already kind: what is wrong, with the value, and how to mend it."""


class CourseError(Exception):
    """Something a person can mend; the command line prints the message alone, without a traceback."""


class DataMissing(CourseError):
    """A data set is not on this machine yet; the message names the command that fetches it."""
