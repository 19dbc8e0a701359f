"""A finding: all well, worth a note, or a problem with its cure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

SET_UP = "run `make setup` in the course's folder (Windows: `py course_lib\\bootstrap.py setup`)"


@dataclass(frozen=True)
class Finding:
    """What one check saw. `mend` is empty where all is well; `check` is filled in by `examine`."""

    level: Literal["ok", "note", "problem"]
    what: str
    mend: str = ""
    check: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain values, for JSON."""
        return asdict(self)


def ok(what: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", what)


def note(what: str, mend: str) -> Finding:
    """The course works, and could do better."""
    return Finding("note", what, mend)


def problem(what: str, mend: str) -> Finding:
    """The course does not work until this is mended."""
    return Finding("problem", what, mend)


Check = Callable[[], Finding | Iterable[Finding]]


def examine(checks: Sequence[Check]) -> list[Finding]:
    """Make every check; one that cannot be made for want of a package, or of a right, says so and the rest go on."""
    findings = []
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            seen = check()
            several = [seen] if isinstance(seen, Finding) else list(seen)
        except ImportError as error:
            several = [problem(f"not looked at, since a package does not load: {error}", SET_UP)]
        except OSError as error:
            several = [problem(f"not looked at: {error}", "look at the permissions of that file or folder")]
        findings += [Finding(each.level, each.what, each.mend, name) for each in several]
    return findings


def report(findings: Sequence[Finding]) -> str:
    """The findings as text: a line each, the cure below what is wrong, and a last line that sums up."""
    marks = {"ok": "ok      ", "note": "note    ", "problem": "PROBLEM "}
    lines = []
    for finding in findings:
        lines.append(f"{marks[finding.level]}{finding.check}: {finding.what}")
        lines += [f"        -> {finding.mend}"] if finding.mend else []
    wrong = sum(finding.level == "problem" for finding in findings)
    last = "All is well." if not wrong else f"{wrong} thing{'s' * (wrong > 1)} to mend; begin with the first."
    return "\n".join([*lines, last])
