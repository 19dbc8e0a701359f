"""What handing in late costs: a rule such as `10%/day, grace 15m, floor 50%, until 2026-12-01T23:59+01:00`."""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from course_lib.errors import CourseError

EXAMPLE = "for example `none`, `10%/day` or `5%/hour, grace 15m, floor 50%, until 2026-12-01T23:59+01:00`"
UNITS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
SHORT = {"m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True)
class LatePolicy:
    """How much of the marks is kept. The plain one keeps everything, whenever a homework comes."""

    costs: float = 0.0  # the share that each unit begun costs
    unit: float = UNITS["day"]  # seconds
    grace: float = 0.0  # seconds that cost nothing; whoever is later than that pays from the due date on
    floor: float = 0.0  # the share that is kept at least
    until: datetime | None = None  # nothing is kept after this

    @classmethod
    def parse(cls, text: str) -> "LatePolicy":
        """The rule in a person's words. Raises CourseError with an example when it cannot be read."""
        if text.strip().lower() in ("", "none"):
            return cls()
        found: dict[str, float | datetime] = {}
        for part in (each.strip() for each in text.split(",")):
            for name, value in _read(part, text).items():
                if name in found:
                    raise CourseError(f"the late policy {text!r} says {part.split()[0]!r} twice")
                found[name] = value
        if "costs" not in found and "until" not in found:
            raise CourseError(f"the late policy {text!r} takes nothing off; write what a day costs, {EXAMPLE}")
        return cls(**found)  # type: ignore[arg-type]

    def keeps(self, when: datetime | None, due: datetime | None) -> float:
        """The share of the marks that is kept, from 0 to 1. An unknown time counts as on time."""
        if when is None or (due is None and self.until is None):
            return 1.0
        if self.until is not None and when > self.until:
            return 0.0
        late = (when - due).total_seconds() if due else 0.0
        if late <= self.grace or late <= 0:
            return 1.0
        return round(max(self.floor, 1 - self.costs * math.ceil(late / self.unit), 0.0), 6)

    def says(self) -> str:
        """The rule in words that `parse` reads back."""
        names = {seconds: name for name, seconds in UNITS.items()}
        parts = [f"{self.costs * 100:.10g}%/{names[int(self.unit)]}"] if self.costs else []
        parts += [f"grace {self.grace / 60:.10g}m"] if self.grace else []
        parts += [f"floor {self.floor * 100:.10g}%"] if self.floor else []
        parts += [f"until {self.until.isoformat()}"] if self.until else []
        return ", ".join(parts) if self.costs or self.until else "none"

    def check(self, due: datetime | None) -> None:
        """Raise CourseError when the rule and the due date do not go together."""
        if self.costs and due is None:
            raise CourseError("a late policy needs a due date: give --due, for example --due 2026-11-21T23:59+01:00")
        if self.until is not None and due is not None and self.until < due:
            raise CourseError(
                f"the late policy ends at {self.until.isoformat()}, before the due date {due.isoformat()}"
            )


def read_time(text: str, what: str = "a time") -> datetime:
    """`2026-12-01T23:59+01:00` as a moment; without a zone it is this machine's own. Raises CourseError."""
    try:
        found = datetime.fromisoformat(text.strip())
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()):  # a day lasts until its last minute
            found = found.replace(hour=23, minute=59, second=59)
        return found if found.tzinfo else found.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise CourseError(f"{what} is written like 2026-12-01T23:59+01:00; got {text!r}") from error


def days_late(when: datetime | None, due: datetime | None) -> float:
    """How many days after the due date, 0 when on time or when nobody knows."""
    if when is None or due is None:
        return 0.0
    return round(max(0.0, (when - due) / timedelta(days=1)), 4)


def _read(part: str, text: str) -> dict[str, float | datetime]:
    """One part of the rule, as fields of a LatePolicy."""
    low = part.lower()
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*%\s*(?:/|per|a|an)\s*(minute|hour|day|week)", low):
        return {"costs": _share(match[1], part), "unit": UNITS[match[2]]}
    if match := re.fullmatch(r"floor\s+(\d+(?:\.\d+)?)\s*%", low):
        return {"floor": _share(match[1], part)}
    if match := re.fullmatch(r"grace\s+(\d+(?:\.\d+)?)\s*(m|min|h|d|w|minute|hour|day|week)s?", low):
        return {"grace": float(match[1]) * (SHORT | UNITS)[match[2]]}
    if match := re.fullmatch(r"until\s+(\S.*)", part, re.IGNORECASE):
        return {"until": read_time(match[1], "the end of a late policy")}
    raise CourseError(f"{part!r} in the late policy {text!r} cannot be read; {EXAMPLE}")


def _share(number: str, part: str) -> float:
    if float(number) > 100:
        raise CourseError(f"{part!r} takes more than there is: a share goes from 0% to 100%")
    return float(number) / 100
