"""The message-passing explorer: round by round, who sent what to whom, who can know of whom, and how alike all are."""

from course_lib.widgets.message_passing.bundle import BadMessages, Messages
from course_lib.widgets.message_passing.explorer import MessagePassingExplorer

__all__ = ["BadMessages", "MessagePassingExplorer", "Messages"]
