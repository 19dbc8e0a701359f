"""The `course` command: parsers of its verbs, and what each verb does. `course_lib.cli:main` is where it begins."""

from course_lib.cli.parser import main

__all__ = ["main"]
