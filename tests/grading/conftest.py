"""Sandboxes for the grading tests. They need bubblewrap: without it these tests skip, with CI=true they fail."""

import os
import shutil
from collections.abc import Iterator

import pytest

from course_lib.grading.classroom import Classroom
from course_lib.grading.isolation.sandbox import Sandbox
from tests.grading.walled import BWRAP_MISSING, ENTRY, LIGHT


@pytest.fixture(scope="session")
def bwrap() -> str:
    """The path of bubblewrap."""
    found = shutil.which("bwrap")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI=true, and {BWRAP_MISSING}: the sandbox must be tested there")
        pytest.skip(BWRAP_MISSING)
    return found


@pytest.fixture(scope="session")
def sandbox(bwrap: str) -> Iterator[Sandbox]:
    """One sandbox with torch in it for the whole session: jobs leave nothing behind for the next."""
    with Sandbox([ENTRY]) as opened:
        yield opened


@pytest.fixture
def light(bwrap: str) -> Iterator[Sandbox]:
    """A sandbox without torch, to be mistreated."""
    said: list[str] = []
    with Sandbox([ENTRY], modules=LIGHT, say=said.append) as opened:
        opened.said = said  # type: ignore[attr-defined]
        yield opened


@pytest.fixture(scope="module")
def light_room(bwrap: str) -> Iterator[Sandbox]:
    """A sandbox without torch, for many small attacks."""
    with Sandbox([ENTRY], modules=LIGHT) as opened:
        yield opened


@pytest.fixture(scope="session")
def collected_class(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A class of twelve, collected and not yet marked. To be copied, not changed."""
    from tests.grading.small_class import small_class

    return small_class(tmp_path_factory.mktemp("small") / "class")


@pytest.fixture(scope="session")
def marked_class(bwrap: str, collected_class: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """The same, marked by one worker in its sandbox."""
    from course_lib.grading.marking.grade import grade
    from course_lib.grading.marking.runs import on_this_machine
    from tests.grading.small_class import WEEK, copied

    classroom = copied(collected_class, tmp_path_factory.mktemp("marked") / "class")
    grade(classroom, WEEK, on_this_machine(1))
    return classroom
