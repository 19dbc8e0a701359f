"""Planned minutes, and how a timer shares them out."""

import pytest

from course_lib.slides.minutes import minutes, stages


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("Fifteen minutes. The common wrong idea: ...", 15),
        ("Twenty-five minutes, the heart of the lecture.", 25),
        ("Give them 8 minutes, then two minutes more.", 8),
        ("One minute.", 1),
        ("A few minutes. Then twelve minutes.", 12),
        ("Ask the room.", None),
    ],
)
def test_the_first_number_of_minutes_counts(note: str, said: int | None) -> None:
    assert minutes(note) == said


@pytest.mark.parametrize("total", [1, 2, 5, 8, 10, 12, 15, 45])
def test_the_stages_share_all_of_the_time(total: int) -> None:
    shared = stages(total)
    assert [name for name, _ in shared] == ["think", "pair", "share"]
    assert all(seconds >= 30 and seconds % 30 == 0 for _, seconds in shared)
    assert sum(seconds for _, seconds in shared) == max(total * 60, 90)


def test_two_fifths_alone_two_in_pairs_and_the_rest_together() -> None:
    assert stages(10) == [("think", 240), ("pair", 240), ("share", 120)]
