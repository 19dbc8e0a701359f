"""formgrader keeps one session for its whole life, and shows what it read once; here it learns to look again.

Without this, a page that is reloaded after `course grade` shows the marks from before. `nbgrader_config.py` in the
folder for formgrader calls `look_again`; nothing of nbgrader is changed, SQLAlchemy is asked to refresh what it reads.
"""

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session


def look_again() -> None:
    """From now on every query of this process brings objects that are known already up to date; safe to call twice."""
    if not event.contains(Session, "do_orm_execute", _refresh):
        event.listen(Session, "do_orm_execute", _refresh)


def _refresh(state: ORMExecuteState) -> None:
    if state.is_select and not state.is_column_load:  # what is not saved yet was flushed before the query
        state.update_execution_options(populate_existing=True)
