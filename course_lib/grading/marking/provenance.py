"""What a mark depends on, written down beside it, and the name under which an equal mark can be found again."""

import hashlib
import json
import platform
from importlib.metadata import version

from course_lib import __version__
from course_lib.grading.marking.assignment import Assignment
from course_lib.grading.plain_records import as_json
from course_lib.grading.records import Provenance


def provenance_of(assignment: Assignment, seed: int, sandbox: str) -> Provenance:
    """Course, exercises, seed, libraries and sandbox of this run."""
    libraries = {"python": platform.python_version(), **{name: version(name) for name in ("torch", "numpy")}}
    return Provenance(__version__, assignment.versions(), seed, libraries, sandbox)


def key_of(sha256: str, week: str, provenance: Provenance) -> str:
    """Equal for two marks that must be equal: same submission, same week, same everything they depend on."""
    text = json.dumps([sha256, week, as_json(provenance)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
