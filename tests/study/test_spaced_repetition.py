"""The rule that says when to ask again: growing waits, nothing that was never learnt, no luck from running again."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.study.merge import Records
from course_lib.study.spaced_repetition import DAYS, Event, Standing, due, events, standing, standings

START = date(2026, 3, 2)


def on(day: int, right: bool = True, seed: int = 0, item: str = "w07.mix") -> Event:
    return Event(item, START + timedelta(days=day), right, seed)


def after(*happened: Event) -> Standing | None:
    return standing("w07.mix", list(happened))


def test_what_was_never_right_is_not_asked() -> None:
    assert after(on(0, False), on(3, False)) is None
    assert standings([on(0, False)]) == []


def test_right_at_once_waits_longer_than_right_after_a_miss() -> None:
    assert after(on(0)) == Standing("w07.mix", 2, START)
    assert after(on(0, False), on(0)) == Standing("w07.mix", 1, START)
    assert after(on(0, False), on(4)) == Standing("w07.mix", 1, START + timedelta(days=4))


def test_reviews_on_their_days_walk_through_the_boxes() -> None:
    happened, day = [on(0)], 0
    for box, wait in ((3, 3), (4, 7), (5, 14), (5, 30), (5, 30)):
        day += wait
        happened.append(on(day, seed=100 + day))
        assert after(*happened) == Standing("w07.mix", box, START + timedelta(days=day))
    assert DAYS == (1, 3, 7, 14, 30)


@pytest.mark.parametrize(
    "again",
    [on(9), on(2, seed=7), on(40)],
    ids=["a finished lecture run again", "a review before its day", "the lecture long after"],
)
def test_what_is_no_remembering_changes_nothing(again: Event) -> None:
    assert after(on(0), again) == after(on(0))


def test_a_review_counts_once_however_often_it_is_run() -> None:
    once = after(on(0), on(3, seed=7))
    assert once == Standing("w07.mix", 3, START + timedelta(days=3))
    assert after(on(0), on(3, seed=7), on(3, seed=7), on(12, seed=7)) == once


def test_a_miss_goes_back_to_the_first_box_and_one_mended_the_same_day_keeps_its_own() -> None:
    learnt = [on(0), on(3, seed=1), on(10, seed=2)]
    assert after(*learnt, on(24, False, seed=3)) == Standing("w07.mix", 1, START + timedelta(days=24), missed=True)
    assert after(*learnt, on(24, False, seed=3), on(24, seed=3)) == Standing("w07.mix", 4, START + timedelta(days=24))
    mended_later = after(*learnt, on(24, False, seed=3), on(26))
    assert mended_later == Standing("w07.mix", 1, START + timedelta(days=26))


def test_longest_due_first_and_only_what_is_due() -> None:
    happened = [
        on(0, item="w07.b"),  # due on day 3
        on(0, False, item="w07.a"),
        on(0, item="w07.a"),  # due on day 1
        on(1, item="w07.c"),  # due on day 4
    ]
    found = standings(happened)
    assert [each.item for each in found] == ["w07.a", "w07.b", "w07.c"]
    assert [each.item for each in due(found, START + timedelta(days=3))] == ["w07.a", "w07.b"]
    assert due(found, START) == []


some_events = st.lists(
    st.builds(on, st.integers(0, 40), st.booleans(), st.integers(0, 3), st.sampled_from(["w07.a", "w08.b"])),
    max_size=12,
)


@given(some_events, st.randoms())
def test_the_order_in_which_it_is_told_makes_no_difference(happened: list[Event], chance: random.Random) -> None:
    mixed = happened.copy()
    chance.shuffle(mixed)
    assert standings(mixed) == standings(happened)
    for each in standings(happened):
        assert any(event.right for event in happened if event.item == each.item)
        assert 1 <= each.box <= len(DAYS)


def test_records_become_events_and_a_fast_clock_counts_as_today() -> None:
    at, ahead = 1_760_000_000.0, 9_000_000_000.0
    today = date.fromtimestamp(at)
    records = Records(
        attempts=frozenset({("w07.a", at, "right", 1.0, None), ("w07.a", at, "not attempted", 0.0, None)}),
        answers=frozenset({("w07.q", ahead, "b", 0)}),
        reviews=frozenset({("w07.a", at, 5, 1)}),
    )
    assert sorted(events(records, today), key=repr) == sorted(
        [Event("w07.a", today, True), Event("w07.q", today, False), Event("w07.a", today, True, 5)], key=repr
    )


def test_the_reason_names_the_day_the_box_and_the_wait() -> None:
    assert Standing("w07.a", 3, START).why(START + timedelta(days=8)) == (
        "You had it right on 2 March, 8 days ago. It is in box 3 of 5 and comes back after 7 days."
    )
    assert Standing("w07.a", 1, START, missed=True).why(START + timedelta(days=1)) == (
        "You missed it on 2 March, yesterday, and it is asked again after 1 day."
    )
