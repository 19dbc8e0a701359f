"""Late policies: what a person writes, what it costs, and that later never costs less."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.errors import CourseError
from course_lib.grading.intake.late import LatePolicy, days_late, read_time

BERLIN = timezone(timedelta(hours=1))
DUE = datetime(2026, 11, 21, 23, 59, tzinfo=BERLIN)
LONG = "5%/hour, grace 15m, floor 50%, until 2026-12-01T23:59+01:00"

KEPT = [
    ("none", timedelta(days=900), 1.0),
    ("10%/day", timedelta(days=-3), 1.0),
    ("10%/day", timedelta(0), 1.0),
    ("10%/day", timedelta(seconds=1), 0.9),  # a day begun is a day
    ("10%/day", timedelta(days=1), 0.9),
    ("10%/day", timedelta(days=1, seconds=1), 0.8),
    ("10%/day", timedelta(days=30), 0.0),
    ("12.5% per week", timedelta(days=8), 0.75),
    (LONG, timedelta(minutes=15), 1.0),
    (LONG, timedelta(minutes=15, seconds=1), 0.95),  # beyond the grace the time counts from the due date
    (LONG, timedelta(hours=3, minutes=1), 0.8),
    (LONG, timedelta(days=9), 0.5),
    (LONG, timedelta(days=10), 0.5),
    (LONG, timedelta(days=10, seconds=1), 0.0),
    ("10%/day, floor 95%", timedelta(days=1), 0.95),
    ("until 2026-11-23T00:00+00:00", timedelta(days=1), 1.0),
    ("until 2026-11-23T00:00+00:00", timedelta(days=2), 0.0),
]


@pytest.mark.parametrize(("text", "late", "kept"), KEPT)
def test_what_is_kept(text: str, late: timedelta, kept: float) -> None:
    assert LatePolicy.parse(text).keeps(DUE + late, DUE) == kept


def test_zones_are_moments_not_clocks() -> None:
    policy = LatePolicy.parse("10%/day")
    assert policy.keeps(datetime(2026, 11, 21, 22, 59, tzinfo=UTC), DUE) == 1.0
    assert policy.keeps(datetime(2026, 11, 21, 23, 0, tzinfo=UTC), DUE) == 0.9
    new_york = timezone(timedelta(hours=-5))
    assert policy.keeps(datetime(2026, 11, 21, 18, 1, tzinfo=new_york), DUE) == 0.9
    assert days_late(datetime(2026, 11, 22, 22, 59, tzinfo=UTC), DUE) == 1.0


def test_an_unknown_time_counts_as_on_time() -> None:
    assert LatePolicy.parse(LONG).keeps(None, DUE) == 1.0
    assert days_late(None, DUE) == days_late(DUE, None) == 0.0


UNREADABLE = {
    "10 percent": "'10 percent' in the late policy '10 percent' cannot be read; for example `none`",
    "10%/fortnight": "cannot be read",
    "10%/day; floor 5%": "cannot be read",
    "10%/day, floor": "cannot be read",
    "-5%/day": "cannot be read",
    "110%/day": "a share goes from 0% to 100%",
    "10%/day, 5%/hour": "twice",
    "10%/day, floor 5%, floor 6%": "says 'floor' twice",
    "grace 15m": "takes nothing off",
    "10%/day, until tomorrow": "written like 2026-12-01T23:59+01:00; got 'tomorrow'",
    "10%/day,": "cannot be read",
    "nan%/day": "cannot be read",
}


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_told_with_an_example(text: str) -> None:
    with pytest.raises(CourseError) as caught:
        LatePolicy.parse(text)
    assert UNREADABLE[text] in str(caught.value)


def test_a_rule_needs_a_due_date_that_goes_with_it() -> None:
    LatePolicy.parse("none").check(None)
    LatePolicy.parse(LONG).check(DUE)
    with pytest.raises(CourseError, match="needs a due date"):
        LatePolicy.parse("10%/day").check(None)
    with pytest.raises(CourseError, match="before the due date"):
        LatePolicy.parse("10%/day, until 2026-11-20T00:00+01:00").check(DUE)


def test_times_as_people_write_them() -> None:
    assert read_time("2026-11-21T23:59+01:00") == DUE
    assert read_time(" 2026-11-21T22:59Z ") == DUE
    assert read_time("2026-11-21 23:59").tzinfo is not None
    assert read_time("2026-11-21").astimezone().strftime("%H:%M:%S") == "23:59:59", "a day lasts until its end"
    with pytest.raises(CourseError, match="a due date is written like"):
        read_time("21.11.2026", "a due date")


policies = st.builds(
    LatePolicy,
    costs=st.integers(1, 100).map(lambda percent: percent / 100),
    unit=st.sampled_from([60, 3600, 86_400, 604_800]),
    grace=st.integers(0, 600).map(lambda minutes: minutes * 60.0),
    floor=st.integers(0, 100).map(lambda percent: percent / 100),
    until=st.none() | st.integers(0, 40).map(lambda days: DUE + timedelta(days=days)),
)
moments = st.integers(-(10**7), 10**7).map(lambda seconds: DUE + timedelta(seconds=seconds))


@given(policies, moments, moments)
def test_later_never_keeps_more(policy: LatePolicy, one: datetime, other: datetime) -> None:
    first, last = sorted((policy.keeps(min(one, other), DUE), policy.keeps(max(one, other), DUE)), reverse=True)
    assert (policy.keeps(min(one, other), DUE), policy.keeps(max(one, other), DUE)) == (first, last)
    assert 0.0 <= last <= first <= 1.0
    if max(one, other) <= DUE:
        assert last == 1.0


@given(policies)
def test_a_rule_says_itself(policy: LatePolicy) -> None:
    assert LatePolicy.parse(policy.says()) == policy
