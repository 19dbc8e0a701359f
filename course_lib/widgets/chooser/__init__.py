"""The chooser of weeks in a notebook: five questions, and the weeks that fit as the answer."""

from course_lib.widgets.chooser.explorer import MOLECULES, WeekChooser

__all__ = ["MOLECULES", "WeekChooser"]
